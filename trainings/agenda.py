"""A session as an iCalendar file (RFC 5545), for « Ajouter à mon agenda »."""

from datetime import UTC, date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .models import TrainingPage, TrainingSession
from .presentation import session_place

# Octets in a line before it must be folded.
LINE_LENGTH = 75


def agenda_response(page: TrainingPage, session: TrainingSession, request: HttpRequest) -> HttpResponse:
    host = urlsplit(settings.SITE_URL).hostname
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//portal//FR",
        "BEGIN:VEVENT",
        f"UID:session-{session.pk}@{host}",
        f"DTSTAMP:{timezone.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{_day(session.starts_on)}",
        f"DTEND;VALUE=DATE:{_day(session.ends_on + timedelta(days=1))}",
        f"SUMMARY:{_escape(page.title)}",
        f"LOCATION:{_escape(session_place(session))}",
        f"DESCRIPTION:{_escape(page.body_name)}",
        f"URL:{page.get_full_url(request)}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    content = "".join(_folded(line) + "\r\n" for line in lines)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="session-{session.pk}.ics"'
    return response


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _escape(text: str) -> str:
    for character in "\\;,":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """Long lines go on after a line break and a space, cut between characters."""
    folded, length = "", 0
    for character in line:
        size = len(character.encode())
        if length + size > LINE_LENGTH:
            folded, length = f"{folded}\r\n ", 1
        folded, length = folded + character, length + size
    return folded
