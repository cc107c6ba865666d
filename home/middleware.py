from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from core.content import cached_content, version_for

from .branding import Brand


class SiteMiddleware:
    """Site, root page and brand, where Wagtail looks for them: the portal is one site.

    Read at first use, since a health check needs none of them, and anew when the content changes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = SimpleLazyObject(lambda: cached_content(version_for(request), "site", _default_site))
        request._wagtail_site = site
        setattr(request, Brand.get_cache_attr_name(), SimpleLazyObject(lambda: _brand_of(site)))
        return self.get_response(request)


def _default_site() -> Site | None:
    site = Site.objects.filter(is_default_site=True).select_related("root_page", "brand").first()
    if site is not None:
        site.root_page = site.root_page.specific  # as Wagtail's routing asks for it at each request
    return site


def _brand_of(site: Site | None) -> Brand:
    """An unsaved one while there is none: error pages carry it before the site is set up."""
    return getattr(site, "brand", None) or Brand()
