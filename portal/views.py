"""Pages of the project itself: errors."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from structlog.contextvars import bind_contextvars

from core.form_drafts import as_text, posted_fields, save_draft, sent_from_here
from search.results.responses import RETRY_AFTER


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    bind_contextvars(reason=f"{type(exception).__name__}: {exception}")  # for the request's line in the log
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or cookies are off: says how to go on, and gives the text back.

    Not to a form of another site: what it says is not the reader's.
    """
    bind_contextvars(reason=reason)
    text = ""
    if sent_from_here(request):
        save_draft(request)
        text = as_text(posted_fields(request))
    return render(request, "403_csrf.html", {"text": text}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: the database may be what failed. It comes back: then 503."""
    if isinstance(sys.exc_info()[1], (InterfaceError, OperationalError)):
        return HttpResponse(
            render_to_string("503.html"), status=503, headers={"Retry-After": str(RETRY_AFTER)}
        )
    return HttpResponse(render_to_string("500.html"), status=500)
