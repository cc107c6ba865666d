"""Replying, correcting, deleting, and marking the answer."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.optimistic_lock import check_conflict
from members.access import Viewer
from notifications.services import follow_by_writing, notify

from ..access import permissions_for
from ..counters import refresh_counters
from ..models import Post, Thread
from .common import (
    clean_body,
    lock_post,
    lock_thread,
    post_sent_before,
    reindex,
    require_user_id,
    subject_of,
    writing_profession,
)
from .reading import thread_mark_read


def post_create(*, viewer: Viewer, thread: Thread, body: str, idempotency_key: str = "") -> Post:
    """Replies to a thread, which is then read by its author.

    `body` is HTML, sanitized here; `idempotency_key` as in `thread_create`.
    """
    try:
        with transaction.atomic():
            return _reply(viewer, thread, body, idempotency_key)
    except IntegrityError:
        # The same form came twice at the same time, to two threads.
        post_sent_before(viewer, idempotency_key, thread=thread)
        raise


def _reply(viewer: Viewer, thread: Thread, body: str, idempotency_key: str) -> Post:
    thread = lock_thread(thread.pk)
    perms = permissions_for(viewer, thread.group)
    require_permission(perms.can_write and thread.deleted_at is None and not thread.is_hidden)
    html, text = clean_body(body)
    if (earlier := post_sent_before(viewer, idempotency_key, thread=thread, body=html)) is not None:
        return earlier
    if thread.locked and not perms.can_moderate:
        raise ValidationError({"body": _("This discussion is closed: it takes no more replies.")})
    last = Post.objects.filter(thread=thread).aggregate(last=Max("position"))["last"] or 0
    post = Post.objects.create(
        thread=thread,
        author_id=viewer.user_id,
        profession=writing_profession(viewer, thread.group, thread.requested_professions.all()),
        position=last + 1,
        body=html,
        text=text,
        idempotency_key=idempotency_key or None,
    )
    refresh_counters([thread.pk])
    reindex([thread.pk])
    thread_mark_read(viewer=viewer, thread=thread, position=post.position)
    follow_by_writing(user_id=require_user_id(viewer), target="thread", target_id=thread.pk)
    about: dict[str, Any] = {"object_id": post.pk, "subject": subject_of(thread), "actor_id": viewer.user_id}
    notify("first_reply", "reply", **about)
    return post


@transaction.atomic
def post_update(*, viewer: Viewer, post: Post, body: str, expected_version: str = "") -> Post:
    """Corrects one's own post, which then carries an edit mark. Moderators hide, they do not rewrite.

    `expected_version`: see `core.optimistic_lock`.
    """
    post, thread = lock_post(post)
    require_permission(_may_change(viewer, post, thread))
    html, text = clean_body(body)
    check_conflict(post, [html], expected_version)
    if html != post.body:
        post.body, post.text, post.edited_at = html, text, timezone.now()
        post.save(update_fields=["body", "text", "edited_at"])
        reindex([thread.pk])
    return post


@transaction.atomic
def post_delete(*, viewer: Viewer, post: Post) -> None:
    """Takes one's own post away. A question goes with its thread, while nobody has replied to it."""
    post, thread = lock_post(post)
    require_permission(_may_change(viewer, post, thread))
    if post.is_question and thread.answer_count:
        raise ValidationError(
            _("Colleagues have replied: edit your question, or ask the managers to hide the discussion.")
        )
    now = timezone.now()
    Post.objects.filter(pk=post.pk).update(deleted_at=now)
    if post.is_question:
        Thread.objects.filter(pk=thread.pk).update(deleted_at=now)
    withdraw_answer(thread, post)
    refresh_counters([thread.pk])
    reindex([thread.pk])


@transaction.atomic
def post_accept(*, viewer: Viewer, post: Post) -> Thread:
    """Marks the reply that solved the question: its author's choice, or a moderator's."""
    post, thread = lock_post(post)
    require_permission(_may_accept(viewer, thread) and not post.is_hidden and not post.is_question)
    thread.accepted_post = post
    thread.save(update_fields=["accepted_post"])
    reindex([thread.pk])
    notify("accepted", object_id=post.pk, subject=subject_of(thread), actor_id=viewer.user_id)
    return thread


@transaction.atomic
def post_unaccept(*, viewer: Viewer, thread: Thread) -> Thread:
    thread = lock_thread(thread.pk)
    require_permission(_may_accept(viewer, thread))
    thread.accepted_post = None
    thread.save(update_fields=["accepted_post"])
    reindex([thread.pk])
    return thread


def withdraw_answer(thread: Thread, post: Post) -> None:
    """What can no longer be read is no longer the answer."""
    Thread.objects.filter(pk=thread.pk, accepted_post_id=post.pk).update(accepted_post=None)


def _may_change(viewer: Viewer, post: Post, thread: Thread) -> bool:
    perms = permissions_for(viewer, thread.group)
    return (
        post.author_id is not None
        and post.author_id == viewer.user_id
        and perms.can_write
        and not (post.is_hidden or thread.is_hidden or thread.deleted_at)
        and (not thread.locked or perms.can_moderate)
    )


def _may_accept(viewer: Viewer, thread: Thread) -> bool:
    perms = permissions_for(viewer, thread.group)
    own = thread.author_id is not None and thread.author_id == viewer.user_id
    return (
        not thread.is_hidden
        and thread.deleted_at is None
        and (perms.can_moderate or (own and perms.can_write))
    )
