"""Nothing is drained here: what changed is in force for the next request, whatever the index still says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    PostFactory,
    ThreadFactory,
    make_manager,
    viewer_of,
)
from jobs.factories import JobPageFactory
from members import services as member_services
from news.factories import NewsPageFactory

pytestmark = pytest.mark.django_db
# Stand in everything that is found, so that the query itself never holds what must not be shown.
WORD, SECRET = "zopiclonade", "marmouflage"
SURFACES = (
    f"/recherche/?q={WORD}&profession=toutes",
    "/recherche/?type=thread&profession=toutes&tri=date",
    f"/communaute/discussions/?q={WORD}&profession=toutes",
    "/communaute/discussions/?profession=toutes",
    f"/actualites/?q={WORD}",
    f"/emplois/?q={WORD}&profession=toutes",
    "/",
)


class Talk:
    """A thread in a private group, with a reply that holds the secret words."""

    def __init__(self):
        self.group = GroupFactory(visibility="private", professions=["infirmier"])
        self.reader = MembershipFactory(group=self.group).user
        self.author = MembershipFactory(group=self.group).user
        self.manager = make_manager(MemberFactory(professions=["infirmier"]))
        self.thread = ThreadFactory(
            group=self.group, author=self.author, title=f"Conduite {WORD} et {SECRET}", text="La question."
        )
        self.reply = PostFactory(
            thread=self.thread, author=self.author, text=f"Dose de {WORD}, cas {SECRET}."
        )


@pytest.fixture
def talk(site, index, settings) -> Talk:
    settings.SEARCH_DRAIN = "worker"
    made = Talk()
    index()
    return made


def said(client) -> str:
    return "\n".join(client.get(path).content.decode() for path in SURFACES)


def rename(talk):
    services.thread_update(viewer=viewer_of(talk.author), thread=talk.thread, title=f"Conduite {WORD} seule")
    services.post_update(viewer=viewer_of(talk.author), post=talk.reply, body=f"<p>Dose de {WORD}.</p>")


def correct_the_reply_alone(talk):
    talk.thread.title = f"Conduite {WORD} seule"
    talk.thread.save()
    services.post_update(viewer=viewer_of(talk.author), post=talk.reply, body=f"<p>Dose de {WORD}.</p>")


def hide_the_reply(talk):
    rename_title(talk)
    services.post_hide(viewer=viewer_of(talk.manager), post=talk.reply, reason="Un patient.")


def delete_the_reply(talk):
    rename_title(talk)
    services.post_delete(viewer=viewer_of(talk.author), post=talk.reply)


def rename_title(talk):
    services.thread_update(viewer=viewer_of(talk.author), thread=talk.thread, title=f"Conduite {WORD} seule")


def hide_the_thread(talk):
    services.thread_hide(viewer=viewer_of(talk.manager), thread=talk.thread, reason="Un patient.")


def move_it_away(talk):
    subgroup = GroupFactory(visibility="private", parent=talk.group, professions=["infirmier"])
    services.thread_move(viewer=viewer_of(talk.manager), thread=talk.thread, group=subgroup)


def leave(talk):
    services.membership_leave(viewer=viewer_of(talk.reader), group=talk.group)


def be_removed(talk):
    membership = talk.group.memberships.get(user=talk.reader)
    services.membership_remove(viewer=viewer_of(talk.manager), membership=membership)


def lose_the_verification(talk):
    asked = talk.reader.verifications.get()
    member_services.verification_revoke(
        viewer=viewer_of(talk.manager), verification_id=asked.pk, note="Radiation."
    )


def be_closed_out(talk):
    member_services.user_deactivate(
        viewer=viewer_of(talk.manager), user_id=talk.reader.pk, note="À sa demande."
    )


def change_whom_the_group_is_for(talk):
    services.group_update(
        viewer=viewer_of(talk.manager),
        group=talk.group,
        name=talk.group.name,
        professions=[pharmacy()],
    )


def pharmacy():
    from taxonomy.models import Profession

    return Profession.objects.get(slug="pharmacien")


CHANGES = [
    rename,
    correct_the_reply_alone,
    hide_the_reply,
    delete_the_reply,
    hide_the_thread,
    move_it_away,
    leave,
    be_removed,
    lose_the_verification,
    be_closed_out,
    change_whom_the_group_is_for,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changed_in_the_community_is_in_force_at_once(talk, client_of, change):
    client = client_of(talk.reader)
    before = said(client)
    assert SECRET in before and WORD in before
    change(talk)
    assert SECRET not in said(client)


def test_a_reader_who_stays_still_finds_the_rest(talk, client_of):
    hide_the_reply(talk)
    talk.thread.refresh_from_db()  # its new title is in its address
    html = client_of(talk.reader).get(SURFACES[0]).content.decode()
    assert talk.thread.get_absolute_url() in html
    assert 'data-total="1"' in html


@pytest.fixture
def pages(site, index, settings):
    settings.SEARCH_DRAIN = "worker"
    made = [
        NewsPageFactory(title=f"Le point {WORD} {SECRET}", standfirst=f"Sur {WORD} et {SECRET}."),
        JobPageFactory(title=f"Poste {WORD} {SECRET}", employer=f"Hôpital {SECRET}"),
    ]
    index()
    return made


def unpublish(page):
    page.unpublish()


def delete(page):
    page.delete()


def reserve(page):
    page.audience = "verified"
    page.save_revision().publish()


def rewrite(page):
    page.title = f"Autre {WORD}"
    for name in ("standfirst", "employer"):
        if hasattr(page, name):
            setattr(page, name, "Sans le mot.")
    page.save_revision().publish()


def close(page):
    if hasattr(page, "closes_on"):
        page.closes_on = timezone.localdate() - timedelta(days=1)
        page.save_revision().publish()
    else:
        page.unpublish()


@pytest.mark.parametrize("change", [unpublish, delete, reserve, rewrite, close], ids=lambda c: c.__name__)
def test_what_changed_on_pages_is_in_force_at_once(pages, client, change):
    assert SECRET in said(client)
    for page in pages:
        change(type(page).objects.get(pk=page.pk))
    assert SECRET not in said(client)
