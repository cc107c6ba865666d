"""What the views share: who may come in, safe ways on, errors of the services in the forms."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from core.form_drafts import discard_draft, draft_recovery_response

View = Callable[..., HttpResponse]


def member_page(view: View) -> View:
    """For who is signed in; never cached; what a service refuses does not exist."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        try:
            response = view(request, **kwargs)
        except PermissionDenied as error:
            raise Http404 from error
        discard_draft(request, response)
        return response

    return never_cache(_text_given_back(login_required(wrapped)))


def _text_given_back(view: View) -> View:
    """Whose session ended while they were writing gets their text back instead of a bare sign-in page."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        return draft_recovery_response(request) or view(request, **kwargs)

    return wrapped


def manager_page(view: View) -> View:
    """For community managers; for everybody else there is no such page."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        if not request.viewer.is_manager:
            if (page := draft_recovery_response(request)) is not None:
                return page
            raise Http404
        return member_page(view)(request, **kwargs)

    return wrapped


def emptying_caches(view: View) -> View:
    """Once signed out, « back » must not show what the last reader of a shared computer read."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs) -> HttpResponse:
        response = view(request, **kwargs)
        if request.method == "POST":
            response["Clear-Site-Data"] = '"cache"'
        return response

    return wrapped


def next_address(request: HttpRequest) -> str:
    """Where the reader wanted to go, when it is a page of this site; empty otherwise."""
    address = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe and "\x00" not in address else ""


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Puts a service's refusal where it belongs: beside its field, or above the form."""
    for name, messages in getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages}).items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
