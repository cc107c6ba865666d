"""What the project adds around every request."""

from collections.abc import Callable

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware

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
    """One line per request, with the address that our own proxies report: others may write what they like."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request))


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
