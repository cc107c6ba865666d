"""What the project adds around every request."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_failed_metadata, bind_extra_request_finished_metadata

from search.engines.timing import engine_seconds, start_timing

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


class LogMiddleware(RequestMiddleware):
    """One line per request: what was asked, the answer, and what it cost.

    The address is the one that our own proxies report: others may write what they like.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start_timing()
        cost = request.cost = RequestCost()  # type: ignore[attr-defined]
        with connection.execute_wrapper(cost.count_query):
            return super().__call__(request)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))


class RequestCost:
    """Time, queries and time of the search engine since a request began."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.queries = 0

    def count_query(self, execute: Callable, *args: Any) -> Any:
        """A wrapper for `connection.execute_wrapper`."""
        self.queries += 1
        return execute(*args)

    def fields(self) -> dict[str, float]:
        """In milliseconds, for the log."""
        return {
            "duration_ms": round((time.perf_counter() - self.started) * 1000, 1),
            "queries": self.queries,
            "engine_ms": round(engine_seconds() * 1000, 1),
        }


@receiver([bind_extra_request_finished_metadata, bind_extra_request_failed_metadata])
def log_cost(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    if cost := getattr(request, "cost", None):
        log_kwargs.update(cost.fields())


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
