"""Site and brand of a request, kept for a minute: every page needs both, and they hardly ever change."""

import pickle
from collections.abc import Callable

from django.core.cache import caches
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site
from wagtail.models.sites import SiteRootPath

from .branding import Brand

SITES_KEY, BRANDS_KEY = KEYS = "home:sites", "home:brands"
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
        request._wagtail_site = SimpleLazyObject(lambda: _kept(SITES_KEY, request))
        brand = SimpleLazyObject(lambda: _kept(BRANDS_KEY, request))
        setattr(request, Brand.get_cache_attr_name(), brand)
        return self.get_response(request)


def _kept(key: str, request: HttpRequest) -> Site | Brand | None:
    """The site or the brand, each by itself: all pages need a brand, few need a site.

    A copy for each request: Wagtail keeps on a site and its page what it found for one of them.
    """
    host, known = request.get_host(), caches["process"].get(key, {})
    if host not in known:
        for one, found in zip(KEYS, _look_up(request), strict=True):
            _keep(one, host, found)
        known = caches["process"].get(key, {})
    return pickle.loads(known[host])  # noqa: S301 (our own, of this process)


def _keep(key: str, host: str, found: Site | Brand | None) -> None:
    known = caches["process"].get(key, {})
    known = {} if len(known) >= MAX_HOSTS else known
    caches["process"].set(key, known | {host: pickle.dumps(found)}, SECONDS)


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
    keys = [*KEYS, ROOTS_KEY]
    caches["process"].delete_many(keys)
    transaction.on_commit(lambda: caches["process"].delete_many(keys))


def watch_sites(home_page: type[Model]) -> None:
    for model in (Site, Brand, home_page):
        for signal in (post_save, post_delete):
            signal.connect(_forget, sender=model, dispatch_uid=f"home-site-{model.__name__}")
