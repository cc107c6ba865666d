"""A group's page, and what its leaders change of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.compiled_query import compiled_query
from core.errors import add_service_errors
from core.form_drafts import restore_draft
from core.limits import limited
from core.optimistic_lock import content_version
from notifications.kinds import FOLLOWABLES

from .. import richtext, services
from ..audience import audience
from ..forms import GroupForm, GroupPresentationForm, RequestForm
from ..models import Group, Membership
from ..permissions import is_meant_for
from ..thread_list import thread_rows_page
from .base import (
    expected_version,
    group_or_404,
    group_with_subgroups_or_404,
    is_read_by_person,
    page_number,
    verified_required,
)


@verified_required
@require_safe
def group_page(request: HttpRequest, slug: str) -> HttpResponse:
    group, perms, subgroups = group_with_subgroups_or_404(request, slug)
    page, rows = None, []
    if perms.can_read:
        page, rows = thread_rows_page(group, page_number(request), request.viewer)
        if group.own_read_until is None and is_read_by_person(request):
            services.group_visit(viewer=request.viewer, group_id=group.pk)
    entry = _entry(perms)
    return render(
        request,
        "community/group.html",
        {
            "section": "community",
            "group": group,
            "permissions": perms,
            "page": page,
            "rows": rows,
            "has_new": any(row.new for row in rows),
            "audience": audience(group) if perms.can_read else None,
            "subgroups": subgroups,
            "leaders": compiled_query(_leaders, group.pk),
            "waiting": _waiting(perms),
            "entry": entry,
            "levels": FOLLOWABLES["group"].choices,
            "request_form": _request_form(request, slug) if entry == "request" else None,
        },
    )


@verified_required
@require_POST
def group_read(request: HttpRequest, slug: str) -> HttpResponse:
    """« Marquer le groupe comme lu »."""
    group, _perms = group_or_404(request, slug)
    services.group_mark_read(viewer=request.viewer, group=group)
    messages.success(request, _("Everything in this group is marked as read."))
    return redirect(group)


def _request_form(request: HttpRequest, slug: str) -> RequestForm:
    return RequestForm(initial=restore_draft(request, reverse("community_membership", args=[slug])))


def _leaders(group_id: int) -> QuerySet[Membership]:
    leaders = Membership.objects.members().filter(
        group_id=group_id, role=Membership.Role.LEADER, user__is_active=True
    )
    return leaders.select_related("user").only("group_id", "user__first_name", "user__last_name")


def _waiting(perms) -> int:
    """Requests to join that this reader can decide on."""
    if not perms.can_moderate:
        return 0
    return perms.group.memberships.filter(state=Membership.State.REQUESTED).count()


def _entry(perms) -> str:
    """What the reader can do about belonging: join, request, requested, invited, leave, or nothing."""
    state = perms.membership.state if perms.membership else ""
    if state == Membership.State.MEMBER:
        return "leave"
    if state in (Membership.State.REQUESTED, Membership.State.INVITED):
        return state
    if not perms.viewer.is_verified or not is_meant_for(perms.group, perms.viewer):
        return ""
    if perms.group.is_open and not perms.is_barred:
        return "join"
    return "request"


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("groups")
def group_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Leaders change the presentation; managers also whom the group is for."""
    group, perms = group_or_404(request, slug)
    if not perms.can_moderate:
        return redirect(group)
    form_class = GroupForm if perms.can_manage else GroupPresentationForm
    form = form_class(request.POST or None, initial=_initial(group) | restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            group = services.group_update(
                viewer=request.viewer,
                group=group,
                expected_version=expected_version(request),
                **_changes(form),
            )
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, _("The group is up to date."))
            return redirect(group if perms.can_read else "animation")
    status = 422 if form.is_bound else 200
    context = {"section": "community", "group": group, "form": form, "seen": content_version(group)}
    return render(request, "community/group_edit.html", context, status=status)


def _initial(group: Group) -> dict:
    return {
        "name": group.name,
        "description": group.description,
        "rules": richtext.to_text(group.rules),
        "visibility": group.visibility,
        "professions": [profession.slug for profession in group.professions.all()],
    }


def _changes(form: GroupPresentationForm) -> dict:
    names = ("name", "description", "rules", "visibility", "professions", "widen")
    changes = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
    if "professions" in changes:
        changes["professions"] = list(changes["professions"])
    return changes
