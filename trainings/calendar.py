"""`/recherche/agenda/?…`: coming sessions of a list of trainings, as a visitor finds them, whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import conditional_page, require_safe

from core.limits import limited_reading
from home.branding import Brand
from members.access import VISITOR
from search.engines import EngineUnavailable, get_engine
from search.query import Sort
from search.results.responses import service_unavailable_response
from search.urlquery import parse

from .agenda import Dated, agenda_response
from .models import TrainingPage

KIND = "training"
# Trainings whose sessions are told, those that begin soonest.
MAX_TRAININGS = 200
MAX_AGE = 300  # seconds that software may keep it


@require_safe
@limited_reading("search", anonymous=True)
@conditional_page
def list_calendar(request: HttpRequest) -> HttpResponse:
    """503 while the engine cannot answer: calendar software comes back."""
    state = replace(parse(request.GET, VISITOR, fixed_kinds=(KIND,)), sort=Sort.SESSION, page=1)
    query = state.to_query(VISITOR, kinds=(KIND,), facet_names=(), now=timezone.now())
    try:
        hits = get_engine().search(replace(query, limit=MAX_TRAININGS)).hits
    except EngineUnavailable:
        return service_unavailable_response()
    months = state.filters.get("month", ())
    with override(settings.LANGUAGE_CODE):  # what is kept for everybody is in one language
        name = f"{Brand.for_request(request).name} · {_('Trainings')}"
        response = agenda_response(name, _sessions([hit.pk for hit in hits], months))
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


def _sessions(pks: Sequence[int], months: Sequence[str]) -> Iterator[Dated]:
    """The coming sessions of those that everybody may read now, in the chosen months if there are any."""
    pages = TrainingPage.objects.visible_to(VISITOR).filter(pk__in=pks)
    for page in pages.prefetch_related("sessions__department"):
        for session in page.coming_sessions:
            if not months or f"{session.starts_on:%Y-%m}" in months:
                yield page, session
