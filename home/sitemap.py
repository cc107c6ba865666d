"""What search engines are told: public pages, and where not to look."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.sitemaps import views
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from wagtail.contrib.sitemaps import Sitemap

from members.access import VISITOR

from .base import PortalPage, portal_page_models

CLOSED_TO_ROBOTS = ["/admin/", "/animation/", "/compte/", "/communaute/", "/documents/", "/recherche/"]


class PublicPages(Sitemap):
    """Pages of one type that a visitor may read now."""

    def __init__(self, request: HttpRequest, model: type[PortalPage]):
        super().__init__(request)
        self.model = model

    def items(self) -> Iterable[PortalPage]:
        fields = ("url_path", "last_published_at", "latest_revision_created_at")
        return self.model.objects.visible_to(VISITOR).order_by("path").only(*fields)


@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    sitemaps = {model._meta.label_lower: PublicPages(request, model) for model in portal_page_models()}
    return views.sitemap(request, sitemaps, template_name="home/sitemap.xml")


@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
