import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from core.limits import limited_reading
from taxonomy import geocoder

from .. import location_filter
from ..assist.suggestions import MIN_LENGTH, suggest
from ..engines.base import EngineUnavailable
from .responses import listing_response

# Towns that are offered while one is typed.
TOWNS = 8
TOWNS_MAX_AGE = 3600  # seconds; they change once a year

logger = logging.getLogger(__name__)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/recherche/`: everything that this reader may find."""
    return listing_response(request, title=pgettext("page", "Search"), section="search")


@require_safe
@limited_reading("suggestions")
def suggestions(request: HttpRequest) -> HttpResponse:
    """`/recherche/suggestions/?q=…&type=…`: options for what is being typed (see `static/js/suggest.js`).

    An empty answer that is no 200 (engine down, too many requests) leaves the form as it is.
    """
    viewer = request.viewer  # type: ignore[attr-defined]
    try:
        groups = suggest(request.GET.get("q", ""), viewer, kinds=request.GET.getlist("type")[:10])
    except EngineUnavailable as error:
        logger.warning("search: no suggestions, engine unavailable: %s", error)
        return HttpResponse(status=503)
    total = sum(len(group.suggestions) for group in groups)
    response = render(request, "search/suggestions.html", {"groups": groups, "total": total})
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def towns(request: HttpRequest) -> HttpResponse:
    """`/recherche/communes/?q=…`: options for a town, department or region that is being typed
    (`static/js/towns.js`).
    """
    text = request.GET.get("q", "").replace("\x00", "")[: location_filter.MAX_LENGTH]
    places = geocoder.suggest(text.strip(), TOWNS) if len(text.strip()) >= MIN_LENGTH else ()
    response = render(request, "search/towns.html", {"towns": places})
    patch_cache_control(response, public=True, max_age=TOWNS_MAX_AGE)
    return response
