"""One post: its permalink, and what its author, its readers and the moderators do with it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import add_service_errors
from core.form_drafts import restore_draft
from core.limits import limited
from core.optimistic_lock import content_version
from core.richtext import to_text

from .. import services
from ..audience import audience
from ..forms import MessageForm, ReasonForm, ReportForm
from ..models import Post
from ..permissions import GroupPermissions
from ..presentation import present_posts
from ..thread_page import post_url
from .base import expected_version, post_or_404, verified_required


@verified_required
@require_safe
def post_permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to a message on its page; to its thread, with a word, where the message was deleted."""
    post, perms = post_or_404(request, pk, deleted=True)
    if post.deleted_at is not None:
        messages.info(request, _("This message was deleted by its author."))
        return redirect(post.thread)
    return redirect(post_url(post, perms))


def _own(request: HttpRequest, pk: int) -> tuple[Post, GroupPermissions]:
    """A post that its reader wrote and may still change (the service says so again)."""
    post, perms = post_or_404(request, pk)
    (presented,) = present_posts([post], post.thread, perms)
    if not presented.can_edit:
        raise Http404
    return post, perms


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    post, _perms = _own(request, pk)
    written = {"body": to_text(post.body, links=True)}
    form = MessageForm(request.POST or None, initial=written | restore_draft(request), stored=post.body)
    if request.method == "POST" and form.is_valid() and not form.preview:
        try:
            services.post_update(
                viewer=request.viewer,
                post=post,
                body=form.cleaned_data["message"],
                expected_version=expected_version(request),
            )
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            return redirect(post)
    context = {
        "section": "community",
        "post": post,
        "thread": post.thread,
        "form": form,
        "audience": audience(post.thread.group),
        "seen": content_version(post),
    }
    status = 422 if form.is_bound and not form.preview else 200
    return render(request, "community/post_edit.html", context, status=status)


@verified_required
@require_POST
@limited("previews")
def message_preview(request: HttpRequest) -> HttpResponse:
    """What a message will look like, for scripts; without them the form's own page shows it."""
    form = MessageForm(request.POST)
    form.is_valid()
    return render(request, "community/message_preview.html", {"form": form})


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def post_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first; the question of a thread without replies takes the thread with it."""
    post, _perms = _own(request, pk)
    if request.method == "POST":
        try:
            services.post_delete(viewer=request.viewer, post=post)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(post)
        messages.success(request, _("Your message is deleted."))
        return redirect(post.thread.group if post.is_question else post.thread)
    context = {"section": "community", "post": post, "thread": post.thread}
    return render(request, "community/post_delete.html", context)


@verified_required
@require_POST
@limited("messages")
def post_accept(request: HttpRequest, pk: int) -> HttpResponse:
    post, _perms = post_or_404(request, pk)
    thread = services.post_accept(viewer=request.viewer, post=post)
    return redirect(thread)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("reports")
def post_report(request: HttpRequest, pk: int) -> HttpResponse:
    post, _perms = post_or_404(request, pk)
    if post.is_hidden or post.thread.is_hidden:
        raise Http404
    form = ReportForm(request.POST or None, initial=restore_draft(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.report_create(
                viewer=request.viewer,
                post=post,
                reason=form.cleaned_data["reason"],
                statement=form.cleaned_data["statement"],
            )
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(
                request,
                _("Your report has arrived. The managers decide, and you receive their reasons by e-mail."),
            )
            return redirect(post)
    context = {"section": "community", "post": post, "thread": post.thread, "form": form}
    return render(request, "community/post_report.html", context, status=422 if form.is_bound else 200)


@verified_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("messages")
def post_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Hides with a reason, or (`action=restore`) shows again."""
    post, perms = post_or_404(request, pk)
    if not perms.can_moderate:
        raise Http404
    if request.POST.get("action") == "restore":
        services.post_restore(viewer=request.viewer, post=post)
        messages.success(request, _("The message can be read again."))
        return redirect(post)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.post_hide(viewer=request.viewer, post=post, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(request, _("The message is hidden. Its author reads your reason."))
            return redirect(post)
    context = {"section": "community", "post": post, "thread": post.thread, "form": form}
    return render(request, "community/post_hide.html", context, status=422 if form.is_bound else 200)
