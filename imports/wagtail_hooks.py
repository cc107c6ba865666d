from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from .import_log import CLOSED, IMPORTED
from .views import ICON, RefusalsView, RunView, UploadView, may_import


@hooks.register("register_log_actions")
def name_imports(actions: LogActionRegistry) -> None:
    actions.register_action(IMPORTED, _("Import"), _("Brought up to date with the partner’s file"))
    actions.register_action(CLOSED, _("Close by import"), _("Closed: the partner’s file no longer has it"))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("import/", UploadView.as_view(), name="portal_import"),
        path("import/<uuid:run_id>/", RunView.as_view(), name="portal_import_run"),
        path("import/<uuid:run_id>/refusals.csv", RefusalsView.as_view(), name="portal_import_refusals"),
    ]


class ImportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(may_import(request.user))


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ImportItem(_("Import"), reverse("portal_import"), name="import", icon_name=ICON, order=140)
