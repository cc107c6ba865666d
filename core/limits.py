"""How much one account and one address may ask for or send (docs/adr/0026), counted over all processes.

`settings.RATE_LIMITS`: action → (requests of one account, of one address, seconds). Windows are those of the
clock. What is written is counted at once. What is read is told to the others every `STEP` requests: a search
costs the database a tenth of a statement, and a limit may be passed by `STEP` requests for each process.
"""

import hashlib
import ipaddress
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from .database import brief_waits
from .form_drafts import as_text, posted_fields, save_draft
from .models import RateCount

STEP = 10
View = Callable[..., HttpResponse]
_COUNT = f"""
    INSERT INTO {RateCount._meta.db_table} (key, ends_at, count) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET count = {RateCount._meta.db_table}.count + excluded.count
    RETURNING count
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class _Window:
    key: str
    allowed: int
    ends_at: int  # seconds since 1970


def seconds_to_wait(request: HttpRequest, action: str, *, step: int = 1, anonymous: bool = False) -> int:
    """Counts a request; how long its sender has to wait before the next is taken, 0 if not at all.

    `anonymous`: the answer is the same for everybody; asking who is signed in would make it vary by cookie.
    """
    return max((_wait(window, step) for window in _windows(request, action, anonymous)), default=0)


def _windows(request: HttpRequest, action: str, anonymous: bool) -> Iterator[_Window]:
    """Those that a request counts in: of its account, if it has one, and of its address."""
    if action not in settings.RATE_LIMITS:
        return
    of_account, of_address, seconds = settings.RATE_LIMITS[action]
    number = int(time.time()) // seconds
    senders = [(f"address {_network(request)}", of_address)]
    if not anonymous and request.user.is_authenticated:
        senders.append((f"account {request.user.pk}", of_account))
    for sender, allowed in senders:
        key = hashlib.blake2b(f"{action} {number} {sender}".encode(), digest_size=20).hexdigest()
        yield _Window(key, allowed, (number + 1) * seconds)


def _network(request: HttpRequest) -> str:
    """The address; of version 6, what a provider gives to one customer."""
    address = get_adapter().get_client_ip(request) or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _wait(window: _Window, step: int) -> int:
    left = max(1, window.ends_at - int(time.time()))
    cache, told = caches["counts"], f"told:{window.key}"
    cache.add(window.key, 0, left)
    own = cache.incr(window.key)
    known = cache.get(told, 0)
    if own >= step:
        cache.decr(window.key, own)
        known = _tell(window, own)
        cache.set(told, known, left)
        own = 0
    return left if known + own > window.allowed else 0


def _tell(window: _Window, count: int) -> int:
    """Adds to what all processes have counted; a database that cannot count at this moment lets pass."""
    try:
        with brief_waits(), connection.cursor() as cursor:
            cursor.execute(_COUNT, [window.key, window.ends_at, count])
            return cursor.fetchone()[0]
    except DatabaseError:
        return 0


def limited(action: str) -> Callable[[View], View]:
    """Decorates a view: too many posted forms are answered with 429, and what was typed is given back."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and (seconds := seconds_to_wait(request, action)):
                return too_many_response(request, seconds)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def limited_reading(action: str, *, anonymous: bool = False) -> Callable[[View], View]:
    """Decorates a view that scripts and feed readers ask: too many requests get a 429 without a body."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if seconds := seconds_to_wait(request, action, step=STEP, anonymous=anonymous):
                return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def too_many_sentence(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return ngettext(
        "That was a lot in a short time, from your account or your network. Please try again in a minute.",
        "That was a lot in a short time, from your account or your network."
        " Please try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def too_many_response(request: HttpRequest, seconds: int) -> HttpResponse:
    """A page that says how long to wait, and shows what was typed, which waits in its form too.

    A script that posted for a part of a page (htmx) gets the sentence alone.
    """
    if request.method == "POST" and request.headers.get("HX-Request"):
        response = render(request, "too_many_part.html", {"sentence": too_many_sentence(seconds)}, status=429)
    else:
        save_draft(request)
        context = {"sentence": too_many_sentence(seconds), "text": as_text(posted_fields(request))}
        response = render(request, "too_many.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def forget_over() -> None:
    """Deletes what no limit counts any more. Called by the worker."""
    RateCount.objects.filter(ends_at__lte=int(time.time())).delete()
