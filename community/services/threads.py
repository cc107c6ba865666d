"""Opening and correcting a thread."""

from collections.abc import Iterable, Sequence
from secrets import token_hex
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require_permission
from core.optimistic_lock import check_conflict
from core.text import one_line, slug_of
from members.access import Viewer
from notifications.services import follow_by_writing, notify
from taxonomy.models import Profession, Theme

from ..access import permissions_for
from ..models import Group, Post, TaggedThread, Thread
from .common import (
    clean_body,
    clean_title,
    lock_thread,
    post_sent_before,
    reindex,
    require_user_id,
    subject_of,
    writing_profession,
)

THEMES_MAX = 5
THEME_MIN, THEME_MAX = 2, 40


def thread_create(
    *,
    viewer: Viewer,
    group: Group,
    title: str,
    body: str,
    asked: Sequence[Profession] = (),
    themes: Iterable[Theme] = (),
    free_themes: Iterable[str] = (),
    idempotency_key: str = "",
) -> Thread:
    """Opens a thread with its first post. `body` is HTML, sanitized here.

    `idempotency_key` names the form that was sent: sent twice, it opens one thread.
    """
    title, texts = clean_title(title), clean_body(body)
    sent = {"position": 1, "body": texts[0], "thread__title": title, "thread__group": group}
    try:
        with transaction.atomic():
            require_permission(permissions_for(viewer, group).can_write)
            if (earlier := post_sent_before(viewer, idempotency_key, **sent)) is not None:
                return earlier.thread
            return _open(viewer, group, title, texts, asked, themes, free_themes, idempotency_key)
    except IntegrityError:
        # The same form came twice at the same time.
        if (earlier := post_sent_before(viewer, idempotency_key, **sent)) is None:
            raise
        return earlier.thread


def _open(
    viewer: Viewer,
    group: Group,
    title: str,
    body: tuple[str, str],
    asked: Sequence[Profession],
    themes: Iterable[Theme],
    free_themes: Iterable[str],
    idempotency_key: str,
) -> Thread:
    """`title` and `body` (sanitized HTML, and the same as text) are clean."""
    html, text = body
    _check_asked(group, asked)
    now = timezone.now()
    thread = Thread.objects.create(
        group=group,
        author_id=viewer.user_id,
        title=title,
        created_at=now,
        last_activity_at=now,
        post_count=1,
    )
    thread.requested_professions.set(asked)
    _set_themes(viewer, thread, themes, free_themes)
    Post.objects.create(
        thread=thread,
        author_id=viewer.user_id,
        profession=writing_profession(viewer, group, []),
        position=1,
        body=html,
        text=text,
        created_at=now,
        idempotency_key=idempotency_key or None,
    )
    reindex([thread.pk])
    follow_by_writing(user_id=require_user_id(viewer), target="thread", target_id=thread.pk)
    about: dict[str, Any] = {
        "object_id": thread.pk,
        "subject": subject_of(thread),
        "actor_id": viewer.user_id,
    }
    notify("asked", "new_thread", **about)
    return thread


@transaction.atomic
def thread_update(
    *,
    viewer: Viewer,
    thread: Thread,
    title: str,
    asked: Sequence[Profession] = (),
    themes: Iterable[Theme] = (),
    free_themes: Iterable[str] = (),
    expected_version: str = "",
) -> Thread:
    """Corrects title, professions asked and themes: the author while the thread is open, or a moderator.

    `expected_version`: see `core.optimistic_lock`.
    """
    thread = lock_thread(thread.pk)
    perms = permissions_for(viewer, thread.group)
    own = thread.author_id == viewer.user_id and perms.can_write and not thread.locked
    require_permission((own or perms.can_moderate) and not thread.is_hidden and thread.deleted_at is None)
    _check_asked(thread.group, asked)
    title = clean_title(title)
    check_conflict(thread, [title], expected_version)
    thread.title = title
    thread.slug = ""
    thread.save(update_fields=["title", "slug"])
    thread.requested_professions.set(asked)
    _set_themes(viewer, thread, themes, free_themes)
    reindex([thread.pk])
    return thread


def _check_asked(group: Group, asked: Sequence[Profession]) -> None:
    """An opinion is asked of professions that will read the question."""
    readers = set(group.professions.all())
    outside = [profession for profession in asked if readers and profession not in readers]
    if outside:
        raise ValidationError(
            {
                "asked": _("This group is not for this profession: %(professions)s.")
                % {"professions": ", ".join(profession.label for profession in outside)}
            }
        )


def _set_themes(viewer: Viewer, thread: Thread, themes: Iterable[Theme], free_themes: Iterable[str]) -> None:
    names = [name for name in map(one_line, free_themes) if name]
    if names and thread.group.is_secret:
        # A typed theme is shown to the managers, who must learn nothing of a secret group.
        raise ValidationError({"free_themes": _("In a secret group, choose among the listed themes.")})
    chosen = {theme.pk: theme for theme in themes}
    for name in names:
        theme = _theme_named(viewer, name)
        chosen[theme.pk] = theme
    if len(chosen) > THEMES_MAX:
        raise ValidationError({"themes": _("Choose %(max)s themes at most.") % {"max": THEMES_MAX}})
    thread.tags.set(list(chosen.values()))


def _theme_named(viewer: Viewer, name: str) -> Theme:
    """The theme of that name, however it is written; a new one waits for a manager to list it.

    What others proposed where the viewer does not read is not found: it would show how they wrote it.
    """
    slug = slug_of(name)
    if not slug or not THEME_MIN <= len(name) <= THEME_MAX:
        raise ValidationError(
            {
                "free_themes": _("A theme has %(min)s to %(max)s characters: “%(name)s”.")
                % {"min": THEME_MIN, "max": THEME_MAX, "name": name[:60]}
            }
        )
    tagged = TaggedThread.objects.filter(content_object__in=Thread.objects.visible_to(viewer).values("pk"))
    visible = Q(status=Theme.Status.CURATED) | Q(pk__in=tagged.values("tag_id"))
    same = Q(slug=slug) | Q(slug__regex=rf"^{slug}-[0-9a-f]{{6}}$") | Q(name__iexact=name)
    known = Theme.objects.filter(visible, same).order_by("status", "pk").first()
    if known is not None:
        return known
    # A bare slug would tell that nobody has proposed this theme elsewhere, where the viewer does not read.
    theme = Theme.objects.create(slug=f"{slug[:90]}-{token_hex(3)}", name=name)
    notify("theme_waits", object_id=theme.pk, actor_id=viewer.user_id)
    return theme
