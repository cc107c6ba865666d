"""What every address of the community has in common: who may come in, and how refusals are answered."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control

from core.form_drafts import discard_draft, draft_recovery_response

from ..access import standing
from ..models import Group, Post, Thread
from ..permissions import Standing, opens_post, opens_thread

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """No shared cache, no search engine; a refused command looks like an address that is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except PermissionDenied as error:
            raise Http404 from error
        discard_draft(request, response)
        patch_cache_control(response, private=True, no_cache=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def professionals(view: View) -> View:
    """For verified professionals and managers; for everybody else there is nothing at the address.

    Whose session ended while they were writing gets their text back, whatever the address is.
    """

    @private
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (request.viewer.is_verified or request.viewer.is_manager):
            return _refuse(request)
        return view(request, *args, **kwargs)

    return wrapped


def managers(view: View) -> View:
    """For the community managers; for everybody else there is nothing at the address."""

    @private
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.viewer.is_manager:
            return _refuse(request)
        return view(request, *args, **kwargs)

    return wrapped


def _refuse(request: HttpRequest) -> HttpResponse:
    if (page := draft_recovery_response(request)) is not None:
        return page
    raise Http404


def group_or_404(request: HttpRequest, slug: str) -> tuple[Group, Standing]:
    """A group that exists for the reader (its content may still be closed to them)."""
    groups = Group.objects.select_related("parent").prefetch_related("professions")
    group = get_object_or_404(groups, slug=slug)
    place = standing(group, request.viewer)
    if not place.sees:
        raise Http404
    return group, place


def thread_or_404(request: HttpRequest, pk: int, group: str = "") -> tuple[Thread, Standing]:
    """A thread that the reader may open: what they find, and what was hidden if it concerns them."""
    threads = Thread.objects.select_related("group__parent").prefetch_related("group__professions")
    thread = get_object_or_404(threads, pk=pk)
    place = standing(thread.group, request.viewer)
    if group not in ("", thread.group.slug) or not opens_thread(thread, place):
        raise Http404
    return thread, place


def post_or_404(request: HttpRequest, pk: int) -> tuple[Post, Standing]:
    posts = Post.objects.select_related("author", "thread__group__parent")
    post = get_object_or_404(posts.prefetch_related("thread__group__professions"), pk=pk)
    place = standing(post.thread.group, request.viewer)
    if not opens_post(post, place):
        raise Http404
    return post, place


def expected_version(request: HttpRequest) -> str:
    """What the form was opened on (`core.optimistic_lock.content_version`)."""
    return request.POST.get("seen", "")


def page_number(request: HttpRequest, name: str = "page") -> int:
    """The page asked for; 1 for anything that is not a number. Callers bring it back to the last page.

    `name`: of the address's parameter, where a page holds several lists.
    """
    raw = request.GET.get(name, "1")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
