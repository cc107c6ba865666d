"""« Moteur de recherche » in the admin: how the index is, what waits or was refused, what to do about it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.models import Heartbeat

from ..engines import get_engine
from ..engines.base import EngineUnavailable
from ..engines.deadline import shared_deadline
from ..index import jobs as index_jobs
from ..index.outbox import waiting
from ..models import IndexJob, OutboxRow
from ..sources import sources, syndicated_kinds

ICON = "cogs"
REFUSALS = 20
# What an engine or Python quotes may come from a text that not every editor may read.
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|«[^»]*»|Preview of field.*""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kind:
    label: Any
    expected: int  # that should be found, says the database
    indexed: int | None  # None: the engine does not say


@dataclass(frozen=True, slots=True)
class Refused:
    name: str  # « job:12 »
    reason: str
    attempts: int
    next_attempt: Any


class EngineView(WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Search engine")
    header_icon = ICON
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("portal_search_engine"), "label": gettext_lazy("Search engine")},
    ]
    template_name = "search/admin/engine.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("search.view_indexjob"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        action = next((value for value in IndexJob.Action.values if value in request.POST), None)
        if action:
            index_jobs.enqueue(action, request.user)
        return redirect("portal_search_engine")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = job_context(self.request)
        # What not everybody may read is not counted for editors either.
        shown = list(sources()) if job["may_start"] else syndicated_kinds()
        status, kinds, problem = _index(shown)
        return super().get_context_data(
            status=status,
            kinds=kinds,
            problem=problem,
            waiting=waiting(),
            refusals=_refusals(shown),
            check=index_jobs.last(IndexJob.Action.CHECK),
            rebuild=index_jobs.last(IndexJob.Action.REBUILD),
            **job,
            **kwargs,
        )


def _index(shown: Collection[str]) -> tuple[Mapping[str, Any], list[Kind], str]:
    """Status, documents of these kinds, and why the engine does not say."""
    engine = get_engine()
    status: Mapping[str, Any] = {"engine": engine.name}
    indexed: Mapping[str, int] | None = None
    problem = ""
    try:
        with shared_deadline():
            status, indexed = engine.status(), engine.counts()
    except EngineUnavailable as error:
        problem = str(error)
    kinds = [
        Kind(source.label, source.eligible().count(), None if indexed is None else indexed.get(kind, 0))
        for kind, source in sources().items()
        if kind in shown
    ]
    return status, kinds, problem


def _refusals(shown: Collection[str]) -> list[Refused]:
    refused = OutboxRow.objects.exclude(error="").filter(done=False, kind__in=shown)
    rows = refused.order_by("-pk")[:REFUSALS]
    return [Refused(str(row), without_quotes(row.error), row.attempts, row.not_before) for row in rows]


def without_quotes(reason: str) -> str:
    return _QUOTED.sub("…", reason)


def job_context(request: HttpRequest) -> dict[str, Any]:
    """What the fragment that follows a job needs."""
    job = index_jobs.current()
    latest = job or IndexJob.objects.order_by("-created_at").first()
    return {
        "job": job,
        "failed": latest if latest and latest.status == IndexJob.Status.FAILED else None,
        "lost": latest if latest and latest.is_lost else None,
        "share": job.percent if job else 0,
        "left": _left(job) if job else "",
        "worker_is_away": not Heartbeat.is_alive("maintenance"),
        "may_start": request.user.has_perm("search.add_indexjob"),
    }


def _left(job: IndexJob) -> str:
    """« environ 3 min »; empty while nothing is known."""
    if not (job.done and job.total and job.started_at):
        return ""
    spent = (job.heartbeat_at - job.started_at).total_seconds()
    seconds = round(spent / job.done * max(0, job.total - job.done))
    if seconds < 60:
        return ngettext("about %(n)s second left", "about %(n)s seconds left", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}


class JobView(EngineView):
    """The part of the page that follows a job; once it has ended the whole page is loaded again."""

    template_name = "search/admin/job.html"
    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return job_context(self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        response = self.render_to_response(context)
        if context["job"] is None:
            response["HX-Refresh"] = "true"
        return response
