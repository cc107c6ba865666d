"""HTTP responses of lists: pages, redirects, and 503 while the engine is unavailable."""

import logging
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.limits import STEP, seconds_to_wait, too_many_response

from ..engines.base import EngineUnavailable
from ..engines.deadline import shared_deadline
from ..urlquery import parse
from . import analytics
from .result_page import ResultPage

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds


def service_unavailable_response() -> HttpResponse:
    """A 503 without a body for feeds and calendars while the engine is unavailable."""
    headers = {"Retry-After": str(RETRY_AFTER)}
    return HttpResponse(status=503, content_type="text/plain; charset=utf-8", headers=headers)


def listing_response(
    request: HttpRequest,
    *,
    kinds: tuple[str, ...] = (),
    title: str,
    intro: str = "",
    section: str = "",
    template: str = "search/list.html",
    context: Mapping | None = None,
) -> HttpResponse:
    """A list page. `kinds`: what it shows (empty: everything). 503 when the engine cannot answer."""
    viewer = request.viewer  # type: ignore[attr-defined]
    page = {"title": title, "intro": intro, "section": section, **(context or {})}
    state = parse(request.GET, viewer, fixed_kinds=kinds)
    if seconds := seconds_to_wait(request, "search", step=STEP):
        return too_many_response(request, seconds)
    try:
        with shared_deadline():
            page["listing"] = ResultPage.search(request.path, viewer, state, kinds)
    except EngineUnavailable as error:
        logger.warning("search: engine unavailable: %s", error)
        response = render(request, "search/unavailable.html", page | {"state": state}, status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        if request.htmx:  # type: ignore[attr-defined]
            response["HX-Refresh"] = "true"
        return response
    if last_url := page["listing"].last_url:
        said = _("There is no page %(page)s: here is the last one.") % {"page": state.page}
        # The URL that follows no longer holds what the notices are about.
        for notice in (*state.notices, said):
            messages.warning(request, notice)
        return redirect(last_url)
    analytics.record(request, page["listing"])
    response = render(request, template, page)
    patch_vary_headers(response, ["Cookie", "HX-Request", "HX-Target"])
    if request.htmx.target == "liste":  # type: ignore[attr-defined]
        response["HX-Push-Url"] = page["listing"].canonical_url
    return response
