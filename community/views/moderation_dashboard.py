"""« Animation »: what waits for the community managers."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import add_service_errors
from core.form_drafts import restore_draft, save_draft
from core.limits import limited
from members.models import User, Verification
from members.views.common import manager_required
from taxonomy.models import Theme

from .. import services
from ..access import permissions_for, proposed_themes
from ..forms import DecisionForm, GroupCreateForm, ThemeForm
from ..models import Group, Report, Thread
from ..thread_list import thread_rows

QUEUE = 20


@manager_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The three queues, the oldest first, and the ways to groups and themes."""
    pending = Verification.objects.waiting()
    unanswered = Thread.objects.visible_to(request.viewer).unanswered()
    reports = Report.objects.visible_to(request.viewer).open()
    return render(
        request,
        "moderation_dashboard/index.html",
        {
            "section": "animation",
            "verification_count": pending.count(),
            "verifications": pending.select_related("user", "profession")[:QUEUE],
            "unanswered_count": unanswered.count(),
            "unanswered": thread_rows(unanswered.order_by("created_at", "pk"), QUEUE, request.viewer),
            "report_count": reports.count(),
            "reports": _readable(request, reports[:QUEUE]),
            "theme_count": proposed_themes(request.viewer).count(),
        },
    )


def _readable(request: HttpRequest, reports) -> list[tuple[Report, Thread | None]]:
    """Each report with its thread, None where managers may not read: the excerpt is all they see."""
    reports = list(reports.select_related("post", "reporter"))
    threads = Thread.objects.openable_by(request.viewer).select_related("group")
    readable = threads.in_bulk({report.post.thread_id for report in reports})
    return [(report, readable.get(report.post.thread_id)) for report in reports]


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_decide(request: HttpRequest, pk: int) -> HttpResponse:
    reports = Report.objects.visible_to(request.viewer)
    report = get_object_or_404(reports.select_related("post", "reporter", "decided_by"), pk=pk)
    is_open = report.state == Report.State.OPEN
    form = DecisionForm(request.POST or None, initial=restore_draft(request))
    if request.method == "POST" and is_open and form.is_valid():
        try:
            services.report_decide(
                viewer=request.viewer,
                report=report,
                hide=form.cleaned_data["action"] == "hide",
                decision=form.cleaned_data["decision"],
            )
        except ValidationError as error:
            error_field = getattr(error, "error_dict", {}).get("reason", error)
            form.add_error("decision", error_field)
        else:
            messages.success(request, _("Decided. Both sides receive your reasons."))
            return redirect("animation")
    (_report, thread) = _readable(request, reports.filter(pk=pk))[0]
    context = {"section": "animation", "report": report, "thread": thread, "form": form, "is_open": is_open}
    return render(
        request, "moderation_dashboard/report.html", context, status=422 if form.is_bound and is_open else 200
    )


@manager_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Every group that managers may know of, parents before their subgroups."""
    shown = Count("threads", filter=Q(threads__hidden_at__isnull=True, threads__deleted_at__isnull=True))
    visible = Group.objects.visible_to(request.viewer).prefetch_related("professions")
    by_parent: dict[int | None, list[Group]] = {}
    for group in visible.annotate(thread_count=shown).order_by("name"):
        by_parent.setdefault(group.parent_id, []).append(group)
    ordered = [one for top in by_parent.get(None, []) for one in (top, *by_parent.get(top.pk, []))]
    return render(request, "moderation_dashboard/groups.html", {"section": "animation", "groups": ordered})


@manager_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("groups")
def group_new(request: HttpRequest) -> HttpResponse:
    parents = Group.objects.visible_to(request.viewer).filter(parent=None)
    form = GroupCreateForm(request.POST or None, parents=parents, initial=restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            group = _create(request, form)
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, _("The group “%(group)s” is created.") % {"group": group.name})
            return redirect(group if permissions_for(request.viewer, group).can_see else "animation_groups")
    context = {"section": "animation", "form": form}
    return render(
        request, "moderation_dashboard/group_new.html", context, status=422 if form.is_bound else 200
    )


def _create(request: HttpRequest, form: GroupCreateForm) -> Group:
    data = form.cleaned_data
    return services.group_create(
        viewer=request.viewer,
        name=data["name"],
        parent=data["parent"],
        visibility=data["visibility"],
        professions=list(data["professions"]),
        description=data["description"],
        rules=data["rules"],
        leaders=_people(data["leaders"]),
    )


def _people(typed: str) -> list[User]:
    addresses = [address.strip().lower() for address in typed.replace(";", ",").split(",") if address.strip()]
    people = {user.email.lower(): user for user in User.objects.filter(email__in=addresses, is_active=True)}
    unknown = [address for address in addresses if address not in people]
    if unknown:
        raise ValidationError(
            {"leaders": _("No member has this address: %(addresses)s.") % {"addresses": ", ".join(unknown)}}
        )
    return list(people.values())


@manager_required
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """Themes that members typed, the most used first."""
    visible = Thread.objects.visible_to(request.viewer).values("pk")
    uses = Count(
        "community_taggedthread_items",
        filter=Q(community_taggedthread_items__content_object_id__in=visible),
    )
    into = list(Theme.objects.listed().values_list("slug", "name"))
    rows = [
        (theme, ThemeForm(into=into, auto_id=f"theme-{theme.pk}-%s", initial=_typed_for(request, theme)))
        for theme in proposed_themes(request.viewer).annotate(uses=uses).order_by("-uses", "name")[:100]
    ]
    return render(request, "moderation_dashboard/themes.html", {"section": "animation", "rows": rows})


def _typed_for(request: HttpRequest, theme: Theme) -> dict:
    return {"name": theme.name} | restore_draft(request, reverse("animation_theme", args=[theme.pk]))


@manager_required
@require_POST
def theme_decide(request: HttpRequest, pk: int) -> HttpResponse:
    theme = get_object_or_404(proposed_themes(request.viewer), pk=pk)
    form = ThemeForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        save_draft(request)
        return redirect("animation_themes")
    try:
        messages.success(request, _decide_theme(request, theme, form.cleaned_data))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        save_draft(request)
    return redirect("animation_themes")


def _decide_theme(request: HttpRequest, theme: Theme, data: dict) -> str:
    name = theme.name
    if data["action"] == "keep":
        listed = services.theme_keep(viewer=request.viewer, theme=theme, name=data["name"])
        return _("The theme “%(name)s” is listed.") % {"name": listed.name}
    if data["action"] == "merge":
        if data["into"] is None:
            raise ValidationError(_("Choose the theme that replaces “%(name)s”.") % {"name": name})
        services.theme_merge(viewer=request.viewer, theme=theme, into=data["into"])
        return _("“%(name)s” is now “%(into)s”.") % {"name": name, "into": data["into"].name}
    services.theme_drop(viewer=request.viewer, theme=theme)
    return _("The theme “%(name)s” is removed.") % {"name": name}
