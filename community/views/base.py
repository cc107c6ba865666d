"""What the views share: who may come in, and how an object is found or refused."""

from functools import wraps

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from core.compiled_query import compiled_query
from core.errors import add_service_errors
from members.views.common import View, deny, private_response
from notifications.services import own_level

from ..access import permissions_from, with_own_membership
from ..forms import MessageForm, new_key
from ..models import Group, Post, Thread
from ..permissions import GroupPermissions, opens_post, opens_thread
from ..unread import with_group_mark, with_thread_mark


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
    visible = _visible_groups(request, slug)
    if slug not in visible:
        raise Http404
    return visible[slug]


def group_with_subgroups_or_404(
    request: HttpRequest, slug: str
) -> tuple[Group, GroupPermissions, list[Group]]:
    """`group_or_404`, and the subgroups that exist for the reader."""
    visible = _visible_groups(request, slug, with_subgroups=True)
    if slug not in visible:
        raise Http404
    group, perms = visible.pop(slug)
    return group, perms, [subgroup for subgroup, _perms in visible.values()]


def _visible_groups(
    request: HttpRequest, slug: str, *, with_subgroups: bool = False
) -> dict[str, tuple[Group, GroupPermissions]]:
    viewer = request.viewer
    groups = compiled_query(_groups, slug, viewer.user_id or 0, with_subgroups)
    pairs = [(group, permissions_from(group, group, viewer)) for group in groups]
    return {group.slug: (group, perms) for group, perms in pairs if perms.can_see}


def _groups(slug: str, user_id: int, with_subgroups: bool) -> QuerySet:
    wanted = Q(slug=slug) | Q(parent__slug=slug) if with_subgroups else Q(slug=slug)
    groups = Group.objects.select_related("parent").annotate(own_level=own_level("group", user_id))
    groups = with_group_mark(with_own_membership(groups, user_id), user_id)
    return groups.filter(wanted).prefetch_related("professions")


def thread_or_404(request: HttpRequest, pk: int, group: str = "") -> tuple[Thread, GroupPermissions]:
    """A thread that the reader may open: what they find, and what was hidden if it concerns them."""
    for thread in compiled_query(_thread, pk, request.viewer.user_id or 0):
        perms = permissions_from(thread, thread.group, request.viewer)
        if group in ("", thread.group.slug) and opens_thread(thread, perms):
            return thread, perms
    raise Http404


def _thread(pk: int, user_id: int) -> QuerySet:
    threads = Thread.objects.select_related("group__parent").prefetch_related("group__professions")
    threads = threads.annotate(own_level=own_level("thread", user_id))
    threads = with_own_membership(threads, user_id, "group__memberships")
    threads = with_group_mark(with_thread_mark(threads, user_id), user_id, "group__read_marks")
    return threads.filter(pk=pk)


def post_or_404(request: HttpRequest, pk: int, *, deleted: bool = False) -> tuple[Post, GroupPermissions]:
    """A post that the reader may open; with `deleted` also a deleted one of a thread that they may open."""
    posts = Post.objects.select_related("author", "thread__group__parent")
    posts = with_own_membership(posts, request.viewer.user_id or 0, "thread__group__memberships")
    post = get_object_or_404(posts.prefetch_related("thread__group__professions"), pk=pk)
    perms = permissions_from(post, post.thread.group, request.viewer)
    is_deleted = deleted and post.deleted_at is not None and opens_thread(post.thread, perms)
    if not is_deleted and not opens_post(post, perms):
        raise Http404
    return post, perms


def add_send_errors(form: MessageForm, error: ValidationError) -> None:
    """`add_service_errors`; a form already sent with another text gets a new key, to be sent again."""
    add_service_errors(form, error)
    if getattr(error, "code", "") == "sent":
        form.data = form.data.copy()
        form.data["key"] = new_key()


def expected_version(request: HttpRequest) -> str:
    """What the form was opened on (`core.optimistic_lock.content_version`)."""
    return request.POST.get("seen", "")


def is_read_by_person(request: HttpRequest) -> bool:
    """Whether somebody sees the page: browsers also load pages ahead, which nobody may ever look at."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not ahead


def page_number(request: HttpRequest, name: str = "page") -> int:
    """The page asked for; 1 for anything that is not a number. Callers bring it back to the last page.

    `name`: of the URL's parameter, where a page holds several lists.
    """
    raw = request.GET.get(name, "1")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
