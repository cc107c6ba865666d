from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from .dashboard import WaitingPanel
from .media import check_document
from .snippets import VocabularyGroup

register_snippet(VocabularyGroup)
hooks.register("before_serve_document", check_document)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return render_to_string("home/admin/stylesheet.html")


@hooks.register("construct_homepage_panels")
def say_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    panels.insert(0, WaitingPanel(request))


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts(request: HttpRequest, items: list[Component]) -> None:
    """How many pages and pictures there are helps nobody; what waits does."""
    items.clear()
