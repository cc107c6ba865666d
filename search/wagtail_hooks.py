"""Search in Wagtail's admin: « Recherche » in the menu, its pages, its icons."""

from django.utils.translation import pgettext_lazy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from .admin.promotions import PromotionViewSet
from .admin.synonyms import SynonymViewSet


class SearchGroup(SnippetViewSetGroup):
    items = (SynonymViewSet, PromotionViewSet)
    menu_label = pgettext_lazy("menu", "Search")
    menu_icon = "search"
    menu_name = "portal-search"
    menu_order = 310
    submenu_hook = "register_portal_search_menu_item"


register_snippet(SearchGroup)
