from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from core.content import version_for

from .access import Viewer
from .viewers import viewer_for


class ViewerMiddleware:
    """`request.viewer`: who reads, resolved at first use. No shared cache keeps what is made for somebody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: _viewer(request))
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


def _viewer(request: HttpRequest) -> Viewer:
    return replace(viewer_for(request.user), memo={}, content_version=partial(version_for, request))
