"""« Importer » in Wagtail's admin: choose a file, read what would come of it, confirm."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.background import delete_run
from core.limits import seconds_to_wait, too_many_sentence

from . import runs
from .forms import UploadForm
from .importer import Importer
from .lines import UnreadableError
from .models import ImportRun
from .registry import importers

ICON = "upload"


def may_import(user: AbstractBaseUser) -> dict[str, type[Importer]]:
    """kind → importer, of what this user may add pages of."""
    allowed = {}
    for kind, importer in importers().items():
        index = importer.index_model.objects.first()
        if index and index.permissions_for_user(user).can_add_subpage():
            allowed[kind] = importer
    return allowed


def may_publish(user: AbstractBaseUser, importer: type[Importer]) -> bool:
    return importer.index_model.objects.get().permissions_for_user(user).can_publish_subpage()


class ImportAdminMixin(WagtailAdminTemplateMixin):
    page_title = gettext_lazy("Import")
    header_icon = ICON
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("portal_import"), "label": gettext_lazy("Import")},
    ]


class UploadView(ImportAdminMixin, FormView):
    template_name = "imports/upload.html"
    form_class = UploadForm

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.allowed = may_import(request.user)
        if not self.allowed:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        return super().get_form_kwargs() | {
            "kinds": [(kind, importer.label) for kind, importer in self.allowed.items()],
            "may_publish": all(may_publish(user, importer) for importer in self.allowed.values()),
        }

    def form_valid(self, form: UploadForm) -> HttpResponse:
        data = form.cleaned_data
        user = self.request.user
        if seconds := seconds_to_wait(self.request, "uploads"):
            form.add_error("file", too_many_sentence(seconds))
            return self.form_invalid(form)
        published = may_publish(user, self.allowed[data["kind"]])
        try:
            run = runs.create_run(
                data["file"],
                user=user,
                importer=data["kind"],
                source=data["source"],
                draft=not published or data.get("draft", False),
                close_missing=published and data.get("close_missing", False),
                language=get_language() or "",
            )
        except UnreadableError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect("portal_import_run", run.id)


class RunOwnerMixin:
    """Loads the user's own run of the URL; the user's permissions may have changed since."""

    def dispatch(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        run = runs.find_run(run_id, request.user)
        if run is None:
            raise Http404
        if run.parameters["importer"] not in may_import(request.user):
            raise PermissionDenied
        self.run: ImportRun = run
        return super().dispatch(request, run_id=run_id)


class RunView(RunOwnerMixin, ImportAdminMixin, TemplateView):
    template_name = "imports/run.html"

    def get_page_subtitle(self) -> str:
        return self.run.filename

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.run.filename}]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if self.run.is_active and not self.run.is_lost:
            response["Refresh"] = "3"
        return response

    def post(self, request: HttpRequest, **kwargs) -> HttpResponse:
        if "cancel" in request.POST:
            if self.run.can_be_cancelled:
                delete_run(self.run)
            return redirect("portal_import")
        if self.run.is_tried:
            importer = self._importer()
            if not (self.run.draft or may_publish(request.user, importer)):
                raise PermissionDenied
            runs.confirm(self.run)
        return redirect("portal_import_run", self.run.id)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        index = self._importer().index_model.objects.get()
        result = self.run.result
        can_confirm = self.run.is_tried and (result["taken"] or result["closed"])
        return super().get_context_data(
            run=self.run,
            kind_label=self._importer().label,
            can_confirm=can_confirm,
            title=self._title(),
            pages_url=reverse("wagtailadmin_explore", args=[index.pk]),
            **kwargs,
        )

    def _importer(self) -> type[Importer]:
        return importers()[self.run.parameters["importer"]]

    def _title(self) -> str:
        if self.run.is_lost:
            return _("The work on this file has stopped")
        if self.run.status == ImportRun.Status.FAILED:
            return _("The import could not be done")
        if self.run.kind == ImportRun.Kind.TRY:
            return _("The file is being read…") if self.run.is_active else _("What will come of this file")
        return _("The import is under way…") if self.run.is_active else _("The import is done")


class RefusalsView(RunOwnerMixin, View):
    """All refusals, as the spreadsheet that goes back to the partner."""

    def get(self, request: HttpRequest, **kwargs) -> FileResponse:
        if not self.run.output_file:
            raise Http404
        name = _("refusals-%(source)s.csv") % {"source": self.run.source}
        file = self.run.output_file.open("rb")
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
