"""What is done to every request, whatever the project is."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

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
