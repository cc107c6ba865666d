"""Links on a page of the portal: shown only to who may open what they lead to (docs/adr/0026).

The URL of a page holds its title. So a link within the portal, however an editor made it, is a link for those
whom it leads to something; for others its text stays, without the URL.
"""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.http.request import validate_host
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.safestring import SafeString, mark_safe
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site
from wagtail.rich_text import expand_db_html

from members.access import VISITOR, Viewer

from .base import PortalPage

# Whether a viewer may open what a view shows. Views without a check are for everybody, or their URLs name
# nothing.
LinkCheck = Callable[[ResolverMatch, Viewer], bool]
_checks: dict[str, LinkCheck] = {}

_LINK = re.compile(r"(<a\b[^>]*>|</a\s*>)", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
MOST_REDIRECTS = 3
PageKey = tuple[type[PortalPage], int]


def register_link_check(*names: str) -> Callable[[LinkCheck], LinkCheck]:
    """Registers `check(match, viewer)` for the URL patterns of these names."""

    def register(check: LinkCheck) -> LinkCheck:
        _checks.update(dict.fromkeys(names, check))
        return check

    return register


def readable_rich_text(source: str, viewer: Viewer, base: str = "/") -> SafeString:
    """HTML of stored rich text for a viewer. `base`: path of the page that it stands on."""
    # Beyond the last one, each « <a » would be looked through to the end of the text.
    head, end, rest = source.rpartition(">")
    parts = _LINK.split(expand_db_html(head + end))
    hrefs = {_href(tag) for tag in parts[1::2] if tag[1] != "/"}
    followed = followable(hrefs, viewer, base) if hrefs else hrefs
    out, is_link = [], True
    for number, part in enumerate(parts):
        if number % 2 and part[1] != "/":
            is_link = _href(part) in followed
        if is_link or not number % 2:
            out.append(part)
    return mark_safe("".join([*out, rest]))


def _href(tag: str) -> str:
    found = _HREF.search(tag)
    return unescape(next(filter(None, found.groups()), "")) if found else ""


def reader_of(context: Mapping[str, Any]) -> tuple[Viewer, str]:
    """(viewer, path of the page) of a template's context; a visitor where there is no request."""
    request = context.get("request")
    return getattr(request, "viewer", VISITOR), getattr(request, "path", "/")


def may_follow(url: str, viewer: Viewer) -> bool:
    """Whether an absolute URL leads elsewhere, or to something that this viewer may open."""
    return bool(followable([url], viewer))


def followable(
    urls: Collection[str], viewer: Viewer, base: str = "/", hops: int = MOST_REDIRECTS
) -> set[str]:
    """Those that lead elsewhere, or to something that this viewer may open.

    Asks for all the pages at once, and for all of one type once more.
    """
    found, paths = set(), {}
    for url in urls:
        path = own_path(url, base)
        if path is None or path.startswith(settings.STATIC_URL):
            found.add(url)
            continue
        try:
            match = resolve(path)
        except Resolver404:
            continue
        if match.url_name == "wagtail_serve":
            paths[url] = path
        elif match.url_name not in _checks or _checks[match.url_name](match, viewer):
            found.add(url)
    pages = pages_at(set(paths.values())) if paths else {}
    visible = _visible(set(pages.values()), viewer)
    for url, path in paths.items():
        if pages[path] in visible if path in pages else _redirects_to_open(path, viewer, hops):
            found.add(url)
    return found


def own_path(url: str, base: str = "/") -> str | None:
    """The path, as browsers read it, of a URL of this portal; None for others."""
    try:
        parts = urlsplit(urljoin(base, url.strip().replace("\\", "/")))
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or (host and not _is_ours(host)):
        return None
    path = unicodedata.normalize("NFC", unquote(parts.path)).replace("\0", "")
    path = "/" + posixpath.normpath(f"/{path}").strip("/.")
    is_file = "." in path.rpartition("/")[2]
    return path if is_file or path == "/" else f"{path}/"


def _is_ours(host: str) -> bool:
    named = [name for name in settings.ALLOWED_HOSTS if name != "*"]
    return validate_host(host.rstrip("."), [*named, urlsplit(settings.SITE_URL).hostname or ""])


def pages_at(paths: Collection[str]) -> dict[str, PageKey]:
    """path → the page that answers there, whoever may read it; paths where there is none are left out."""
    roots = [root.root_path for root in Site.get_site_root_paths()[:1]]
    below = {path: [f"{root}{start}" for root in roots for start in _starts(path)] for path in paths}
    wanted = {url_path for starts in below.values() for url_path in starts}
    rows = Page.objects.filter(url_path__in=wanted).values_list("url_path", "content_type_id", "pk")
    known = {url_path: (content_type, pk) for url_path, content_type, pk in rows}
    found = {}
    for path, starts in below.items():
        deepest = next((url_path for url_path in starts if url_path in known), "")
        content_type, pk = known.get(deepest, (0, 0))
        model = ContentType.objects.get_for_id(content_type).model_class() if pk else None
        # What has no pages below it may have views there.
        if (
            model
            and issubclass(model, PortalPage)
            and (deepest == starts[0] or not model.clean_subpage_models())
        ):
            found[path] = model, pk
    return found


def redirect_at(path: str) -> Redirect | None:
    return Redirect.objects.filter(old_path=Redirect.normalise_path(path)).first()


def page_of(redirect: Redirect, hops: int = MOST_REDIRECTS) -> PortalPage | None:
    """The page that a redirect leads to, by whichever field it says so, through others."""
    if redirect.redirect_page is not None:
        page = redirect.redirect_page.specific
        return page if isinstance(page, PortalPage) else None
    path = own_path(redirect.redirect_link)
    if path is None:
        return None
    if found := pages_at([path]).get(path):
        return found[0].objects.filter(pk=found[1]).first()
    further = redirect_at(path) if hops else None
    return page_of(further, hops - 1) if further else None


def _starts(path: str) -> Iterator[str]:
    """« a/b/ », « a/ » and the empty start of `/a/b/`."""
    names = path.strip("/").split("/") if path != "/" else []
    for length in range(len(names), -1, -1):
        yield "".join(f"{name}/" for name in names[:length])


def _visible(pages: Collection[PageKey], viewer: Viewer) -> set[PageKey]:
    pks = defaultdict(list)
    for model, pk in pages:
        pks[model].append(pk)
    return {
        (model, pk)
        for model, wanted in pks.items()
        for pk in model.objects.visible_to(viewer).filter(pk__in=wanted).values_list("pk", flat=True)
    }


def _redirects_to_open(path: str, viewer: Viewer, hops: int) -> bool:
    redirect = redirect_at(path) if hops else None
    return redirect is not None and bool(redirect.link and followable([redirect.link], viewer, hops=hops - 1))
