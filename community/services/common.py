"""What the commands share: refusing, locking a thread's row, checking what was typed."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from core.text import one_line
from members.access import Viewer
from search.index.outbox import changed
from taxonomy.models import Profession

from .. import richtext
from ..models import Group, Post, Thread
from ..models.threads import TITLE_MAX

TITLE_MIN = 8
TEXT_MAX = 20_000
# Refused before any parsing: markup included.
HTML_MAX = 200_000
REASON_MAX = 300


Found = TypeVar("Found", bound=Model)


def get_or_deny(row: Found | None) -> Found:
    """What is not there is refused like what one may not touch."""
    if row is None:
        raise PermissionDenied
    return row


def require_user_id(viewer: Viewer) -> int:
    """Id of the account that acts; visitors are refused."""
    if viewer.user_id is None:
        raise PermissionDenied
    return viewer.user_id


def lock_thread(thread_id: int) -> Thread:
    """The thread as it is now, held until the end of the transaction: positions and counts stay right."""
    threads = Thread.objects.select_for_update(of=("self",)).select_related("group")
    return get_or_deny(threads.filter(pk=thread_id).first())


def lock_post(post: Post) -> tuple[Post, Thread]:
    """A post as it is now, with its thread held. A deleted post is refused."""
    thread = lock_thread(post.thread_id)
    current = get_or_deny(Post.objects.filter(pk=post.pk, deleted_at__isnull=True).first())
    current.thread = thread
    return current, thread


def lock_groups(*group_ids: int) -> dict[int, Group]:
    """id → group as it is now, held until the end of the transaction: nobody changes who reads it."""
    groups = Group.objects.select_for_update(of=("self",)).filter(pk__in=group_ids)
    return {group.pk: group for group in groups.order_by("pk")}  # in one order: nobody waits in a ring


def subject_of(thread: Thread) -> str:
    """What notifications about a thread are grouped by."""
    return f"thread:{thread.pk}"


def reindex(threads: Iterable[int]) -> None:
    changed("thread", threads)


def clean_title(title: str) -> str:
    title = one_line(title)
    if len(title) < TITLE_MIN or richtext.is_blank(title):
        raise ValidationError(
            {"title": _("Give a title of at least %(min)s characters.") % {"min": TITLE_MIN}}
        )
    if len(title) > TITLE_MAX:
        raise ValidationError(
            {"title": _("Shorten the title to %(max)s characters at most.") % {"max": TITLE_MAX}}
        )
    return title


def clean_body(html: str) -> tuple[str, str]:
    """(sanitized HTML, plain text) of what somebody wrote."""
    body = richtext.sanitize(html) if len(html) <= HTML_MAX else ""
    text = richtext.to_text(body)
    if len(html) > HTML_MAX or len(text) > TEXT_MAX:
        raise ValidationError(
            {"body": _("This message is too long: shorten it to %(max)s characters.") % {"max": TEXT_MAX}}
        )
    if not body:
        raise ValidationError({"body": _("Write your message.")})
    return body, text


def clean_reason(reason: str) -> str:
    reason = one_line(reason)
    if not reason:
        raise ValidationError({"reason": _("Give the reason: the author will read it.")})
    if len(reason) > REASON_MAX:
        raise ValidationError(
            {"reason": _("Shorten the reason to %(max)s characters at most.") % {"max": REASON_MAX}}
        )
    return reason


def writing_profession(viewer: Viewer, group: Group, asked: Iterable[Profession]) -> Profession | None:
    """In which profession somebody writes: one that is asked, else one of the group's, else their first."""
    preferred = [profession.code for profession in asked]
    preferred += [profession.code for profession in group.professions.all()]
    codes = [code for code in preferred if code in viewer.profession_codes] + list(viewer.profession_codes)
    return Profession.objects.filter(code=codes[0]).first() if codes else None


def post_sent_before(viewer: Viewer, idempotency_key: str, **sent: Any) -> Post | None:
    """The post that the same form has already made: the same text sent twice is one post.

    `sent`: lookups that this post fulfils. Anything else sent with that key is refused (code « sent »).
    """
    posts = Post.objects.filter(author_id=viewer.user_id, idempotency_key=idempotency_key)
    if not idempotency_key or not posts.exists():
        return None
    earlier = posts.filter(**sent).select_related("thread__group").first()
    if earlier is None:
        raise ValidationError(
            _("You have already sent this form, with another text. Send again to publish this one too."),
            code="sent",
        )
    return earlier
