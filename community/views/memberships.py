"""Joining and leaving; the members' page, where leaders decide."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.form_drafts import save_draft
from core.limits import limited

from .. import services
from ..forms import InviteForm, RequestForm, RoleForm
from ..models import Group, Membership
from .base import group_or_404, page_number, verified_required

MEMBERS_PER_PAGE = 50
WAITING_PER_PAGE = 20


@verified_required
@require_POST
@limited("memberships")
def membership(request: HttpRequest, slug: str) -> HttpResponse:
    """`action`: join, request or leave."""
    group, _perms = group_or_404(request, slug)
    action = request.POST.get("action", "")
    try:
        if action == "join":
            services.membership_join(viewer=request.viewer, group=group)
            messages.success(request, _("You have joined the group."))
        elif action == "request":
            form = RequestForm(request.POST)
            if not form.is_valid():
                raise ValidationError(form.errors["message"])
            message = form.cleaned_data["message"]
            services.membership_request(viewer=request.viewer, group=group, message=message)
            messages.success(request, _("Your request was sent to the leaders of the group."))
        elif action == "leave":
            services.membership_leave(viewer=request.viewer, group=group)
            messages.success(request, _("You have left the group."))
        else:
            raise Http404
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        save_draft(request)
    return redirect("community_home" if action == "leave" and group.is_secret else group)


@verified_required
@require_POST
@limited("memberships")
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """`action`: accept or decline."""
    invited = Membership.objects.select_related("group")
    own = get_object_or_404(invited, pk=pk, user_id=request.viewer.user_id, state=Membership.State.INVITED)
    if request.POST.get("action") != "accept":
        services.membership_decline(viewer=request.viewer, membership=own)
        messages.success(request, _("The invitation is declined."))
        return redirect("community_home")
    try:
        services.membership_accept(viewer=request.viewer, membership=own)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("community_home")
    messages.success(request, _("You have joined the group."))
    return redirect(own.group)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("invitations")
def group_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who belongs to a group, for its members; requests and invitations, for its leaders."""
    group, perms = group_or_404(request, slug)
    if not (perms.is_member and perms.can_read) and not perms.can_moderate:
        raise Http404
    form = InviteForm(request.POST or None) if perms.can_moderate else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if withdrawn := request.POST.get("withdraw"):
            _withdraw(request, group, withdrawn)
            return redirect("community_members", group.slug)
        if form.is_valid():
            _invite(request, group, form.cleaned_data["email"])
            return redirect("community_members", group.slug)
    people = group.memberships.select_related("user").filter(user__is_active=True)
    page = Paginator(people.members().order_by("-role", "joined_at", "pk"), MEMBERS_PER_PAGE)
    return render(
        request,
        "community/members.html",
        {
            "section": "community",
            "group": group,
            "permissions": perms,
            "page": page.get_page(page_number(request)),
            **(_awaited(request, group, people) if perms.can_moderate else {}),
            "form": form,
        },
        status=422 if form is not None and form.is_bound else 200,
    )


def _awaited(request: HttpRequest, group: Group, people: QuerySet[Membership]) -> dict[str, Page]:
    """Who asked to join, and the addresses that the reader invited: those who wait longest first."""
    requested = people.filter(state=Membership.State.REQUESTED).order_by("created_at", "pk")
    invited = group.invitations.filter(invited_by_id=request.viewer.user_id)
    return {
        name: Paginator(waiting, WAITING_PER_PAGE).get_page(page_number(request, param))
        for name, waiting, param in (("requested", requested, "demandes"), ("invited", invited, "invites"))
    }


def _invite(request: HttpRequest, group: Group, email: str) -> None:
    """The answer is the same whoever has that address: it does not tell who is a member of the portal."""
    services.invitation_create(viewer=request.viewer, group=group, email=email)
    messages.success(
        request,
        _("If %(email)s is a verified member whom this group is for, the invitation awaits them.")
        % {"email": email},
    )


def _withdraw(request: HttpRequest, group: Group, pk: str) -> None:
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        raise Http404
    services.invitation_withdraw(viewer=request.viewer, group=group, pk=int(pk))
    messages.success(request, _("The invitation is taken back."))


@verified_required
@require_POST
@limited("memberships")
def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """`action`: approve, refuse, remove or role."""
    group, perms = group_or_404(request, slug)
    if not perms.can_moderate:
        raise Http404
    membership = get_object_or_404(group.memberships.select_related("user"), pk=pk)
    try:
        _decide(request, membership)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("community_members", group.slug)


def _decide(request: HttpRequest, membership: Membership) -> None:
    viewer, name = request.viewer, {"name": membership.user.display_name}
    match request.POST.get("action"):
        case "approve":
            services.membership_approve(viewer=viewer, membership=membership)
            messages.success(request, _("%(name)s is a member of the group.") % name)
        case "refuse":
            services.membership_refuse(viewer=viewer, membership=membership)
            messages.success(request, _("Done: %(name)s is not a member.") % name)
        case "remove":
            services.membership_remove(viewer=viewer, membership=membership)
            messages.success(request, _("%(name)s is no longer a member.") % name)
        case "role":
            form = RoleForm(request.POST)
            role = form.cleaned_data["role"] if form.is_valid() else ""
            services.membership_set_role(viewer=viewer, membership=membership, role=role)
            messages.success(request, _("The role of %(name)s has changed.") % name)
        case _:
            raise PermissionDenied
