"""`/compte/recherches/`: saved searches of the reader."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import add_service_errors
from core.form_drafts import restore_draft
from members.views.common import member_page
from notifications.links import read_token

from . import services
from .forms import NewSavedSearchForm, SavedSearchForm
from .kinds import SAVED_SEARCH
from .models import NAME_MAX, SavedSearch
from .queries import describe, query_string, read_query

LIST_URL = "/recherche/"


@dataclass(frozen=True, slots=True)
class SavedRow:
    saved: SavedSearch
    description: str
    url: str
    is_whole: bool


@member_page
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    rows = [_row(saved, request) for saved in SavedSearch.objects.visible_to(request.viewer)]
    return render(request, "alerts/list.html", {"rows": rows, "most": services.MOST})


def _row(saved: SavedSearch, request: HttpRequest) -> SavedRow:
    today = read_query(saved.query, request.viewer)
    description = " · ".join(describe(today.state, request.viewer))
    return SavedRow(saved, description, f"{LIST_URL}?{saved.query}", today.is_whole)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_new(request: HttpRequest) -> HttpResponse:
    """The URL's query string is that of the list on `/recherche/`."""
    state = read_query(request.META.get("QUERY_STRING", ""), request.viewer).state
    described = describe(state, request.viewer)
    initial = {"name": ", ".join(described)[:NAME_MAX] or _("Everything"), "frequency": "daily"}
    held = SavedSearch.objects.visible_to(request.viewer)
    form = NewSavedSearchForm(request.POST or None, held=held, initial=initial | restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form, query_string(state))
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect("saved_searches")
    context = {
        "form": form,
        "description": " · ".join(described),
        "list_url": f"{LIST_URL}?{query_string(state)}",
    }
    return render(request, "alerts/new.html", context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, form: NewSavedSearchForm, query: str) -> SavedSearch:
    given = form.cleaned_data
    if replaced := given.get("replaced"):
        return services.saved_search_replace(viewer=request.viewer, pk=replaced.pk, query=query)
    return services.saved_search_create(
        viewer=request.viewer, name=given["name"], query=query, frequency=given["frequency"]
    )


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Name and mails of one search."""
    saved = get_object_or_404(SavedSearch.objects.visible_to(request.viewer), pk=pk)
    initial = {"name": saved.name, "frequency": saved.frequency}
    form = SavedSearchForm(request.POST or None, initial=initial | restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.saved_search_update(viewer=request.viewer, pk=pk, **form.cleaned_data)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("saved_searches")
    row = _row(saved, request)
    context = {"form": form, "saved": saved, "description": row.description, "list_url": row.url}
    return render(request, "alerts/edit.html", context, status=422 if form.is_bound else 200)


@member_page
@require_POST
def saved_search_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.saved_search_delete(viewer=request.viewer, pk=pk)
    messages.success(request, _("The search is deleted."))
    return redirect("saved_searches")


@never_cache
@csrf_exempt  # whoever holds the link is not signed in; the URL itself is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One search, for whoever holds the link of its mails: changed or stopped, neither opened nor deleted."""
    owner_id, pk = _read(token)
    saved = SavedSearch.objects.filter(user_id=owner_id or 0, pk=pk).first()
    if saved is None:
        return render(request, "notifications/choice_over.html", status=404)
    stops = request.method == "POST" and "frequency" not in request.POST
    initial = {"name": saved.name, "frequency": saved.frequency}
    form = SavedSearchForm(None if stops else request.POST or None, initial=initial)
    done = stops
    if stops:
        services.saved_search_set(saved=saved, name=saved.name, frequency=SavedSearch.Frequency.NEVER)
    elif request.method == "POST" and form.is_valid():
        services.saved_search_set(saved=saved, **form.cleaned_data)
        done = True
    context = {"form": form, "saved": saved, "done": done}
    response = render(request, "alerts/by_link.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _read(token: str) -> tuple[int | None, int]:
    """(owner, search) that a link names; (None, 0): none."""
    owner_id, kind = read_token(token) or (None, "")
    prefix, _dash, pk = kind.rpartition("-")
    return (owner_id, int(pk)) if prefix == SAVED_SEARCH and pk.isdecimal() and len(pk) < 19 else (None, 0)
