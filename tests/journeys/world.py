"""A small portal for the journeys: enough of everything that every kind of page has something to show."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group as Role
from django.utils import timezone

from community.factories import (
    GroupFactory,
    MembershipFactory,
    PostFactory,
    ReportFactory,
    ThreadFactory,
)
from community.models import Group, Membership, Report, Thread
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from members.factories import UserFactory, practising, verified, waiting
from members.models import COMMUNITY_MANAGERS, EDITORS, User, Verification
from news.factories import NewsPageFactory
from news.models import NewsPage
from notifications.models import Event, Notification, Subscription
from portal.site_setup import ensure_site
from taxonomy.models import Profession, Theme
from trainings.factories import TrainingPageFactory, TrainingSessionFactory
from trainings.models import TrainingPage

THEME = "plaies-et-cicatrisation"
TABLE = {
    "data": [["Équipe", "Créneaux"], ["Équipe A", "lundi"], ["Équipe B", "jeudi"]],
    "first_row_is_table_header": True,
    "first_col_is_header": False,
    "table_caption": "Les créneaux",
}
BODY = [
    ("heading", "Ce qui change"),
    ("paragraph", "<p>Le texte de la <b>recommandation</b>, avec un <a href='/a-propos/'>lien</a>.</p>"),
    ("callout", {"title": "À retenir", "text": "<p>Une réévaluation à quinze jours.</p>", "tone": "warning"}),
    ("quote", {"text": "On gagne deux semaines.", "attribution": "Une infirmière"}),
    ("table", TABLE),
    ("video", {"title": "Poser une bande", "url": "https://exemple.test/v", "has_subtitles": True}),
]


@dataclass
class World:
    news: NewsPage
    reserved: NewsPage  # for pharmacists
    job: JobPage
    expired: JobPage
    training: TrainingPage
    group: Group  # open to nurses and physicians
    private: Group
    thread: Thread  # with an accepted answer and two pages of replies
    member: User  # says that they are a nurse
    newcomer: User  # waits for verification
    nurse: User
    pharmacist: User
    manager: User
    editor: User
    verification: Verification
    report: Report


def new_nurse(**fields) -> User:
    return verified(UserFactory(**fields), "infirmier")


def new_manager() -> User:
    user = verified(UserFactory(first_name="Malik"), "infirmier")
    user.groups.add(Role.objects.get(name=COMMUNITY_MANAGERS))
    return user


def new_editor() -> User:
    user = UserFactory(first_name="Claire")
    user.groups.add(Role.objects.get(name=EDITORS))
    return user


def make_world() -> World:
    """The site with its people, pages and discussions. Nothing is indexed yet."""
    ensure_site()
    nurse, pharmacist = new_nurse(first_name="Camille"), verified(UserFactory(), "pharmacien")
    newcomer = UserFactory(first_name="Lou")
    group, private = _groups(nurse)
    thread = _thread(group, nurse)
    _tell(nurse, thread)
    return World(
        **_pages(),
        group=group,
        private=private,
        thread=thread,
        report=ReportFactory(post=thread.posts.get(position=5)),
        member=practising(UserFactory(), "infirmier"),
        newcomer=newcomer,
        nurse=nurse,
        pharmacist=pharmacist,
        manager=new_manager(),
        editor=new_editor(),
        verification=waiting(newcomer, "ergotherapeute", message="Mon attestation arrive."),
    )


def _tell(nurse: User, thread: Thread) -> None:
    """Follows it, and is told of some replies: the last one is unread."""
    Subscription.objects.create(user=nurse, target="thread", target_id=thread.pk, level="followed")
    for position in (2, 3, 5):
        post = thread.posts.get(position=position)
        about = {"object_id": post.pk, "subject": f"thread:{thread.pk}", "actor": post.author}
        read_at = None if position == 5 else timezone.now()
        event = Event.objects.create(kinds="reply", key=f"reply:{post.pk}", told_at=timezone.now(), **about)
        Notification.objects.create(
            recipient=nurse,
            event=event,
            kind="reply",
            channel="site",
            read_at=read_at,
        )


def _pages() -> dict:
    today = timezone.localdate()
    news = NewsPageFactory(
        title="Détersion des plaies : douze repères",
        standfirst="Ce que la fiche change au lit du patient.",
        themes=(THEME,),
        source_name="Haute Autorité de santé",
        source_url="https://exemple.test/fiche",
        author_name="Anne Lemoine",
        author_profession=Profession.objects.get(slug="pharmacien"),
        reviewer_name="Yann Bihan",
        reviewed_on=today - timedelta(days=500),
        interests="Aucun lien déclaré.",
        body=BODY,
    )
    NewsPageFactory(title="Escarres : la prévention en équipe", themes=(THEME,))
    reserved = NewsPageFactory(
        title="Tension sur une pommade", audience="professions", professions=("pharmacien",)
    )
    expired = JobPageFactory(
        title="Infirmier en dialyse", professions=("infirmier",), closes_on=today - timedelta(days=2)
    )
    JobPageFactory(title="Pharmacien gérant", professions=("pharmacien",), contract_slug="cdd")
    for town in (
        "Rennes",
        "Vannes",
        "Brest",
        "Quimper",
        "Lorient",
        "Dinan",
        "Auray",
        "Redon",
        "Paimpol",
        "Landerneau",
    ):
        JobPageFactory(title=f"Soins à domicile, secteur de {town}", professions=("infirmier",), town=town)
        JobPageFactory(title=f"Médecin coordonnateur à {town}", professions=("medecin",), town=town)
    job = JobPageFactory(
        title="Infirmier de nuit en gériatrie",
        professions=("infirmier",),
        themes=(THEME,),
        closes_on=today + timedelta(days=3),
        pay_min=2350,
        pay_max=2900,
        pay_unit="month",
        body=BODY,
    )
    training = TrainingPageFactory(
        title="Plaies complexes à domicile",
        themes=(THEME,),
        prerequisites="Exercer auprès d’adultes.",
        accessibility_contact="acces@organisme.example",
        enrol_url="https://exemple.test/inscription",
        sessions=[TrainingSessionFactory(in_days=40, days=2, seats=12, price=450)],
        body=BODY,
    )
    return {"news": news, "reserved": reserved, "job": job, "expired": expired, "training": training}


def _groups(nurse: User) -> tuple[Group, Group]:
    professions = ["infirmier", "medecin"]
    group = GroupFactory(
        name="Plaies et cicatrisation",
        description="Pansements, décharge, suivi : les cas difficiles.",
        rules="<p>Pas de photo reconnaissable.</p>",
        professions=professions,
    )
    GroupFactory(name="Pied diabétique", parent=group, professions=professions)
    private = GroupFactory(name="Équipe mobile", visibility=Group.Visibility.PRIVATE, professions=professions)
    MembershipFactory(group=group, user=nurse, role=Membership.Role.LEADER)
    for state in (Membership.State.MEMBER, Membership.State.REQUESTED, Membership.State.INVITED):
        MembershipFactory(group=group, state=state)
    return group, private


def _thread(group: Group, nurse: User) -> Thread:
    thread = ThreadFactory(
        group=group,
        author=nurse,
        title="Escarre du talon : décharge complète ou botte à air ?",
        text="Plaie propre, exsudat modéré. Qu’avez-vous observé ?",
        asked=["medecin"],
        replies=23,
        pinned=True,
    )
    thread.tags.add(Theme.objects.get(slug=THEME))
    reply = thread.posts.get(position=2)
    Thread.objects.filter(pk=thread.pk).update(accepted_post=reply)
    hidden = thread.posts.get(position=4)
    hidden.hidden_at, hidden.hidden_reason = timezone.now(), "On reconnaît la personne."
    hidden.save()
    unanswered = ThreadFactory(group=group, title="Cathéter à chambre : quel rinçage ?")
    unanswered.tags.add(Theme.objects.create(name="Chambre implantable"))
    PostFactory(thread=ThreadFactory(group=group, title="Photos de plaies : où les garder ?"), position=2)
    return Thread.objects.get(pk=thread.pk)
