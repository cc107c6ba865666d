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

from . import runs, states
from .forms import UploadForm
from .importer import Importer
from .lines import UnreadableError
from .registry import importers
from .states import Run, Step

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


class Furniture(WagtailAdminTemplateMixin):
    page_title = gettext_lazy("Import")
    header_icon = ICON
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("portal_import"), "label": gettext_lazy("Import")},
    ]


class UploadView(Furniture, FormView):
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
        published = may_publish(user, self.allowed[data["kind"]])
        try:
            run = runs.create_run(
                data["file"],
                user_id=user.pk,
                kind=data["kind"],
                source=data["source"],
                draft=not published or data.get("draft", False),
                close_missing=published and data.get("close_missing", False),
                language=get_language() or "",
            )
        except UnreadableError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect("portal_import_run", run.id)


class OwnRun:
    """The run of the address, of this user, whose permissions may have changed since."""

    def dispatch(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        found = states.find_run(run_id, request.user.pk)
        if found is None:
            raise Http404
        if found.kind not in may_import(request.user):
            raise PermissionDenied
        self.run: Run = found
        return super().dispatch(request, run_id=run_id)


class RunView(OwnRun, Furniture, TemplateView):
    template_name = "imports/run.html"

    def get_page_subtitle(self) -> str:
        return self.run.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.run.name}]

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if self.run.is_working and not self.run.is_lost:
            response["Refresh"] = "3"
        return response

    def post(self, request: HttpRequest, **kwargs) -> HttpResponse:
        if "cancel" in request.POST:
            if self.run.can_be_cancelled:
                states.cancel(self.run)
            return redirect("portal_import")
        if self.run.step == Step.TRIED:
            importer = importers()[self.run.kind]
            if not (self.run.draft or may_publish(request.user, importer)):
                raise PermissionDenied
            runs.confirm(self.run)
        return redirect("portal_import_run", self.run.id)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        index = importers()[self.run.kind].index_model.objects.get()
        can_confirm = self.run.step == Step.TRIED and (
            self.run.outcome["taken"] or self.run.outcome["closed"]
        )
        return super().get_context_data(
            run=self.run,
            kind_label=importers()[self.run.kind].label,
            can_confirm=can_confirm,
            title=self._title(),
            pages_url=reverse("wagtailadmin_explore", args=[index.pk]),
            **kwargs,
        )

    def _title(self) -> str:
        if self.run.is_lost:
            return _("The work on this file has stopped")
        return {
            Step.TRYING: _("The file is being read…"),
            Step.TRIED: _("What will come of this file"),
            Step.IMPORTING: _("The import is under way…"),
            Step.DONE: _("The import is done"),
            Step.FAILED: _("The import could not be done"),
        }[self.run.step]


class RefusalsView(OwnRun, View):
    """All refusals, as the spreadsheet that goes back to the partner."""

    def get(self, request: HttpRequest, **kwargs) -> FileResponse:
        try:
            file = self.run.refusals.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        name = _("refusals-%(source)s.csv") % {"source": self.run.source}
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
