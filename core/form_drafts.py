"""Form drafts: what somebody posted and could not be saved waits in the session until the form is sent again.

Sessions expire while people write, and CSRF tokens with them. The draft is stored under the URL that it was
posted to, survives signing in, and fills that form:
`Form(request.POST or None, initial=… | restore_draft(request))`
"""

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .richtext import to_text

MAX_AGE = 3600  # seconds
# Longer than any message that the portal accepts; more would only fill the session table.
MAX_CHARACTERS = 50_000
_KEY = "form_draft"
# Never saved: secrets, idempotency keys, buttons.
_EXCLUDED = {
    "csrfmiddlewaretoken",
    "key",
    "preview",
    "seen",
    "next",
    "action",
    "decision",
    "password",
    "password1",
}
_EXCLUDED |= {"oldpassword", "password2"}


def posted_fields(request: HttpRequest) -> dict[str, list[str]]:
    """The non-empty fields of a posted form. What a rich editor sent as `html` stands in `body` as text."""
    if request.method != "POST":
        return {}
    fields = {name: values for name, values in request.POST.lists() if name not in _EXCLUDED and any(values)}
    if "html" in fields:
        fields["body"] = [to_text(fields["html"][-1][:MAX_CHARACTERS], links=True)]
    return fields


def save_draft(request: HttpRequest) -> None:
    """Saves the posted fields; only the last form's are kept. Longer than `MAX_CHARACTERS`: not saved."""
    fields = posted_fields(request)
    if _length(fields) > MAX_CHARACTERS:
        fields.pop("html", None)
    if not fields or _length(fields) > MAX_CHARACTERS:
        return
    if not request.user.is_authenticated and not ratelimit.consume(request, action="keep_text"):
        return
    request.session[_KEY] = {"path": request.path, "at": time.time(), "fields": fields}
    request.draft_saved = True  # type: ignore[attr-defined]


def _length(fields: dict[str, list[str]]) -> int:
    return sum(len(value) for values in fields.values() for value in values)


def restore_draft(request: HttpRequest, path: str = "") -> dict[str, Any]:
    """Initial values for the form that posts to `path` (default: this URL); empty for visitors."""
    draft = request.session.get(_KEY) if request.user.is_authenticated else None
    if not draft or draft["path"] != (path or request.path) or time.time() - draft["at"] > MAX_AGE:
        return {}
    return {name: values if len(values) > 1 else values[0] for name, values in draft["fields"].items()}


def discard_draft(request: HttpRequest, response: HttpResponse) -> None:
    """Drops the draft once its form was accepted, which a redirect tells."""
    was_accepted = request.method == "POST" and 300 <= response.status_code < 400
    if was_accepted and not getattr(request, "draft_saved", False) and _KEY in request.session:
        del request.session[_KEY]


def draft_recovery_response(request: HttpRequest) -> HttpResponse | None:
    """A page with the posted text, for somebody whose session expired; None: nothing to recover."""
    fields = posted_fields(request)
    if request.user.is_authenticated or not fields:
        return None
    save_draft(request)
    context = {"text": as_text(fields), "back": came_from(request) or request.path}
    return render(request, "members/expired.html", context, status=403)


def as_text(fields: dict[str, list[str]]) -> str:
    return "\n\n".join(value for name, values in fields.items() if name != "html" for value in values)


def sent_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site posted the form, according to the Origin or Referer header."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(origin).netloc == request.get_host()
    except ValueError:
        return False


def came_from(request: HttpRequest) -> str:
    """The path of the page that showed the form; the URL it posts to cannot always be opened."""
    if not sent_from_here(request):
        return ""
    try:
        path = urlsplit(request.headers.get("Referer", "")).path
    except ValueError:
        return ""
    # « //elsewhere.example » would be the URL of another site.
    return path and "/" + path.lstrip("/\\")
