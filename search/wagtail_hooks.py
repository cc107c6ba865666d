"""Search in Wagtail's admin: « Recherche » in the menu, its pages, its icons."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .admin.engine import ICON, EngineView, JobView
from .admin.promotions import PromotionViewSet
from .admin.queries import QueryReport
from .admin.synonyms import SynonymViewSet


class SearchGroup(SnippetViewSetGroup):
    items = (SynonymViewSet, PromotionViewSet)
    menu_label = pgettext_lazy("menu", "Search")
    menu_icon = "search"
    menu_name = "portal-search"
    menu_order = 310
    submenu_hook = "register_portal_search_menu_item"


register_snippet(SearchGroup)


class AllowedItem(MenuItem):
    """Shown to who has `permission`."""

    def __init__(self, *args, permission: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("moteur/", EngineView.as_view(), name="portal_search_engine"),
        path("moteur/suivi/", JobView.as_view(), name="portal_search_job"),
        path("recherches/", QueryReport.as_view(), name="portal_search_queries"),
        path(
            "recherches/resultats/",
            QueryReport.as_view(results_only=True),
            name="portal_search_queries_results",
        ),
    ]


@hooks.register("register_portal_search_menu_item")
def report_item() -> MenuItem:
    return AllowedItem(
        _("What people look for"),
        reverse("portal_search_queries"),
        icon_name="glasses",
        order=100,
        permission="search.view_querycount",
    )


@hooks.register("register_portal_search_menu_item")
def engine_item() -> MenuItem:
    return AllowedItem(
        _("Search engine"),
        reverse("portal_search_engine"),
        icon_name=ICON,
        order=110,
        permission="search.view_indexjob",
    )
