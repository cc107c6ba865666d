"""What the views share: who may come in, and how an object is found or refused."""

from functools import wraps

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from members.views.common import View, deny, private_response

from ..access import permissions_from, with_own_membership
from ..models import Group, Post, Thread
from ..permissions import GroupPermissions, opens_post, opens_thread


def verified_required(view: View) -> View:
    """For verified professionals and managers; for everybody else there is nothing at the URL.

    Whose session ended while they were writing gets their text back, whatever the URL is.
    """

    @private_response
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (request.viewer.is_verified or request.viewer.is_manager):
            return deny(request)
        return view(request, *args, **kwargs)

    return wrapped


def group_or_404(request: HttpRequest, slug: str) -> tuple[Group, GroupPermissions]:
    """A group that exists for the reader (its content may still be closed to them)."""
    visible = _visible_groups(request, Q(slug=slug))
    if slug not in visible:
        raise Http404
    return visible[slug]


def group_with_subgroups_or_404(
    request: HttpRequest, slug: str
) -> tuple[Group, GroupPermissions, list[Group]]:
    """`group_or_404`, and the subgroups that exist for the reader."""
    visible = _visible_groups(request, Q(slug=slug) | Q(parent__slug=slug))
    if slug not in visible:
        raise Http404
    group, perms = visible.pop(slug)
    return group, perms, [subgroup for subgroup, _perms in visible.values()]


def _visible_groups(request: HttpRequest, wanted: Q) -> dict[str, tuple[Group, GroupPermissions]]:
    groups = with_own_membership(Group.objects.select_related("parent"), request.viewer).filter(wanted)
    pairs = [
        (group, permissions_from(group, group, request.viewer))
        for group in groups.prefetch_related("professions")
    ]
    return {group.slug: (group, perms) for group, perms in pairs if perms.can_see}


def thread_or_404(request: HttpRequest, pk: int, group: str = "") -> tuple[Thread, GroupPermissions]:
    """A thread that the reader may open: what they find, and what was hidden if it concerns them."""
    threads = Thread.objects.select_related("group__parent").prefetch_related("group__professions")
    thread = get_object_or_404(with_own_membership(threads, request.viewer, "group__memberships"), pk=pk)
    perms = permissions_from(thread, thread.group, request.viewer)
    if group not in ("", thread.group.slug) or not opens_thread(thread, perms):
        raise Http404
    return thread, perms


def post_or_404(request: HttpRequest, pk: int) -> tuple[Post, GroupPermissions]:
    posts = Post.objects.select_related("author", "thread__group__parent")
    posts = with_own_membership(posts, request.viewer, "thread__group__memberships")
    post = get_object_or_404(posts.prefetch_related("thread__group__professions"), pk=pk)
    perms = permissions_from(post, post.thread.group, request.viewer)
    if not opens_post(post, perms):
        raise Http404
    return post, perms


def expected_version(request: HttpRequest) -> str:
    """What the form was opened on (`core.optimistic_lock.content_version`)."""
    return request.POST.get("seen", "")


def page_number(request: HttpRequest, name: str = "page") -> int:
    """The page asked for; 1 for anything that is not a number. Callers bring it back to the last page.

    `name`: of the URL's parameter, where a page holds several lists.
    """
    raw = request.GET.get(name, "1")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
