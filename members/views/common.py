"""What the views share: who may come in, and safe ways on."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from core.form_drafts import as_text, discard_draft, draft_recovery_response, posted_fields

View = Callable[..., HttpResponse]


def member_page(view: View) -> View:
    """For who is signed in; never cached; what a service refuses does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        response = _answer(view, request, **kwargs)
        discard_draft(request, response)
        return response

    return never_cache(_text_given_back(login_required(wrapped)))


def _text_given_back(view: View) -> View:
    """Whose session ended while they were writing gets their text back instead of a bare sign-in page."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        return draft_recovery_response(request) or view(request, **kwargs)

    return wrapped


def _answer(view: View, request: HttpRequest, *args, **kwargs) -> HttpResponse:
    """A refused command looks like a URL that is not there; what was typed for either is given back."""
    try:
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied) as error:
        fields = posted_fields(request)
        if not fields:
            raise Http404 from error
        return render(request, "members/given_back.html", {"text": as_text(fields)}, status=404)


def private_response(view: View) -> View:
    """No shared cache, no search engine; a refused command looks like a URL that is not there."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        discard_draft(request, response)
        patch_cache_control(response, private=True, no_cache=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


def manager_required(view: View) -> View:
    """For the community managers; for everybody else there is nothing at the URL."""

    @private_response
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if request.viewer.is_manager else deny(request)

    return wrapped


def deny(request: HttpRequest) -> HttpResponse:
    """404, but whose session ended while they were writing gets their text back, whatever the URL is."""
    if (page := draft_recovery_response(request)) is not None:
        return page
    raise Http404


def emptying_caches(view: View) -> View:
    """Once signed out, « back » must not show what the last reader of a shared computer read."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        response = view(request, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache"'
        return response

    return wrapped


def next_url(request: HttpRequest) -> str:
    """Where the reader wanted to go, when it is a page of this site; empty otherwise."""
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe and "\x00" not in url else ""
