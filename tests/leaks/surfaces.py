"""Where things are met: every address of the portal, with what it must answer to whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from . import expectations
from .people import EVERYBODY, MANAGERS, VERIFIED, VISITOR
from .things import Names
from .world import COMMON, World, thing

Status = Callable[[str], int]


@dataclass(frozen=True)
class Surface:
    name: str
    paths: tuple[str, ...]
    # What it answers to a viewer; None: whatever it likes.
    status: Status | None = None
    # The same for everybody: what a visitor may not read is not there.
    for_everybody: bool = False
    # Whether what it is about must be met there; else it only must not be met by others.
    shows: bool = True


def only(readers: Names, found: int = 200, refused: int = 404) -> Status:
    return lambda viewer: found if viewer in readers else refused


def surfaces(world: World) -> Iterator[Surface]:
    yield from _lists()
    yield from _open_to_all()
    yield from _pages(world)
    yield from _references(world)
    yield from _files(world)
    yield from _narrowed(world)
    yield from _groups(world)
    yield from _threads(world)
    yield from _posts(world)
    yield from _colleagues(world)
    yield from _suggestions()
    yield from _corrections()
    yield from _animation(world)
    yield from _admin(world)
    # Twice: made, then read again.
    yield Surface("brief", ("/bref/", "/bref/"), only(SIGNED_IN, refused=302))
    saved = "/compte/recherches/"
    groups = "&".join(f"groupe={group.slug}" for group in world.groups.values())
    paths = (saved, f"{saved}nouvelle/?type=thread&{groups}")
    yield Surface("saved", paths, only(SIGNED_IN, refused=302), shows=False)
    yield Surface("account", ("/compte/", "/compte/profil/"), only(SIGNED_IN, refused=302))
    yield from _notifications()


# An account that is closed is signed out.
SIGNED_IN = EVERYBODY - {VISITOR, "banned"}
COMMUNITY = VERIFIED | MANAGERS


def _notifications() -> Iterator[Surface]:
    """What somebody was told of, and follows, while they could: now, only what they still may read."""
    told = tuple(f"/compte/notifications/?page={page}" for page in range(1, 8))
    yield Surface("notifications", told, only(SIGNED_IN, refused=302))
    followed = ("/compte/abonnements/", "/compte/abonnements/?page=2")
    yield Surface("subscriptions", followed, only(SIGNED_IN, refused=302))
    yield Surface("notification_settings", ("/compte/notifications/reglages/",), only(SIGNED_IN, refused=302))


def _lists() -> Iterator[Surface]:
    everybody = only(EVERYBODY)
    both = ("", "?profession=toutes")
    yield Surface("home", tuple(f"/{query}" for query in both), everybody)
    for kind, address in (("news", "actualites"), ("job", "emplois"), ("training", "formations")):
        yield Surface(f"list.{kind}", tuple(f"/{address}/{query}" for query in both), everybody)
    search = "/recherche/?profession=toutes"
    yield Surface("search", (search, *(f"{search}&page={page}" for page in (2, 3, 4, 5))), everybody)
    yield Surface("search.own", ("/recherche/", "/recherche/?type=thread&tri=date"), everybody)
    word = f"{search}&q={COMMON}"
    yield Surface("search.word", (word, f"{word}&page=2", f"{word}&theme={expectations.THEME}"), everybody)
    # Nothing holds both words: which to leave out, and how many there would be.
    yield Surface("search.shorter", (f"{word} zythum", f"{word} zythum&type=thread"), everybody)
    yield Surface("community", ("/communaute/",), everybody)
    threads = tuple(f"/communaute/discussions/{query}" for query in both)
    yield Surface("list.thread", threads, only(COMMUNITY))


def _narrowed(world: World) -> Iterator[Surface]:
    """Lists with a filter whose values are not for everybody to know."""
    near = ("22", "44", "rennes-35238-100km", "nantes-44109-10km")
    for place in near:
        yield Surface("location", (f"/recherche/?profession=toutes&autour={place}",), only(EVERYBODY))
        yield Surface("location", (f"/recherche/flux/?autour={place}",), for_everybody=True)
    yield Surface("location", ("/recherche/communes/?q=nan",), only(EVERYBODY), for_everybody=True)
    for name, group in world.groups.items():
        path = f"/communaute/discussions/?profession=toutes&groupe={group.slug}"
        yield Surface(f"narrowed.{name}", (path,), only(COMMUNITY))


def _open_to_all() -> Iterator[Surface]:
    everybody = only(EVERYBODY)
    for path in ("/sitemap.xml", "/robots.txt", "/healthz", "/readyz", "/marque.css"):
        yield Surface(path, (path,), everybody, for_everybody=True)
    feeds = (
        "",
        f"?q={COMMON}",
        "?type=job",
        "?type=thread",
        f"?profession=toutes&theme={expectations.THEME}",
    )
    yield Surface("feed", tuple(f"/recherche/flux/{query}" for query in feeds), everybody, for_everybody=True)
    dates = ("", f"?q={COMMON}", "?profession=toutes&autour=44")
    calendar = tuple(f"/recherche/agenda/{query}" for query in dates)
    yield Surface("calendar", calendar, everybody, for_everybody=True)
    yield Surface("404", ("/rien/", "/communaute/rien/", "/media/rien.png"), only(frozenset()), True)


def _pages(world: World) -> Iterator[Surface]:
    for page in expectations.PAGES.values():
        made: Any = world.pages[page.key]
        address = made.get_url()
        yield Surface(f"page.{page.key}", (address,), page.answers)
        if page.kind == "training":
            agenda = f"{address}agenda/"
            paths = (agenda, f"{agenda}{made.sessions.get().pk}/")
            yield Surface(f"agenda.{page.key}", paths, page.answers)


def _references(world: World) -> Iterator[Surface]:
    """What leads to other pages: links of every kind on a public page, and old addresses."""
    yield Surface("references", (world.references.url,), only(EVERYBODY))
    for number, page in enumerate(expectations.PAGES.values()):
        old = (f"/ancienne-{number}/", f"/tapee-{number}/")
        yield Surface(f"redirect.{page.key}", old, _redirects(page))


def _redirects(page: expectations.ExpectedPage) -> Status:
    def status(viewer: str) -> int:
        answer = page.answers(viewer)
        return answer if answer in (403, 404) else 301

    return status


def _files(world: World) -> Iterator[Surface]:
    for name, readers in expectations.FILES.items():
        image = world.images[name]
        yield Surface(f"file.{name}", (world.documents[name].url,), only(readers))
        yield Surface(f"image.{name}", (image.get_rendition("width-120").url,), only(readers))
        yield Surface(f"original.{name}", (image.file.url,), only(expectations.EDITORS))
        yield Surface(
            f"lying.{name}", (f"{settings.MEDIA_URL}{world.documents[name].file}",), only(expectations.NOBODY)
        )


def _groups(world: World) -> Iterator[Surface]:
    for group in expectations.GROUPS:
        address = world.groups[group.name].get_absolute_url()
        yield Surface(f"group.{group.name}", (address,), only(group.sees))
        yield Surface(f"members.{group.name}", (f"{address}membres/",), only(group.members_page))
        # Who was removed from an open group reads it and does not write there.
        yield Surface(f"new.{group.name}", (f"{address}nouveau/",), only(group.reads - {"removed"}))
        yield Surface(f"edit.{group.name}", (f"{address}modifier/",), _edits_group(group))


def _edits_group(group: expectations.ExpectedGroup) -> Status:
    moderators = expectations.MODERATORS & group.reads
    return lambda viewer: 200 if viewer in moderators else 302 if viewer in group.sees else 404


def _threads(world: World) -> Iterator[Surface]:
    for name, thread in world.threads.items():
        readers = expectations.THINGS[f"thread.{name}"].readers
        address = thread.get_absolute_url()
        yield Surface(f"thread.{name}", (address,), only(readers))
        # What is new to them is asked for by who may open it.
        yield Surface(f"thread.{name}", (f"{address}?nouveaux=1",), only(readers, found=302), shows=False)
        # Under another group and another title: sent on to the right address, or to none.
        elsewhere = reverse("community_thread", args=[world.groups["open"].slug, thread.pk, "rien"])
        yield Surface(f"thread.{name}", (elsewhere,), only(readers, found=302), shows=False)
        moderators = expectations.MODERATORS & readers
        yield Surface(f"thread.{name}", (f"{address}moderer/",), only(moderators), shows=False)


def _posts(world: World) -> Iterator[Surface]:
    home = {"post.hidden": "thread.open", "post.deleted": "thread.open", "post.reported": "thread.secret"}
    for name, post in world.posts.items():
        kind, _, place = name.partition(".")
        surface = home.get(name, f"thread.{place}")
        readers = thing(name).readers
        # The address of a deleted message leads to its thread.
        led = expectations.THINGS[surface].readers if name == "post.deleted" else readers
        yield Surface(surface, (post.get_absolute_url(),), only(led, found=302), shows=False)
        moderators = expectations.MODERATORS & readers
        yield Surface(surface, (f"{post.get_absolute_url()}masquer/",), only(moderators), shows=False)
        if kind == "post" or "hidden" in place:
            acts = ("modifier", "supprimer", "signaler")
            yield Surface(surface, tuple(f"{post.get_absolute_url()}{act}/" for act in acts), shows=False)


def _colleagues(world: World) -> Iterator[Surface]:
    for name, user in world.people.items():
        if user is not None:
            address = reverse("community_person", args=[user.pk])
            yield Surface(f"colleague.{name}", (address,), only(expectations.FINDERS[name]))


def _suggestions() -> Iterator[Surface]:
    """Each title and name is typed: its first letters, not all of them."""
    for one in expectations.THINGS.values():
        if one.name.startswith(expectations.SUGGESTED):
            path = f"/recherche/suggestions/?q={one.title[:6]}"
            yield Surface(f"suggestions.{one.name}", (path,), only(EVERYBODY))


def _corrections() -> Iterator[Surface]:
    """Each title and name is mistyped: two of its letters change places."""
    for one in expectations.THINGS.values():
        if one.name.startswith(expectations.SUGGESTED):
            typed = one.title[:3] + one.title[4] + one.title[3] + one.title[5:]
            path = f"/recherche/?profession=toutes&q={typed}"
            yield Surface(f"search.mistyped.{one.name}", (path, f"{path}&tel_quel={typed}"), only(EVERYBODY))


def _animation(world: World) -> Iterator[Surface]:
    def surface(name: str, path: str) -> Surface:
        return Surface(f"animation{name}", (f"/animation/{path}",), only(MANAGERS))

    yield surface("", "")
    yield surface(".groups", "groupes/")
    yield surface(".new", "groupes/nouveau/")
    yield surface(".themes", "themes/")
    yield surface(".verifications", "verifications/")
    for tab in ("verifies", "refuses", "retires"):
        yield surface(".verifications", f"verifications/?etat={tab}")
    for name, verification in world.verifications.items():
        yield surface(f".verification.{name}", f"verifications/{verification.pk}/")
    asked = world.verifications["unverified"].pk
    yield Surface("document.verification", (f"/animation/verifications/{asked}/document/",), only(MANAGERS))
    for name, report in world.reports.items():
        yield surface(f".report.{name}", f"signalements/{report.pk}/")


def _admin(world: World) -> Iterator[Surface]:
    editors = only(expectations.EDITORS, refused=302)

    def surface(*paths: str, status: Status | None = editors) -> Surface:
        return Surface("admin", tuple(f"/admin/{path}" for path in paths), status)

    yield surface("", "images/", "documents/", "reports/site-history/", status=None)
    yield surface("users/", "settings/home/brand/", status=None)
    for key, page in world.pages.items():
        yield surface(f"pages/{page.pk}/view_draft/", status=None)
        if key in ("news.draft", "job.nurses"):
            yield surface(
                f"pages/{page.pk}/edit/", f"pages/{page.pk}/edit/preview/", f"pages/{page.pk}/history/"
            )
    listing: Any = world.pages["news.public"]
    yield surface(f"pages/{listing.get_parent().pk}/", "pages/search/?q=Titre", "choose-page/search/?q=Titre")
    yield surface("moteur/", "recherches/", "snippets/search/synonymrule/", "snippets/search/promotion/")
    yield surface("snippets/taxonomy/theme/")
    unlisted = only(expectations.EDITORS, found=404, refused=302)
    for path in ("edit", "usage", "history", "delete"):
        yield surface(f"snippets/taxonomy/theme/{path}/{_theme(world).pk}/", status=unlisted)
    for path in ("snippets/choose/taxonomy/theme/", "tag-autocomplete/taxonomy/theme/?term=a"):
        yield surface(path, status=None)
    yield surface(f"bulk/taxonomy/theme/delete/?id={_theme(world).pk}", status=None)
    nurse = world.verifications["nurse"].profession_id
    yield surface(f"snippets/taxonomy/profession/usage/{nurse}/", status=None)


def _theme(world: World) -> Any:
    return world.threads["private"].tags.exclude(status="curated").get()
