"""What is done to every request, whatever the project is."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .form_drafts import as_text, posted_fields, save_draft
from .text import clean_text

# The rich text of Wagtail's editor: styles and links are positions in it, which would no longer be right.
_EDITOR_STATE = '{"blocks"'


class CleanTextMiddleware:
    """Cleans what forms send (`core.text.clean_text`): no form, field or view has to think of it.

    Passwords stay as they were typed. Stands behind the CSRF check, which reads the form anyway.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        if request.method != "POST":
            return
        changed = {
            name: cleaned
            for name, values in request.POST.lists()
            if "password" not in name and (cleaned := list(map(_cleaned, values))) != values
        }
        if changed:
            post = request.POST.copy()
            for name, values in changed.items():
                post.setlist(name, values)
            post._mutable = False
            request.POST = post


def _cleaned(value: str) -> str:
    """The value, cleaned. Null characters are left: fields refuse them, since nobody types one."""
    return value if "\0" in value or value.startswith(_EDITOR_STATE) else clean_text(value)


# PostgreSQL's codes of the errors that `is_conflict` names; SQLite says them in words.
CONFLICTS = ("23505", "23503", "40P01")


class ConflictMiddleware:
    """Two people who save the same thing at once: who comes second is answered as if they had come later.

    The view runs again, once: its form then sees what the other has saved. If that ends in a conflict too,
    the answer is 409, and what was typed is given back. Stands last, so that every view is within it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        request._view_again = lambda: view(request, *args, **kwargs)  # type: ignore[attr-defined]

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if request.method != "POST" or not is_conflict(exception) or connection.in_atomic_block:
            return None
        for files in request.FILES.lists():
            for file in files[1]:
                file.seek(0)
        try:
            response = request._view_again()  # type: ignore[attr-defined]
            return response.render() if hasattr(response, "render") else response
        except (IntegrityError, OperationalError) as error:
            if not is_conflict(error):
                raise
        save_draft(request)
        return render(request, "conflict.html", {"text": as_text(posted_fields(request))}, status=409)


def is_conflict(error: Exception) -> bool:
    """Whether another transaction made this one fail.

    A unique value was taken, a row that this one refers to is gone, or both waited in a ring. Wagtail's pages
    are validated once more when they are saved: then a form that was right a moment ago is not any more.
    """
    if isinstance(error, ValidationError):
        return True
    if isinstance(error, (IntegrityError, OperationalError)):
        state = getattr(error.__cause__, "sqlstate", "")
        return state in CONFLICTS or any(words in str(error) for words in ("UNIQUE", "FOREIGN KEY"))
    return False
