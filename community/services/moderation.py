"""Hiding, locking, pinning, moving; reports and what is decided of them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.text import clean_text
from members.access import Viewer
from notifications.services import notify

from .. import richtext
from ..access import permissions_for
from ..counters import refresh_counters
from ..models import Group, Post, Report, Thread
from ..models.reports import EXCERPT_MAX
from .common import clean_reason, get_or_deny, lock_groups, lock_post, lock_thread, reindex, subject_of
from .posts import withdraw_answer

STATEMENT_MAX = 2000


def _moderated(viewer: Viewer, thread: Thread) -> Thread:
    thread = lock_thread(thread.pk)
    require_permission(thread.deleted_at is None and permissions_for(viewer, thread.group).can_moderate)
    return thread


def thread_pin(*, viewer: Viewer, thread: Thread, pinned: bool) -> Thread:
    return _set(viewer, thread, pinned=pinned)


def thread_lock(*, viewer: Viewer, thread: Thread, locked: bool) -> Thread:
    """A locked thread is read and searched; only moderators reply."""
    return _set(viewer, thread, locked=locked)


@transaction.atomic
def _set(viewer: Viewer, thread: Thread, **flags: bool) -> Thread:
    thread = _moderated(viewer, thread)
    for name, value in flags.items():
        setattr(thread, name, value)
    thread.save(update_fields=[*flags])
    reindex([thread.pk])  # a locked question waits for nobody
    return thread


@transaction.atomic
def thread_hide(*, viewer: Viewer, thread: Thread, reason: str) -> Thread:
    thread = _moderated(viewer, thread)
    hide_thread(thread, by=viewer, reason=clean_reason(reason))
    return thread


@transaction.atomic
def thread_restore(*, viewer: Viewer, thread: Thread) -> Thread:
    thread = _moderated(viewer, thread)
    _set_hidden(Thread, thread.pk, None, "")
    # Hidden by its question, the thread comes back with it.
    Post.objects.filter(thread=thread, position=1).update(hidden_at=None, hidden_by=None, hidden_reason="")
    refresh_counters([thread.pk])
    reindex([thread.pk])
    _notify_author("restored", thread.posts.get(position=1), viewer)
    thread.refresh_from_db()
    return thread


@transaction.atomic
def thread_move(*, viewer: Viewer, thread: Thread, group: Group) -> Thread:
    """Moves a thread to another group that one moderates too, never to where more people would read it."""
    thread = _moderated(viewer, thread)
    groups = lock_groups(group.pk, thread.group_id)
    group = get_or_deny(groups.get(group.pk))
    require_permission(permissions_for(viewer, group).can_moderate)
    source = groups[thread.group_id]
    if not _readers_within(group, source):
        raise ValidationError(
            {"group": _("This discussion was not written for all who read that group: leave it here.")}
        )
    thread.group = group
    thread.pinned = False
    thread.save(update_fields=["group", "pinned"])
    professions = group.professions.all()
    if professions:
        thread.requested_professions.set(
            thread.requested_professions.filter(pk__in=[profession.pk for profession in professions])
        )
    reindex([thread.pk])
    if group.pk != source.pk:
        about: dict[str, Any] = {
            "object_id": thread.pk,
            "subject": subject_of(thread),
            "actor_id": viewer.user_id,
        }
        notify("moved", **about, key=_once(thread.pk))
    return thread


def _readers_within(target: Group, source: Group) -> bool:
    """Whether everybody who reads `target` reads `source`."""
    if target.pk == source.pk or target.parent_id == source.pk:
        return True
    if not source.is_open:
        return False
    allowed = set(source.professions.all())
    theirs = set(target.professions.all())
    return not allowed or (bool(theirs) and theirs <= allowed)


@transaction.atomic
def post_hide(*, viewer: Viewer, post: Post, reason: str) -> Post:
    """Takes a post out of sight; a question takes its thread with it. Its author reads the reason."""
    post, thread = lock_post(post)
    require_permission(permissions_for(viewer, thread.group).can_moderate)
    hide_post(post, thread, by=viewer, reason=clean_reason(reason))
    post.refresh_from_db()
    return post


@transaction.atomic
def post_restore(*, viewer: Viewer, post: Post) -> Post:
    post, thread = lock_post(post)
    require_permission(permissions_for(viewer, thread.group).can_moderate)
    _set_hidden(Post, post.pk, None, "")
    if post.is_question:
        _set_hidden(Thread, thread.pk, None, "")
    refresh_counters([thread.pk])
    reindex([thread.pk])
    _notify_author("restored", post, viewer)
    post.refresh_from_db()
    return post


@transaction.atomic
def report_create(*, viewer: Viewer, post: Post, reason: str, statement: str) -> Report:
    """Tells the managers. Again before they decided: the same report, completed."""
    require_permission(Post.objects.visible_to(viewer).filter(pk=post.pk).exists())
    if reason not in Report.Reason.values:
        raise ValidationError({"reason": _("Choose a reason.")})
    statement = clean_text(statement).strip()
    if richtext.is_blank(statement) or len(statement) > STATEMENT_MAX:
        raise ValidationError(
            {"statement": _("Say what is wrong, in %(max)s characters at most.") % {"max": STATEMENT_MAX}}
        )
    report, created = Report.objects.update_or_create(
        post=post,
        reporter_id=viewer.user_id,
        state=Report.State.OPEN,
        defaults={"reason": reason, "statement": statement, "excerpt": post.text[:EXCERPT_MAX]},
    )
    if created:
        notify("report_waits", object_id=report.pk, actor_id=viewer.user_id)
    return report


@transaction.atomic
def report_decide(*, viewer: Viewer, report: Report, hide: bool, decision: str) -> Report:
    """A manager decides; the reasons go to both sides. Other open reports of the post are settled too."""
    require_permission(viewer.is_manager)
    decision = clean_reason(decision)
    thread = lock_thread(report.post.thread_id)  # first: the post as it is now, and one decision at a time
    reports = Report.objects.visible_to(viewer).open().select_for_update(of=("self",))
    current = get_or_deny(reports.filter(pk=report.pk).first())
    post = Post.objects.select_related("thread").get(pk=current.post_id)
    if hide and post.deleted_at is None and not post.is_hidden:
        hide_post(post, thread, by=viewer, reason=decision)
    settled = Report.objects.filter(post=post).open()
    pks = list(settled.values_list("pk", flat=True))
    settled.update(
        state=Report.State.HIDDEN if hide else Report.State.KEPT,
        decision=decision,
        decided_by_id=viewer.user_id,
        decided_at=timezone.now(),
    )
    for pk, reporter_id in Report.objects.filter(pk__in=pks).values_list("pk", "reporter_id"):
        notify("report_decided", object_id=pk, actor_id=viewer.user_id, recipient_ids=[reporter_id])
    current.refresh_from_db()
    return current


def hide_post(post: Post, thread: Thread, *, by: Viewer, reason: str) -> None:
    """Permission is the caller's: moderators of the group, or a manager who decides on a report."""
    _set_hidden(Post, post.pk, by.user_id, reason)
    if post.is_question:
        _set_hidden(Thread, thread.pk, by.user_id, reason)
    withdraw_answer(thread, post)
    refresh_counters([thread.pk])
    reindex([thread.pk])
    _notify_author("hidden", post, by)


def hide_thread(thread: Thread, *, by: Viewer, reason: str) -> None:
    """The thread only: its posts keep their own state, and come back with it."""
    _set_hidden(Thread, thread.pk, by.user_id, reason)
    reindex([thread.pk])
    thread.refresh_from_db()
    _notify_author("hidden", thread.posts.get(position=1), by)


def _notify_author(kind: str, post: Post, by: Viewer) -> None:
    """Each time: the statement of reasons (DSA, article 17) goes to whoever wrote it."""
    if post.author_id is not None:
        about: dict[str, Any] = {
            "object_id": post.pk,
            "recipient_ids": [post.author_id],
            "actor_id": by.user_id,
        }
        notify(kind, **about, key=_once(post.pk))


def _once(pk: int) -> str:
    return f"{pk}-{timezone.now().timestamp()}"


def _set_hidden(model: type[Post] | type[Thread], pk: int, by: int | None, reason: str) -> None:
    model.objects.filter(pk=pk).update(
        hidden_at=timezone.now() if reason else None, hidden_by_id=by, hidden_reason=reason
    )
