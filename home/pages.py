"""The home page, standard pages, and the base of the three list pages."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.url_routing import RouteResult

from core.content import cached_content, version_for
from core.text import summary
from search.results.responses import listing_response

from .base import PortalPage, framed_by_admin
from .blocks import BodyBlock, plain_text


class HomePage(PortalPage):
    """`/`. What it shows is registered by the apps, see `home.sections`."""

    introduction = models.CharField(
        _("introduction"),
        max_length=250,
        blank=True,
        help_text=_("One sentence for who comes for the first time: what this is and whom it is for."),
    )

    content_panels = [*PortalPage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1
    template = "home/home.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail routes; the page is kept until the content changes. Who may read it, `serve` decides."""

        def build() -> RouteResult:
            result = super(HomePage, self).route(request, path_components)
            models.prefetch_related_objects([result.page], *result.page.serve_prefetch)
            result.page.get_url()  # asks for the roots of sites, which Wagtail keeps at the page
            return result

        return cached_content(version_for(request), f"route {'/'.join(path_components)}", build)


class StandardPage(PortalPage):
    """About, accessibility, legal notice, personal data: a title and a text for everybody."""

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*PortalPage.content_panels, FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")

    @property
    def summary(self) -> str:
        return self.search_description or summary(plain_text(self.body))


class ListPage(PortalPage):
    """Base of `/actualites/`, `/emplois/`, `/formations/`: the one faceted list with its kind fixed."""

    introduction = models.CharField(_("introduction"), max_length=250, blank=True)

    content_panels = [*PortalPage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage"]
    max_count = 1
    kind = ""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.is_preview = False
        return self._listing(request)

    @framed_by_admin
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self._listing(request)

    def _listing(self, request: HttpRequest) -> HttpResponse:
        return listing_response(
            request,
            kinds=(self.kind,),
            title=self.title,
            intro=self.introduction,
            section=self.section,
            context={"page": self},
        )
