"""What the project adds around every request."""

import logging
import sys
import time
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from structlog.contextvars import bind_contextvars, clear_contextvars

from search.engines.timing import engine_seconds, start_timing

logger = structlog.get_logger("portal.requests")
GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = {code for code, _name in settings.LANGUAGES}
ADMIN = "/admin/"


class LanguageMiddleware:
    """The portal speaks French unless the reader chose otherwise (a cookie set in the footer).

    Not the browser's preference: content is French, and half-translated pages help nobody.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE


class LogMiddleware:
    """Writes one line per request: what was asked, the answer, what it cost and, of an error, its traceback.

    Every other line of the same request carries its id and the address that our own proxies report.
    """

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        bind_contextvars(request_id=str(uuid.uuid4()), ip=client_address(request))
        started, queries = time.perf_counter(), count()
        start_timing()

        def count_query(execute: Callable, *arguments: Any) -> Any:
            next(queries)
            return execute(*arguments)

        with connection.execute_wrapper(count_query):
            response = self.get_response(request)
        error = getattr(request, "logged_error", None)
        logger.log(
            _level(response.status_code),
            "request_failed" if error else "request_finished",
            code=response.status_code,
            request=f"{request.method} {request.get_full_path()}",
            duration_ms=round((time.perf_counter() - started) * 1000, 1),
            queries=next(queries),
            engine_ms=round(engine_seconds() * 1000, 1),
            **({"exc_info": error} if error else {}),
        )
        clear_contextvars()
        return response


def _level(code: int) -> int:
    return logging.ERROR if code >= 500 else logging.WARNING if code >= 400 else logging.INFO


@receiver(got_request_exception)
def keep_error(request: HttpRequest | None = None, **_: Any) -> None:
    """For the request's line in the log: Django makes an answer of the error."""
    if request is not None:
        request.logged_error = sys.exc_info()  # type: ignore[attr-defined]


def client_address(request: HttpRequest) -> str:
    """As rate limits count them: the last of as many addresses as there are proxies before the portal."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    reported = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < proxies <= len(reported) and reported[-proxies].strip():
        return reported[-proxies].strip()
    return request.META.get("REMOTE_ADDR", "")


class PolicyMiddleware(CSPMiddleware):
    """What a browser may load for a page, and which of its devices the page may use."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(ADMIN):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return super().process_response(request, response)
