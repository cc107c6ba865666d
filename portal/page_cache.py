"""Visitors' pages, rendered once and served from memory until the content changes (ADR 13).

An entry is used while the content version (`core.content`) is the one that it was rendered under.
"""

import gzip
import hashlib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import get_conditional_response, patch_vary_headers
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.signals import post_page_move

from core.content import Version, note_change, version_for
from home.base import portal_page_models
from home.branding import Brand
from search.index.drain import index_changed
from search.sources import syndicated_kinds

from .middleware import GetResponse, language_of

# Names of URL patterns. Searches for words are counted (`search.results.analytics`): each is answered anew.
VIEWS = frozenset({"wagtail_serve", "search"})
COUNTED_PARAMETER = "q"
MAX_PATH = 500  # characters, with the query
# Whoever holds one of these may be shown what is theirs.
PERSONAL_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})
CSRF_FIELD = b"csrfmiddlewaretoken"
CACHE_CONTROL = "public, max-age=0, must-revalidate"
# Headers by which htmx asks for a part of a page.
PARTS = ("HX-Request", "HX-Target")
VARY = ("Accept-Encoding", "Cookie", *PARTS)


def note_indexed(kinds: set[str], **kwargs: Any) -> None:
    """A list that was rendered between a commit and its place in the index is rendered again."""
    if not kinds.isdisjoint(syndicated_kinds()):
        note_change()


def watch_content() -> None:
    """Connects every model that a visitor's page shows."""
    shown: list[type[Model]] = [*portal_page_models(), Page, Site, Brand, Redirect]
    shown += [get_image_model(), get_document_model(), *apps.get_app_config("taxonomy").get_models()]
    for model in shown:
        for signal in (post_save, post_delete):
            signal.connect(note_change, sender=model, dispatch_uid=f"portal.page_cache:{model._meta.label}")
    for model in portal_page_models():
        uid = f"portal.page_cache:{model._meta.label}"
        post_page_move.connect(note_change, sender=model, dispatch_uid=uid)
    index_changed.connect(note_indexed, dispatch_uid="portal.page_cache:index")


@dataclass(frozen=True, slots=True)
class CachedPage:
    version: Version
    compressed: bytes
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, response: HttpResponse, version: Version) -> "CachedPage":
        patch_vary_headers(response, VARY)
        response["Cache-Control"] = CACHE_CONTROL
        # Weak: the same for both encodings.
        response["ETag"] = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
        headers = tuple((name, value) for name, value in response.items() if name != "Content-Length")
        return cls(version, gzip.compress(response.content, 6, mtime=0), headers)

    def response(self, request: HttpRequest) -> HttpResponse:
        """The page, or 304 for who holds it already."""
        if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            response = HttpResponse(self.compressed, headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(gzip.decompress(self.compressed))
        for name, value in self.headers:
            response.headers[name] = value
        response.headers["Content-Length"] = str(len(response.content))
        return get_conditional_response(request, etag=response["ETag"], response=response)


class PageCacheMiddleware:
    """Stands before sessions, languages and policies: a hit costs one query, and reaches none of them."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_impersonal(request):
            return self.get_response(request)
        key = key_of(request)
        page = caches["pages"].get(key)
        if page is not None and page.version == version_for(request):
            return page.response(request)
        request.takes_cached_page = True
        response = self.get_response(request)
        if not getattr(request, "is_cached_view", False) or not is_shareable(response):
            return response
        page = CachedPage.of(response, version_for(request))
        if request.method == "GET":
            caches["pages"].set(key, page)
        return page.response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """Reads the version before anything is rendered: a change meanwhile makes the page an old one."""
        if getattr(request, "takes_cached_page", False) and request.resolver_match.url_name in VIEWS:
            request.is_cached_view = True
            version_for(request)


def is_impersonal(request: HttpRequest) -> bool:
    """Nothing in the request can make the answer somebody's own."""
    return (
        request.method in ("GET", "HEAD")
        and PERSONAL_COOKIES.isdisjoint(request.COOKIES)
        and len(request.get_full_path()) <= MAX_PATH
        and COUNTED_PARAMETER not in request.GET
    )


def key_of(request: HttpRequest) -> str:
    parts = (
        request.scheme,
        request.get_host(),
        language_of(request),
        *(request.headers.get(name, "")[:100] for name in PARTS),
        request.get_full_path(),
    )
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=20).hexdigest()


def is_shareable(response: HttpResponse) -> bool:
    """A whole page that sets nothing, says nothing of caches itself, and holds no form of one reader."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and CSRF_FIELD not in response.content
    )
