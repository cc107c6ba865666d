"""What somebody had typed when it could not be taken: kept in the session until the form is sent again.

Sessions end while people write, security tokens grow old. The text waits under the address that it was
sent to, through signing in, and fills the form there: `Form(request.POST or None, initial=… | kept(request))`
"""

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SECONDS = 3600
# Longer than any message that the portal takes; more would only fill the table of sessions.
MAX_CHARACTERS = 50_000
_KEY = "kept"
# Never kept: secrets, what names one sending of a form, buttons, and the markup that repeats the text.
_NOT_TEXT = {
    "csrfmiddlewaretoken",
    "key",
    "html",
    "seen",
    "next",
    "action",
    "decision",
    "password",
    "password1",
}
_NOT_TEXT |= {"oldpassword", "password2"}


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """The fields of a posted form that hold something."""
    fields = {name: values for name, values in request.POST.lists() if name not in _NOT_TEXT and any(values)}
    return fields if request.method == "POST" else {}


def keep(request: HttpRequest) -> None:
    """Keeps what was posted; the last form only. Too long a text is left to the page that shows it."""
    fields = typed(request)
    if not fields or sum(len(value) for values in fields.values() for value in values) > MAX_CHARACTERS:
        return
    if not request.user.is_authenticated and not ratelimit.consume(request, action="keep_text"):
        return
    request.session[_KEY] = {"path": request.path, "at": time.time(), "fields": fields}
    request.just_kept = True  # type: ignore[attr-defined]


def kept(request: HttpRequest, path: str = "") -> dict[str, Any]:
    """Initial values of the form that sends to `path` (else to this address); nothing for visitors."""
    found = request.session.get(_KEY) if request.user.is_authenticated else None
    if not found or found["path"] != (path or request.path) or time.time() - found["at"] > SECONDS:
        return {}
    return {name: values if len(values) > 1 else values[0] for name, values in found["fields"].items()}


def forget_sent(request: HttpRequest, response: HttpResponse) -> None:
    """Once the form was taken (a redirect answers), nothing is kept of it any more."""
    was_taken = request.method == "POST" and 300 <= response.status_code < 400
    if was_taken and not getattr(request, "just_kept", False) and _KEY in request.session:
        del request.session[_KEY]


def give_back(request: HttpRequest) -> HttpResponse | None:
    """The page that gives a text back to who is no longer signed in; None when there is nothing to save."""
    fields = typed(request)
    if request.user.is_authenticated or not fields:
        return None
    keep(request)
    context = {"text": as_text(fields), "back": came_from(request) or request.path}
    return render(request, "members/expired.html", context, status=403)


def as_text(fields: dict[str, list[str]]) -> str:
    return "\n\n".join(value for values in fields.values() for value in values)


def sent_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form, as far as the browser says."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(origin).netloc == request.get_host()
    except ValueError:
        return False


def came_from(request: HttpRequest) -> str:
    """The path of the page that showed the form: what a form sends to cannot always be read."""
    if not sent_from_here(request):
        return ""
    try:
        path = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:
        return ""
    # « //elsewhere.example » would be another site's address.
    return path and "/" + path.lstrip("/")
