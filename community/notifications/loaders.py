"""What notifications say of threads, posts, groups and reports: ids to `Told`, through `visible_to`."""

from collections.abc import Collection, Mapping

from django.urls import reverse

from members.access import Viewer
from notifications.kinds import Followed, Told
from taxonomy.models import Theme

from ..access import proposed_themes
from ..models import Group, Membership, Post, Report, Thread

State = Membership.State
Loaded = Mapping[int, Told]


def _told(url: str, thread: Thread | None, **more: str) -> Told:
    """`thread`: None where the reader may not know it."""
    if thread is None:
        return Told(url, **more)
    return Told(url, thread.title, thread.group.name, is_reserved=not thread.group.is_open, **more)


def posts(viewer: Viewer, pks: Collection[int]) -> Loaded:
    rows = Post.objects.visible_to(viewer).filter(pk__in=pks).select_related("thread__group")
    return {post.pk: _told(post.get_absolute_url(), post.thread) for post in rows}


def threads(viewer: Viewer, pks: Collection[int]) -> Loaded:
    rows = Thread.objects.visible_to(viewer).filter(pk__in=pks).select_related("group")
    return {thread.pk: _told(thread.get_absolute_url(), thread) for thread in rows}


def own_posts(viewer: Viewer, pks: Collection[int]) -> Loaded:
    """What the viewer wrote and somebody hid or showed again; its title where they still open it.

    The reason is theirs to know wherever it was. `outcome`: thread or post.
    """
    rows = Post.objects.filter(pk__in=pks, author_id=viewer.user_id, deleted_at=None)
    found = list(rows.select_related("thread__group"))
    opened = set(Post.objects.openable_by(viewer).filter(pk__in=pks).values_list("pk", flat=True))
    told = {}
    for post in found:
        opens = post.pk in opened
        url = post.get_absolute_url() if opens else reverse("notifications")
        reason = post.hidden_reason or (post.thread.hidden_reason if post.is_question else "")
        what = "thread" if post.is_question else "post"
        told[post.pk] = _told(url, post.thread if opens else None, reason=reason, outcome=what)
    return told


def moved_threads(viewer: Viewer, pks: Collection[int]) -> Loaded:
    """Without a title for whom a thread left behind."""
    read = threads(viewer, pks)
    nowhere = Told(reverse("community_home"), outcome="left_behind")
    return {pk: read.get(pk, nowhere) for pk in pks}


def invitations(viewer: Viewer, pks: Collection[int]) -> Loaded:
    """An invitation names its group to whom it is for, even a secret one."""
    own = Membership.objects.filter(pk__in=pks, user_id=viewer.user_id, state=State.INVITED)
    return _of_memberships(own, reverse("community_home"))


def requests(viewer: Viewer, pks: Collection[int]) -> Loaded:
    moderated = Group.objects.moderated_by(viewer).values("pk")
    asked = Membership.objects.filter(pk__in=pks, state=State.REQUESTED, group__in=moderated)
    return _of_memberships(asked, "", to_members=True)


def let_in(viewer: Viewer, pks: Collection[int]) -> Loaded:
    read = Group.objects.readable_ids(viewer)
    own = Membership.objects.members().filter(pk__in=pks, user_id=viewer.user_id, group_id__in=read)
    return _of_memberships(own, "")


def _of_memberships(rows, url: str, *, to_members: bool = False) -> Loaded:
    told = {}
    for one in rows.select_related("group"):
        group = one.group
        own = reverse("community_members", args=[group.slug]) if to_members else group.get_absolute_url()
        told[one.pk] = Told(url or own, group=group.name, is_reserved=not group.is_open)
    return told


def groups(viewer: Viewer, pks: Collection[int]) -> Loaded:
    rows = Group.objects.visible_to(viewer).filter(pk__in=pks)
    return {one.pk: Told(one.get_absolute_url(), group=one.name, is_reserved=not one.is_open) for one in rows}


def own_reports(viewer: Viewer, pks: Collection[int]) -> Loaded:
    """What became of what the viewer reported. `outcome`: the report's state."""
    rows = Report.objects.filter(pk__in=pks, reporter_id=viewer.user_id).exclude(state=Report.State.OPEN)
    visible = Post.objects.visible_to(viewer).filter(reports__in=pks)
    urls = {post.pk: post.get_absolute_url() for post in visible}
    there = reverse("notifications")
    return {
        one.pk: Told(urls.get(one.post_id, there), reason=one.decision, outcome=one.state) for one in rows
    }


def reports(viewer: Viewer, pks: Collection[int]) -> Loaded:
    rows = Report.objects.visible_to(viewer).open().filter(pk__in=pks).values_list("pk", flat=True)
    return {pk: Told(reverse("animation_report", args=[pk])) for pk in rows}


def themes(viewer: Viewer, pks: Collection[int]) -> Loaded:
    if not viewer.is_manager:
        return {}
    rows = proposed_themes(viewer).filter(pk__in=pks)
    return {one.pk: Told(reverse("animation_themes"), one.name, is_reserved=True) for one in rows}


# --- Things that are followed ---


def followed_threads(viewer: Viewer, pks: Collection[int]) -> Mapping[int, Followed]:
    rows = Thread.objects.visible_to(viewer).filter(pk__in=pks).select_related("group")
    return {one.pk: Followed(one.title, one.get_absolute_url()) for one in rows}


def followed_groups(viewer: Viewer, pks: Collection[int]) -> Mapping[int, Followed]:
    rows = Group.objects.readable_by(viewer).filter(pk__in=pks)
    return {one.pk: Followed(one.name, one.get_absolute_url()) for one in rows}


def followed_themes(viewer: Viewer, pks: Collection[int]) -> Mapping[int, Followed]:
    """Listed ones: what members typed is not everybody's to know."""
    return {pk: theme for pk, theme in listed_themes(viewer).items() if pk in set(pks)}


def listed_themes(viewer: Viewer) -> Mapping[int, Followed]:
    listed = Theme.objects.listed().order_by("name") if viewer.is_verified or viewer.is_manager else ()
    url = reverse("community_threads")
    return {one.pk: Followed(one.name, f"{url}?profession=toutes&theme={one.slug}") for one in listed}
