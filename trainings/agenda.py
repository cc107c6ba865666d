"""Sessions as iCalendar (RFC 5545): one, those of a training, those of a list."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from icalendar import Calendar, Event, Timezone

from core.text import UNWANTED

from .models import TrainingPage, TrainingSession
from .presentation import session_place

Dated = tuple[TrainingPage, TrainingSession]


def agenda_response(name: str, sessions: Iterable[Dated]) -> HttpResponse:
    """A calendar of these sessions. `name`: what calendar software calls it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{_host()}//portal//FR")
    calendar.add("version", "2.0")
    for property_name in ("name", "x-wr-calname"):
        calendar.add(property_name, _line(name))
    for page, session in sessions:
        calendar.add_component(_event(page, session))
    if not calendar.subcomponents:
        # The standard wants something in a calendar; this says nothing.
        calendar.add_component(Timezone.from_tzid(settings.TIME_ZONE))
    return HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")


def _event(page: TrainingPage, session: TrainingSession) -> Event:
    changed = (page.last_published_at or page.published_at or timezone.now()).astimezone(UTC)
    event = Event()
    event.add("uid", f"session-{session.pk}@{_host()}")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", session.starts_on)
    event.add("dtend", session.ends_on + timedelta(days=1))  # the day after the last one
    event.add("summary", _line(page.title))
    event.add("location", _line(session_place(session)))
    event.add("description", _line(page.body_name))
    event.add("url", urljoin(settings.SITE_URL, page.url))
    return event


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _line(text: str) -> str:
    return UNWANTED.sub("", " ".join(text.split()))
