"""Pages as people meet them: what exists for whom, and what one does in a discussion."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    ThreadFactory,
)
from community.models import Post, Report, Thread
from members.factories import in_state
from members.models import Verification

pytestmark = pytest.mark.django_db

PAGES = [
    "community_group",
    "community_members",
    "community_group_edit",
    "community_thread_new",
    "community_thread",
    "community_thread_edit",
    "community_thread_moderate",
    "community_post",
    "community_post_edit",
    "community_post_delete",
    "community_post_report",
    "community_post_hide",
]


def address(name: str, thread: Thread) -> str:
    if "post" in name:
        return reverse(name, args=[thread.posts.first().pk])
    if name in ("community_thread", "community_thread_edit", "community_thread_moderate"):
        return reverse(name, args=[thread.group.slug, thread.pk, thread.slug])
    return reverse(name, args=[thread.group.slug])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("visibility", ["open", "private", "secret"])
def test_nothing_is_there_for_who_is_not_verified(client, sign_in, name, visibility):
    thread = ThreadFactory(group__visibility=visibility)
    url = address(name, thread)
    for visitor in (client, sign_in(MemberFactory())):
        for method in (visitor.get, visitor.post):
            response = method(url)
            assert response.status_code == 404
            assert thread.title not in response.content.decode()
            assert thread.group.name not in response.content.decode()


@pytest.mark.parametrize("name", [name for name in PAGES if name != "community_group"])
@pytest.mark.parametrize("visibility", ["private", "secret"])
def test_nothing_of_a_closed_group_is_there_for_others(sign_in, nurse, name, visibility):
    thread = ThreadFactory(group__visibility=visibility)
    url = address(name, thread)
    reader = sign_in(nurse)
    assert {reader.get(url).status_code, reader.post(url).status_code} <= {302, 404, 405}
    if name != "community_group_edit" or visibility == "secret":
        assert reader.get(url).status_code == 404


def test_a_private_group_shows_its_name_and_no_thread(sign_in, nurse):
    thread = ThreadFactory(group__visibility="private")
    page = sign_in(nurse).get(thread.group.get_absolute_url()).content.decode()
    assert thread.group.name in page
    assert thread.title not in page
    assert thread.author.display_name not in page


def test_a_secret_group_is_not_there_for_managers(sign_in, manager):
    thread = ThreadFactory(group__visibility="secret")
    reader = sign_in(manager)
    for name in PAGES:
        assert reader.get(address(name, thread)).status_code == 404
    for url in (reverse("community_home"), reverse("animation"), reverse("animation_groups")):
        page = reader.get(url).content.decode()
        assert thread.group.name not in page
        assert thread.title not in page


def test_visitors_learn_what_the_community_is_and_no_name(client, sign_in):
    group = GroupFactory()
    for visitor in (client, sign_in(MemberFactory())):
        response = visitor.get("/communaute/")
        assert response.status_code == 200
        assert group.name not in response.content.decode()
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize(
    "url", ["/communaute/discussions/", "/animation/", "/animation/groupes/", "/animation/themes/"]
)
def test_lists_and_cockpit_are_not_there_for_others(client, sign_in, nurse, url):
    assert client.get(url).status_code == 404
    assert sign_in(MemberFactory()).get(url).status_code == 404
    if url.startswith("/animation/"):
        assert sign_in(nurse).get(url).status_code == 404


def test_pages_are_private_and_not_for_search_engines(sign_in, nurse):
    thread = ThreadFactory()
    for url in (thread.get_absolute_url(), thread.group.get_absolute_url(), reverse("community_home")):
        response = sign_in(nurse).get(url)
        assert "private" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in response.content.decode()


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_discussion_from_the_question_to_the_answer(sign_in, nurse, physician):
    group = GroupFactory()
    asker, answerer = sign_in(nurse, enforce_csrf_checks=False), sign_in(physician)
    new = reverse("community_thread_new", args=[group.slug])
    form = hidden_fields(asker.get(new).content.decode())
    posted = asker.post(
        new,
        {
            "key": form["key"],
            "title": "Escarre du talon, quelle décharge ?",
            "body": "Bonjour,\n\n- un\n- deux",
            "asked": ["medecin"],
            "themes": ["plaies-et-cicatrisation"],
            "free_themes": "décharge",
        },
        follow=True,
    )
    thread = Thread.objects.get()
    assert posted.redirect_chain[-1][0] == thread.get_absolute_url()
    assert "<ul><li>un</li><li>deux</li></ul>" in posted.content.decode()

    answer = answerer.post(thread.get_absolute_url(), {"body": "Décharge complète."})
    post = Post.objects.get(position=2)
    assert answer["Location"] == post.get_absolute_url()
    landed = answerer.get(answer["Location"])
    assert landed["Location"] == f"{thread.get_absolute_url()}#message-{post.pk}"
    asker.post(reverse("community_post_accept", args=[post.pk]))
    page = asker.get(thread.get_absolute_url()).content.decode()
    assert "post answer" in page
    assert page.count("Décharge complète.") == 1
    answerer.post(reverse("community_post_edit", args=[post.pk]), {"body": "Décharge partielle."})
    assert "Décharge partielle." in asker.get(thread.get_absolute_url()).content.decode()
    answerer.post(reverse("community_post_delete", args=[post.pk]))
    thread.refresh_from_db()
    assert (thread.accepted_post, thread.answer_count) == (None, 0)


@pytest.mark.parametrize("page", ["1000000", "-1", "0", "abc", "", "٣", "9" * 30])
def test_any_page_number_shows_a_page(sign_in, nurse, page):
    thread = ThreadFactory(replies=21)
    client = sign_in(nurse)
    assert client.get(thread.get_absolute_url(), {"page": page}).status_code == 200
    assert client.get(thread.group.get_absolute_url(), {"page": page}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "message/999999999999999999/",
        "message/99999999999999999999999/",
        "discussions/9-x/",
        "rien/",
        "rien/nouveau/",
        "invitations/1/",
    ],
)
def test_forged_addresses_are_not_found(sign_in, nurse, path):
    client = sign_in(nurse)
    assert client.get(f"/communaute/{path}").status_code in (404, 405)


def test_a_changed_title_or_group_still_leads_to_the_thread(sign_in, nurse):
    thread = ThreadFactory()
    old = reverse("community_thread", args=["ancien-groupe", thread.pk, "ancien-titre"])
    response = sign_in(nurse).get(old + "?page=2")
    assert response["Location"] == thread.get_absolute_url() + "?page=2"


def test_long_threads_are_paged_and_each_post_has_its_address(sign_in, nurse):
    thread = ThreadFactory(replies=45)
    client = sign_in(nurse)
    for position, page in ((1, 1), (21, 1), (22, 2), (42, 3), (46, 3)):
        post = thread.posts.get(position=position)
        target = client.get(post.get_absolute_url())["Location"]
        assert target.startswith(thread.get_absolute_url() + (f"?page={page}" if page > 1 else "#"))
        assert f'id="message-{post.pk}"' in client.get(target).content.decode()


def test_an_accepted_answer_far_down_stands_under_the_question(sign_in):
    thread = ThreadFactory(replies=30)
    answer = thread.posts.get(position=29)
    Thread.objects.filter(pk=thread.pk).update(accepted_post=answer)
    page = sign_in(thread.author).get(thread.get_absolute_url()).content.decode()
    first, second = re.findall(r'id="message-(\d+)"', page)[:2]
    assert (int(first), int(second)) == (thread.posts.get(position=1).pk, answer.pk)
    assert page.count(answer.text) == 1


def test_a_hidden_post_shows_to_its_author_and_moderators_with_the_reason(sign_in, nurse, manager):
    thread = ThreadFactory(replies=1)
    post = thread.posts.get(position=2)
    hide = reverse("community_post_hide", args=[post.pk])
    assert sign_in(manager).post(hide, {"reason": ""}).status_code == 422
    sign_in(manager).post(hide, {"reason": "Patient reconnaissable"})
    for user, sees in ((post.author, True), (manager, True), (nurse, False)):
        page = sign_in(user).get(thread.get_absolute_url()).content.decode()
        assert (post.text in page, "Patient reconnaissable" in page) == (sees, sees)
    assert sign_in(nurse).get(post.get_absolute_url()).status_code == 404
    sign_in(manager).post(hide, {"action": "restore"})
    assert post.text in sign_in(nurse).get(thread.get_absolute_url()).content.decode()


def test_moderating_a_thread(sign_in, manager):
    thread = ThreadFactory()
    target = GroupFactory()
    client = sign_in(manager)
    url = thread.get_absolute_url() + "moderer/"
    for action, field in (("pin", "pinned"), ("lock", "locked")):
        client.post(url, {"action": action})
        thread.refresh_from_db()
        assert getattr(thread, field)
    client.post(url, {"action": "move", "group": target.slug})
    thread.refresh_from_db()
    assert thread.group == target
    assert client.post(thread.get_absolute_url() + "moderer/", {"action": "rien"}).status_code == 404
    assert "sans retour" in client.get(thread.get_absolute_url() + "moderer/").content.decode()
    refused = client.post(thread.get_absolute_url() + "moderer/", {"action": "move", "group": "rien"})
    assert refused.status_code == 422


def test_a_report_and_its_decision(sign_in, nurse, manager):
    thread = ThreadFactory(replies=1)
    post = thread.posts.get(position=2)
    url = reverse("community_post_report", args=[post.pk])
    client = sign_in(nurse)
    incomplete = client.post(url, {"reason": "patient", "statement": "On la reconnaît."})
    assert incomplete.status_code == 422
    assert "On la reconnaît." in incomplete.content.decode()
    client.post(url, {"reason": "patient", "statement": "On la reconnaît.", "good_faith": "on"})
    report = Report.objects.get()
    cockpit = sign_in(manager)
    assert post.text in cockpit.get("/animation/").content.decode()
    decide = reverse("animation_report", args=[report.pk])
    assert cockpit.post(decide, {"action": "hide", "decision": ""}).status_code == 422
    cockpit.post(decide, {"action": "hide", "decision": "Identifiable."})
    assert post.text not in client.get(thread.get_absolute_url()).content.decode()
    assert cockpit.get(decide).status_code == 200


def test_the_editing_page_holds_the_formatted_text_for_the_rich_editor(sign_in, nurse):
    thread = ThreadFactory(author=nurse)
    Post.objects.filter(thread=thread).update(body="<p><strong>Gras</strong></p>", text="Gras")
    page = sign_in(nurse).get(reverse("community_post_edit", args=[thread.posts.get().pk])).content.decode()
    assert 'data-rich-html="&lt;p&gt;&lt;strong&gt;Gras&lt;/strong&gt;&lt;/p&gt;"' in page


@pytest.mark.usefixtures("site")
def test_the_front_page_shows_what_was_written_in_ones_groups(sign_in):
    joined = MembershipFactory(group__visibility="private")
    written = ThreadFactory(group=joined.group, title="Pansement qui fuit la nuit")
    ThreadFactory(title="Ailleurs dans la communauté", replies=1)
    section = (
        sign_in(joined.user).get("/").content.decode().split('id="mes-groupes"')[1].split("</section>")[0]
    )
    assert f'href="{written.get_absolute_url()}"' in section
    assert joined.group.name in section
    assert "Ailleurs dans la communauté" not in section


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("path", "asks"), [("/", "Quelle profession exercez-vous"), ("/communaute/", "Demander")]
)
def test_who_has_asked_for_a_verification_is_not_asked_to_ask_again(sign_in, path, asks):
    member = MemberFactory()
    assert asks in sign_in(member).get(path).content.decode()
    in_state(member, "infirmier", Verification.State.PENDING)
    page = sign_in(member).get(path).content.decode()
    assert "Votre demande est à l’étude" in page
    assert asks not in page


def test_the_url_of_a_deleted_message_leads_to_its_thread_and_says_so(sign_in, nurse):
    thread = ThreadFactory(replies=2)
    post = thread.posts.get(position=2)
    Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    response = sign_in(nurse).get(post.get_absolute_url(), follow=True)
    assert response.redirect_chain == [(thread.get_absolute_url(), 302)]
    assert "supprimé par son auteur" in response.content.decode()
    Thread.objects.update(deleted_at=timezone.now())
    assert sign_in(nurse).get(post.get_absolute_url()).status_code == 404
