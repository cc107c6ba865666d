"""Two requests at once for what can only be there once: nobody meets an error page, and it is there once."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from community import services
from community.factories import (
    GroupFactory,
    MemberFactory,
    MembershipFactory,
    ThreadFactory,
    make_manager,
    viewer_of,
)
from community.forms import new_key
from community.models import Invitation, Membership, Post, Report, TaggedThread, Thread
from conftest import PASSWORD
from core.middleware import ConflictMiddleware
from members.models import Practice, Profile, User, Verification
from members.services import practice_add, profile_update, verification_request
from news.models import NewsIndexPage, NewsPage
from portal.site_setup import ensure_site
from search.models import Promotion
from taxonomy.models import Profession, Theme

from .journeys.database import own_database

pytestmark = pytest.mark.django_db
ROUNDS = 4
AT_ONCE = 3


@pytest.fixture
def elsewhere(tmp_path):
    """A database in which threads commit."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time")
    with own_database(tmp_path):
        ensure_site()
        yield


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each returned or raised, all begun at the same moment."""
    start, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait(10)
        try:
            answers.append(act())
        except (PermissionDenied, ValidationError) as error:
            answers.append(error)
        except Exception as error:
            answers.append(f"500: {error!r}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(acts)
    assert not [answer for answer in answers if isinstance(answer, str)], answers
    return answers


def posts(clients: list[Client], path: str, data: dict) -> list[int]:
    for client in clients:
        client.raise_request_exception = False
    codes = at_once(*(lambda client=client: client.post(path, data).status_code for client in clients))
    assert max(codes) < 500, codes
    return sorted(codes)


# --- The community --------------------------------------------------------------------------------------


def test_memberships_and_invitations(elsewhere):
    for _round in range(ROUNDS):
        group = GroupFactory()
        leader = viewer_of(MembershipFactory(group=group, role="leader").user)
        user = MemberFactory(professions=["infirmier"])
        viewer, invite = viewer_of(user), {"viewer": leader, "group": group, "email": user.email}
        at_once(
            lambda viewer=viewer, group=group: services.membership_join(viewer=viewer, group=group),
            lambda viewer=viewer, group=group: services.membership_join(viewer=viewer, group=group),
            lambda invite=invite: services.invitation_create(**invite),
            lambda invite=invite: services.invitation_create(**invite),
        )
        assert Membership.objects.filter(group=group, user=user).count() == 1
        assert Invitation.objects.filter(group=group).count() <= 1


def test_reports(elsewhere):
    post = ThreadFactory().posts.get()
    for _round in range(ROUNDS):
        viewer = viewer_of(MemberFactory(professions=["infirmier"]))
        sent = {"viewer": viewer, "post": post, "reason": "abuse", "statement": "Un manque de respect"}
        at_once(*[lambda sent=sent: services.report_create(**sent)] * AT_ONCE)
        assert Report.objects.filter(reporter_id=viewer.user_id).count() == 1


def test_the_same_form_sent_to_two_threads_and_to_one(elsewhere):
    viewer = viewer_of(MemberFactory(professions=["infirmier"]))
    for _round in range(ROUNDS):
        threads, key = [ThreadFactory(), ThreadFactory()], new_key()
        sent = {"viewer": viewer, "body": "<p>Une réponse</p>", "idempotency_key": key}
        at_once(
            *(
                lambda thread=thread, sent=sent: services.post_create(thread=thread, **sent)
                for thread in threads
            ),
            lambda thread=threads[0], sent=sent: services.post_create(thread=thread, **sent),
        )
        assert Post.objects.filter(author_id=viewer.user_id, idempotency_key=key).count() == 1


def test_answers_and_replies(elsewhere):
    thread = ThreadFactory(replies=2)
    author = viewer_of(thread.author)
    replies = list(thread.posts.filter(position__gt=1))
    writer = viewer_of(MemberFactory(professions=["infirmier"]))
    at_once(
        *(lambda post=post: services.post_accept(viewer=author, post=post) for post in replies),
        *[lambda: services.post_create(viewer=writer, thread=thread, body="<p>Encore</p>")] * AT_ONCE,
    )
    positions = list(thread.posts.values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))


def test_themes_that_are_typed_listed_and_merged(elsewhere):
    group, name = GroupFactory(), "Télésoin à domicile"
    manager = viewer_of(make_manager(MemberFactory()))
    writers = [viewer_of(MemberFactory(professions=["infirmier"])) for _number in range(AT_ONCE)]
    sent = {"group": group, "title": "Une question assez longue", "body": "<p>Oui</p>", "free_themes": [name]}
    at_once(*(lambda viewer=viewer: services.thread_create(viewer=viewer, **sent) for viewer in writers))
    assert Thread.objects.count() == TaggedThread.objects.count() == AT_ONCE
    for _round in range(ROUNDS):
        proposed = [Theme.objects.create(name=name, slug=f"t-{uuid4().hex}") for _number in range(2)]
        at_once(*(lambda theme=theme: services.theme_keep(viewer=manager, theme=theme) for theme in proposed))
        assert Theme.objects.listed().filter(slug="telesoin-a-domicile").count() == 1
        Theme.objects.filter(name=name).delete()


def test_names_of_groups(elsewhere):
    managers = [viewer_of(make_manager(MemberFactory())) for _number in range(AT_ONCE)]
    at_once(*(lambda one=one: services.group_create(viewer=one, name="Plaies") for one in managers))
    at_once(*[lambda: services.group_create(viewer=managers[0], name="Escarres")] * AT_ONCE)


# --- Accounts -------------------------------------------------------------------------------------------


def test_profile_practices_and_verification(elsewhere):
    nurse = Profession.objects.get(slug="infirmier")
    for _round in range(ROUNDS):
        user = MemberFactory()
        viewer = viewer_of(user)
        names = {"first_name": "Ana", "last_name": "Blin", "presentation": "", "town": "", "findable": True}
        at_once(*[lambda viewer=viewer, names=names: profile_update(viewer=viewer, **names)] * AT_ONCE)
        at_once(*[lambda viewer=viewer: practice_add(viewer=viewer, profession=nurse)] * AT_ONCE)
        asked = {"viewer": viewer, "profession": nurse, "message": "Voici"}
        at_once(*[lambda asked=asked: verification_request(**asked)] * AT_ONCE)
        for model in (Profile, Practice, Verification):
            assert model.objects.filter(user=user).count() == 1


def test_sign_up_with_one_address(elsewhere):
    for number in range(ROUNDS):
        form = {"first_name": "Ana", "last_name": "Blin", "email": f"ana{number}@pairs.example"}
        form |= {"password1": PASSWORD, "terms": "on"}
        assert (
            posts([Client() for _one in range(AT_ONCE)], reverse("account_signup"), form) == [302] * AT_ONCE
        )
        assert User.objects.filter(email=form["email"]).count() == 1


def test_two_members_confirm_the_same_new_address(elsewhere):
    confirmations = []
    for _number in range(2):
        address = EmailAddress(user=MemberFactory(), email="nouvelle@pairs.example", verified=False)
        address.save()
        confirmations.append(address)
    clients = []
    for address in confirmations:
        client = Client(raise_request_exception=False)
        client.force_login(address.user, backend="django.contrib.auth.backends.ModelBackend")
        clients.append(client)
    keys = [EmailConfirmationHMAC(address).key for address in confirmations]
    paths = [reverse("account_confirm_email", args=[key]) for key in keys]
    codes = at_once(
        *(lambda c=c, path=path: c.post(path).status_code for c, path in zip(clients, paths, strict=True))
    )
    assert max(codes) < 500, codes
    assert User.objects.filter(email="nouvelle@pairs.example").count() == 1


# --- The admin ------------------------------------------------------------------------------------------


@pytest.fixture
def desks(elsewhere, admin_user) -> list[Client]:
    clients = []
    for _number in range(AT_ONCE):
        client = Client()
        client.force_login(admin_user, backend="django.contrib.auth.backends.ModelBackend")
        clients.append(client)
    return clients


def test_pages_of_one_address(desks):
    index = NewsIndexPage.objects.get()
    for number in range(ROUNDS):
        body = streamfield([("paragraph", rich_text("<p>Un texte.</p>"))])
        form = {"title": f"Une annonce {number}", "slug": f"annonce-{number}", "standfirst": "Ce qui change."}
        form |= {"audience": "everyone", "source_type": "editorial", "body": body}
        path = reverse("wagtailadmin_pages:add", args=["news", "newspage", index.pk])
        posts(desks, path, nested_form_data(form))
        assert NewsPage.objects.filter(slug=f"annonce-{number}").count() >= 1
        paths = list(NewsPage.objects.values_list("path", flat=True))
        assert len(paths) == len(set(paths))
    index.refresh_from_db()
    assert index.numchild == NewsPage.objects.count()


def test_redirects_themes_selections_and_synonyms(desks, site):
    for number in range(ROUNDS):
        form = {"old_path": f"/vieille-{number}", "site": site.pk, "is_permanent": "on"}
        form["redirect_link"] = "https://ailleurs.example/"
        posts(desks, reverse("wagtailredirects:add"), form)
        assert Redirect.objects.filter(old_path=f"/vieille-{number}").count() == 1
        theme = {"name": f"Thème {number}", "slug": f"theme-{number}", "synonyms": "", "hue": "10"}
        posts(desks, reverse(Theme.snippet_viewset.get_url_name("add")), theme)
        assert Theme.objects.filter(slug=f"theme-{number}").count() == 1
        promotion = {"query": f"mot{number}", "pages-TOTAL_FORMS": "0", "pages-INITIAL_FORMS": "0"}
        promotion |= {"pages-MIN_NUM_FORMS": "0", "pages-MAX_NUM_FORMS": "3"}
        posts(desks, reverse(Promotion.snippet_viewset.get_url_name("add")), promotion)
        assert Promotion.objects.filter(query=f"mot{number}").count() <= 1


# --- What nobody foresaw --------------------------------------------------------------------------------


class UniqueViolationError(Exception):
    sqlstate = "23505"


@pytest.mark.parametrize(("fails", "code"), [(1, 200), (2, 409)])
def test_a_view_that_meets_a_conflict_runs_once_more(monkeypatch, elsewhere, fails, code):
    calls = []

    def view(request):
        calls.append(request.POST["text"])
        if len(calls) <= fails:
            raise IntegrityError("duplicate key") from UniqueViolationError()
        return type("Answer", (), {"status_code": 200})()

    middleware = ConflictMiddleware(lambda request: None)
    request = RequestFactory().post("/", {"text": "Ce qui était tapé"})
    request.user, request.session = MemberFactory(), {}
    middleware.process_view(request, view, (), {})
    try:
        view(request)
    except IntegrityError as error:
        response = middleware.process_exception(request, error)
    assert response.status_code == code and calls == ["Ce qui était tapé"] * 2
