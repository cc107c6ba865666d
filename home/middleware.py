"""Site and brand of a request, kept for a minute: every page needs both, and they hardly ever change."""

from collections.abc import Callable

from django.core.cache import caches
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site
from wagtail.models.sites import SiteRootPath

from .branding import Brand

KEY = "home:sites"
ROOTS_KEY = "home:site-roots"
# Another process learns of a change within this many seconds.
SECONDS = 60
# Hosts remembered at a time: `ALLOWED_HOSTS` may be wide.
MAX_HOSTS = 20


class SiteMiddleware:
    """Puts site and brand where Wagtail looks for them before it asks the database.

    At first use only: a health check or a file needs neither, even when the database is down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = SimpleLazyObject(lambda: _site_and_brand(request))
        request._wagtail_site = SimpleLazyObject(lambda: found[0])
        setattr(request, Brand.get_cache_attr_name(), SimpleLazyObject(lambda: found[1]))
        return self.get_response(request)


def _site_and_brand(request: HttpRequest) -> tuple[Site | None, Brand]:
    cache = caches["process"]
    host, known = request.get_host(), cache.get(KEY, {})
    if host not in known:
        known = {} if len(known) >= MAX_HOSTS else known
        known[host] = _look_up(request)
        cache.set(KEY, known, SECONDS)
    return known[host]


def _look_up(request: HttpRequest) -> tuple[Site | None, Brand]:
    site = Site._find_for_request(request)
    if site is None:
        return None, Brand()
    site.root_page = site.root_page.specific
    return site, Brand.for_site(site)


def site_roots() -> list[SiteRootPath]:
    """Wagtail's, kept here: each row of a list has an address, and the shared cache is in the database."""
    return caches["process"].get_or_set(ROOTS_KEY, Site.get_site_root_paths, SECONDS)


def _forget(**kwargs) -> None:
    caches["process"].delete_many([KEY, ROOTS_KEY])
    transaction.on_commit(lambda: caches["process"].delete_many([KEY, ROOTS_KEY]))


def watch_sites() -> None:
    from .models import HomePage

    for model in (Site, Brand, HomePage):
        for signal in (post_save, post_delete):
            signal.connect(_forget, sender=model, dispatch_uid=f"home-site-{model.__name__}")
