"""Whom an event concerns and who may read what it is about, at this moment: ids of accounts, in bulk."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from members.models import User, Verification
from notifications.account_kinds import managers
from notifications.models import Event, Notification, Subscription
from notifications.telling import asked_for

from ..audience import readers
from ..models import Group, Membership, Post, Thread

Level = Subscription.Level
Ids = Iterable[int]


def may_read(group: Group) -> QuerySet[User]:
    """Everybody who reads a group's threads: its verified readers, and the managers unless it is secret."""
    people = Q(pk__in=readers(group).values("pk"))
    return User.objects.filter(people if group.is_secret else people | Q(pk__in=managers()))


def _ids(people: QuerySet[User]) -> Ids:
    return people.values_list("pk", flat=True)


def _post(event: Event) -> Post | None:
    posts = Post.objects.published().filter(thread__hidden_at=None, thread__deleted_at=None)
    return posts.select_related("thread__group__parent").filter(pk=event.object_id).first()


def _thread(event: Event) -> Thread | None:
    return Thread.objects.published().select_related("group__parent").filter(pk=event.object_id).first()


def _users_of(subscriptions: QuerySet[Subscription]) -> QuerySet:
    return subscriptions.values("user_id")


def _own(thread: Thread) -> QuerySet[Subscription]:
    return Subscription.objects.filter(target="thread", target_id=thread.pk)


def _around(thread: Thread) -> QuerySet[Subscription]:
    """Subscriptions to the group and the themes of a thread."""
    themes = [theme.pk for theme in thread.tags.all()]
    return Subscription.objects.filter(
        Q(target="group", target_id=thread.group_id) | Q(target="theme", target_id__in=themes)
    )


def followers(event: Event) -> Ids:
    """Of each message: one's choice for the thread decides; without one, that for its group and themes."""
    if (post := _post(event)) is None:
        return ()
    own, around = _own(post.thread), _around(post.thread)
    # Who wrote only afterwards had it before their eyes.
    follows = Q(pk__in=_users_of(own.filter(level=Level.FOLLOWED, created_at__lte=event.created_at)))
    around_only = Q(pk__in=_users_of(around.filter(level=Level.FOLLOWED)))
    silent = Q(pk__in=_users_of(own)) | Q(pk__in=_users_of(around.filter(level=Level.MUTED)))
    return _ids(may_read(post.thread.group).filter(follows | (around_only & ~silent)))


def followers_of_firsts(event: Event) -> Ids:
    """Of new threads in a group or of a theme; who muted either is not told."""
    if (thread := _thread(event)) is None:
        return ()
    around = _around(thread)
    follows = Q(pk__in=_users_of(around.filter(level__in=(Level.FOLLOWED, Level.FIRST))))
    muted = Q(pk__in=_users_of(around.filter(level=Level.MUTED)))
    return _ids(may_read(thread.group).filter(follows & ~muted))


def asked_professionals(event: Event) -> Ids:
    """Members of the group in a profession that is asked, who want to be; at most so many times a day."""
    if (thread := _thread(event)) is None:
        return ()
    asked = thread.requested_professions.values("pk")
    verified = Verification.objects.filter(state=Verification.State.VERIFIED, profession__in=asked)
    since = timezone.now() - timedelta(days=1)
    told = Notification.objects.filter(kind="asked", created_at__gt=since).values("recipient_id")
    enough = told.annotate(n=Count("pk")).filter(n__gte=settings.NOTIFICATION_QUESTIONS_A_DAY)
    muted = _around(thread).filter(level=Level.MUTED)
    people = readers(thread.group).filter(
        Q(pk__in=verified.values("user_id")),
        Q(pk__in=thread.group.memberships.members().values("user_id")),
        pk__in=asked_for("asked"),
    )
    return _ids(people.exclude(pk__in=enough.values("recipient_id")).exclude(pk__in=_users_of(muted)))


def author_at_first_reply(event: Event) -> Ids:
    """Who asked, when the first of their colleagues replies; not who muted the thread."""
    post = _post(event)
    if post is None or post.author_id == post.thread.author_id:
        return ()
    earlier = Post.objects.published().filter(thread=post.thread_id, position__lt=post.position)
    if earlier.exclude(author_id=post.thread.author_id).exists():
        return ()
    return _asker(post.thread)


def _asker(thread: Thread) -> Ids:
    muted = _own(thread).filter(level=Level.MUTED)
    author = may_read(thread.group).filter(pk=thread.author_id or 0)
    return _ids(author.exclude(pk__in=_users_of(muted)))


def author_of_thread(event: Event) -> Ids:
    return () if (thread := _thread(event)) is None else _asker(thread)


def author_of_post(event: Event) -> Ids:
    if (post := _post(event)) is None:
        return ()
    return _ids(may_read(post.thread.group).filter(pk=post.author_id or 0))


def writers(event: Event) -> Ids:
    """Everybody who wrote in a thread, whether they may still read it or not."""
    wrote = Post.objects.filter(thread_id=event.object_id, deleted_at=None).values("author_id")
    return _ids(User.objects.filter(is_active=True, pk__in=wrote))


def leaders(event: Event) -> Ids:
    """Who leads the group that somebody asks to join; without a leader, the managers."""
    asked = Membership.objects.select_related("group__parent").filter(pk=event.object_id).first()
    if asked is None:
        return ()
    leading = asked.group.memberships.members().filter(role=Membership.Role.LEADER).values("user_id")
    found = list(_ids(readers(asked.group).filter(pk__in=leading)))
    return found or (() if asked.group.is_secret else all_managers(event))


def all_managers(event: Event) -> Ids:
    return _ids(User.objects.filter(pk__in=managers()))
