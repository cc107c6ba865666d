"""What apps add to the serving of their pages, registered from `<app>/page_views.py`.

Models are the lowest part of an app: they do not import what presents them. A page looks up its template's
context here, and the views of the URLs below its own that its `route` recognises.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import autodiscover_modules
from wagtail.models import Page

ContextBuilder = Callable[[Any, HttpRequest], dict[str, Any]]
PageView = Callable[..., HttpResponse]

_contexts: dict[type[Page], ContextBuilder] = {}
_views: dict[type[Page], PageView] = {}


def register_page_context(model: type[Page]) -> Callable[[ContextBuilder], ContextBuilder]:
    """Registers `builder(page, request)`, whose result is added to the context of the page's template."""

    def register(builder: ContextBuilder) -> ContextBuilder:
        _contexts[model] = builder
        return builder

    return register


def register_page_view(model: type[Page]) -> Callable[[PageView], PageView]:
    """Registers `view(page, request, **kwargs)`, called with the kwargs of the page's `RouteResult`."""

    def register(view: PageView) -> PageView:
        _views[model] = view
        return view

    return register


def page_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    builder = _contexts.get(type(page))
    return builder(page, request) if builder else {}


def page_view(page: Page, request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return _views[type(page)](page, request, **kwargs)


def autodiscover() -> None:
    autodiscover_modules("page_views")
