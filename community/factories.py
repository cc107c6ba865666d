"""Objects for tests. Ids, slugs and names always differ, so that mistaking one for another shows.

They write rows as they are told, without the rules of `community.services`: tests of the rules use those.
"""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from members.access import Viewer
from members.models import COMMUNITY_MANAGERS, User, Verification
from members.viewers import viewer_for
from taxonomy.models import Profession

from . import richtext
from .counters import refresh_counters
from .models import Group, Membership, Post, Report, Thread


class MemberFactory(DjangoModelFactory):
    """An account. `professions`: slugs in which it is verified."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"membre-{n + 700}@exemple.test")
    first_name = factory.Iterator(["Solène", "Yann", "Marc", "Aïcha", "Élise", "Joël"])
    last_name = factory.Sequence(lambda n: f"Nom{n}")

    @factory.post_generation
    def professions(self, create, extracted, **kwargs):
        for slug in extracted or ():
            verify(self, slug)

    @factory.post_generation
    def manager(self, create, extracted, **kwargs):
        if extracted:
            make_manager(self)


def verify(user: User, profession: str, state: str = Verification.State.VERIFIED) -> Verification:
    return Verification.objects.update_or_create(
        user=user,
        profession=Profession.objects.get(slug=profession),
        defaults={
            "state": state,
            "method": Verification.Method.DOCUMENT,
            "decided_at": timezone.now(),
        },
    )[0]


def make_manager(user: User) -> User:
    from django.contrib.auth.models import Group as Role

    user.groups.add(Role.objects.get_or_create(name=COMMUNITY_MANAGERS)[0])
    return user


def viewer_of(user: User) -> Viewer:
    """The viewer of an account as the database now has it."""
    return viewer_for(User.objects.get(pk=user.pk))


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Groupe {n + 300}")
    slug = factory.Sequence(lambda n: f"adresse-{n + 5000}")
    description = "Ce dont on parle ici."

    @factory.post_generation
    def professions(self, create, extracted, **kwargs):
        if extracted:
            self.professions.set(Profession.objects.filter(slug__in=extracted))


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    user = factory.SubFactory(MemberFactory, professions=["infirmier"])
    joined_at = factory.LazyFunction(timezone.now)


class ThreadFactory(DjangoModelFactory):
    """A thread with its question and `replies` more posts, each by somebody else."""

    class Meta:
        model = Thread
        skip_postgeneration_save = True

    group = factory.SubFactory(GroupFactory)
    author = factory.SubFactory(MemberFactory, professions=["infirmier"])
    title = factory.Sequence(lambda n: f"Quelle conduite tenir, cas {n + 90} ?")
    slug = factory.Sequence(lambda n: f"conduite-{n + 40}")

    @factory.post_generation
    def text(self, create, extracted, **kwargs):
        PostFactory(thread=self, author=self.author, position=1, text=extracted or "La question, en entier.")
        refresh_counters([self.pk])

    @factory.post_generation
    def replies(self, create, extracted, **kwargs):
        for position in range(2, 2 + (extracted or 0)):
            PostFactory(thread=self, position=position)
        refresh_counters([self.pk])
        self.refresh_from_db()

    @factory.post_generation
    def asked(self, create, extracted, **kwargs):
        if extracted:
            self.requested_professions.set(Profession.objects.filter(slug__in=extracted))


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(MemberFactory, professions=["medecin"])
    position = factory.LazyAttribute(lambda o: o.thread.posts.count() + 1 if o.thread else 1)
    text = factory.Sequence(lambda n: f"Mon avis numéro {n + 60}.")
    body = factory.LazyAttribute(lambda o: richtext.from_text(o.text))


class ReportFactory(DjangoModelFactory):
    class Meta:
        model = Report

    post = factory.SubFactory(PostFactory)
    reporter = factory.SubFactory(MemberFactory, professions=["sage-femme"])
    reason = Report.Reason.PATIENT
    statement = "On reconnaît la personne."
    excerpt = factory.LazyAttribute(lambda o: o.post.text)
