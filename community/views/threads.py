"""Opening, reading, answering and correcting threads."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import add_service_errors
from core.form_drafts import as_text, posted_fields, restore_draft
from core.limits import limited
from core.optimistic_lock import content_version
from notifications.kinds import FOLLOWABLES
from notifications.reading import mark_read

from .. import services
from ..audience import audience
from ..forms import (
    MoveForm,
    ReasonForm,
    ReplyForm,
    ThreadFactsForm,
    ThreadForm,
    new_key,
)
from ..models import Group, Post, Thread
from ..permissions import GroupPermissions
from ..thread_page import ThreadPage, post_url, related_threads, themes_of, thread_page
from ..unread import FIRST_UNREAD, first_unread, unread_of
from .base import (
    add_send_errors,
    expected_version,
    group_or_404,
    is_read_by_person,
    page_number,
    thread_or_404,
    verified_required,
)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("threads")
def thread_new(request: HttpRequest, slug: str) -> HttpResponse:
    group, perms = group_or_404(request, slug)
    if not perms.can_write:
        raise Http404
    form = ThreadForm(request.POST or None, group=group, initial=restore_draft(request) | {"key": new_key()})
    if request.method == "POST" and form.is_valid() and not form.preview:
        try:
            thread = services.thread_create(
                viewer=request.viewer,
                group=group,
                body=form.cleaned_data["message"],
                idempotency_key=form.cleaned_data["key"],
                **form.facts,
            )
        except ValidationError as error:
            add_send_errors(form, error)
        else:
            messages.success(request, _("Your discussion is published."))
            return redirect(thread)
    context = {"section": "community", "group": group, "form": form, "audience": audience(group)}
    status = 422 if form.is_bound and not form.preview else 200
    return render(request, "community/thread_new.html", context, status=status)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def thread_detail(request: HttpRequest, group: str, pk: int, slug: str) -> HttpResponse:
    thread, perms = thread_or_404(request, pk)
    if (thread.group.slug, thread.slug) != (group, slug) and request.method != "POST":
        query = request.META.get("QUERY_STRING", "")
        return redirect(thread.get_absolute_url() + (f"?{query}" if query else ""), permanent=False)
    if FIRST_UNREAD in request.GET and request.method != "POST":
        return redirect(_first_unread_url(request, thread, perms))
    form = None
    if perms.can_write and not thread.is_hidden and (not thread.locked or perms.can_moderate):
        form = ReplyForm(request.POST or None, initial=restore_draft(request) | {"key": new_key()})
    if request.method == "POST":
        if form is None:
            return _too_late(request, thread)
        if form.is_valid() and not form.preview and (answer := _reply(request, thread, form)):
            return answer
    return _show(request, thread, perms, form)


def _first_unread_url(request: HttpRequest, thread: Thread, perms: GroupPermissions) -> str:
    """The first new message on its page; the thread, where nothing is new (any more)."""
    post = first_unread(request.viewer, thread)
    if post is None:
        return thread.get_absolute_url()
    post.thread = thread
    return post_url(post, perms)


def _reply(request: HttpRequest, thread: Thread, form: ReplyForm) -> HttpResponse | None:
    try:
        post = services.post_create(
            viewer=request.viewer,
            thread=thread,
            body=form.cleaned_data["message"],
            idempotency_key=form.cleaned_data["key"],
        )
    except ValidationError as error:
        add_send_errors(form, error)
        return None
    return redirect(post)


def _too_late(request: HttpRequest, thread: Thread) -> HttpResponse:
    """The thread was closed while somebody was writing: they get their text back."""
    context = {"section": "community", "thread": thread, "text": as_text(posted_fields(request))}
    return render(request, "community/closed.html", context, status=409)


def _show(
    request: HttpRequest, thread: Thread, perms: GroupPermissions, form: ReplyForm | None
) -> HttpResponse:
    page = thread_page(thread, perms, page_number(request))
    unread = unread_of([shown.post for shown in page.posts], thread, request.viewer)
    if is_read_by_person(request):
        _mark_read(request, thread, page, unread)
        mark_read(request.viewer, subject=services.subject_of(thread))
    return render(
        request,
        "community/thread.html",
        {
            "section": "community",
            "thread": thread,
            "group": thread.group,
            "permissions": perms,
            "page": page,
            "first_new": _line_before(thread, unread),
            "form": form,
            "audience": audience(thread.group),
            "related": related_threads(thread),
            "themes": themes_of(thread),
            "edits": _edits(thread, perms),
            "levels": FOLLOWABLES["thread"].choices,
        },
        status=422 if form is not None and form.is_bound and not form.preview else 200,
    )


def _mark_read(request: HttpRequest, thread: Thread, page: ThreadPage, unread: Sequence[Post]) -> None:
    if thread.own_read_until is None:
        services.group_visit(viewer=request.viewer, group_id=thread.group_id)
    elif unread:
        services.thread_mark_read(viewer=request.viewer, thread=thread, position=page.last_position)


def _line_before(thread: Thread, unread: Sequence[Post]) -> int:
    """pk of the message that the line « New messages » stands before; 0: no line, or all of it is new."""
    in_order = [post for post in unread if post.pk != thread.accepted_post_id]
    first = next(iter(in_order or unread), None)
    return first.pk if first is not None and not first.is_question else 0


def _edits(thread: Thread, perms: GroupPermissions) -> bool:
    """Whether the reader may correct title and themes."""
    own = thread.author_id is not None and thread.author_id == perms.viewer.user_id
    return not thread.is_hidden and (perms.can_moderate or (own and perms.can_write and not thread.locked))


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def thread_edit(request: HttpRequest, group: str, pk: int, slug: str) -> HttpResponse:
    thread, perms = thread_or_404(request, pk, group)
    if not _edits(thread, perms):
        raise Http404
    themes = list(thread.tags.all())
    listed = [theme.slug for theme in themes if theme.status == theme.Status.CURATED]
    initial = {
        "title": thread.title,
        "asked": [profession.slug for profession in thread.requested_professions.all()],
        "themes": listed,
        "free_themes": ", ".join(theme.name for theme in themes if theme.slug not in listed),
    }
    form = ThreadFactsForm(request.POST or None, group=thread.group, initial=initial | restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            thread = services.thread_update(
                viewer=request.viewer, thread=thread, expected_version=expected_version(request), **form.facts
            )
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return redirect(thread)
    context = {
        "section": "community",
        "thread": thread,
        "group": thread.group,
        "form": form,
        "seen": content_version(thread),
    }
    return render(request, "community/thread_edit.html", context, status=422 if form.is_bound else 200)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def thread_moderate(request: HttpRequest, group: str, pk: int, slug: str) -> HttpResponse:
    """`action`: pin, unpin, lock, unlock, hide, restore, move. The page holds what needs a form."""
    thread, perms = thread_or_404(request, pk, group)
    if not perms.can_moderate:
        raise Http404
    action = request.POST.get("action", "")
    reason = ReasonForm(request.POST if action == "hide" else None)
    targets = _targets(thread, perms)
    move = MoveForm(request.POST if action == "move" else None, groups=targets)
    if request.method == "POST":
        form = {"hide": reason, "move": move}.get(action)
        if form is None or form.is_valid():
            try:
                thread = _moderate(request, thread, action, reason, move)
            except ValidationError as error:
                if form is None:
                    raise Http404 from error
                add_service_errors(form, error)
            else:
                return redirect(thread)
    bound = reason.is_bound or move.is_bound
    context = {
        "section": "community",
        "thread": thread,
        "group": thread.group,
        "reason_form": reason,
        "move_form": move if targets.exists() else None,
    }
    return render(request, "community/thread_moderate.html", context, status=422 if bound else 200)


def _targets(thread: Thread, perms: GroupPermissions):
    """Groups where the reader may move a thread; the service says which of them would be too wide."""
    groups = Group.objects.moderated_by(perms.viewer).exclude(pk=thread.group_id)
    return groups if thread.group.is_open else groups.filter(parent=thread.group)


def _moderate(
    request: HttpRequest, thread: Thread, action: str, reason: ReasonForm, move: MoveForm
) -> Thread:
    viewer = request.viewer
    match action:
        case "pin" | "unpin":
            thread = services.thread_pin(viewer=viewer, thread=thread, pinned=action == "pin")
            done = (
                _("The discussion is pinned.") if thread.pinned else _("The discussion is no longer pinned.")
            )
        case "lock" | "unlock":
            thread = services.thread_lock(viewer=viewer, thread=thread, locked=action == "lock")
            done = (
                _("The discussion takes no more replies.") if thread.locked else _("Replies are open again.")
            )
        case "hide":
            thread = services.thread_hide(viewer=viewer, thread=thread, reason=reason.cleaned_data["reason"])
            done = _("The discussion is hidden. Its author reads your reason.")
        case "restore":
            thread = services.thread_restore(viewer=viewer, thread=thread)
            done = _("The discussion can be read again.")
        case "move":
            thread = services.thread_move(viewer=viewer, thread=thread, group=move.cleaned_data["group"])
            done = _("The discussion has moved to “%(group)s”.") % {"group": thread.group.name}
        case _:
            raise Http404
    messages.success(request, done)
    return thread


@verified_required
@require_POST
@limited("messages")
def thread_unaccept(request: HttpRequest, group: str, pk: int, slug: str) -> HttpResponse:
    thread, _perms = thread_or_404(request, pk, group)
    services.post_unaccept(viewer=request.viewer, thread=thread)
    return redirect(thread)
