from django.http import HttpRequest

from members.access import VISITOR

from .reading import unread_count


def bell(request: HttpRequest) -> dict:
    """`unread_count()`: what the bell says. A function: error pages and fragments do not ask."""
    return {"unread_count": lambda: unread_count(getattr(request, "viewer", VISITOR))}
