"""Days as moments, and dates as people say them: « il y a 12 min », « hier à 18 h 04 », « 3 mars ».

A day is a day in `settings.TIME_ZONE`.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

DAY = timedelta(days=1)


def start_of_day(day: date) -> datetime:
    """The midnight that begins a day, time-zone aware."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day, time-zone aware."""
    return start_of_day(day + timedelta(days=1))


def day_text(day: date, style: str = "j F Y") -> str:
    """« 10 janvier 2027 », « 1er mars »; `style` begins with the day (« j F », « j »)."""
    return _day_text(day, style, get_language())


# 35 µs without the cache, 4 with it; a list shows a few days many times.
@lru_cache(maxsize=4096)
def _day_text(day: date, style: str, language: str | None) -> str:
    text = date_format(day, style)
    is_french = (language or "").startswith("fr")
    return f"1er{text[1:]}" if is_french and day.day == 1 else text


def date_parts(value: date | datetime, time: bool = True) -> tuple[str, str, str]:
    """Returns what `components/date.html` shows: the ISO form, the full date, the date as people say it.

    `time=False` leaves the time of day out of the last one.
    """
    now, language = timezone.localtime(), get_language()
    if not isinstance(value, datetime):
        return _day_parts(value, now.date(), language)
    if value.tzinfo is None:
        value = timezone.make_aware(value)
    if time and abs(now - value) < DAY:
        moment = timezone.localtime(value)
        return _iso(moment), _with_time(full_date(moment), moment), _recent_words(moment, now)
    return _moment_parts(value, time, now.date(), language)


# Dozens of dates stand on a page, the same few all day long: 20 µs each without these caches, 4 with them.
@lru_cache(maxsize=4096)
def _day_parts(day: date, today: date, language: str | None) -> tuple[str, str, str]:
    return day.isoformat(), full_date(day), _day_words(day, today)


@lru_cache(maxsize=4096)
def _moment_parts(moment: datetime, time: bool, today: date, language: str | None) -> tuple[str, str, str]:
    moment = timezone.localtime(moment)
    words = _day_words(moment.date(), today)
    if time and (today - moment.date()).days <= 1:
        words = _with_time(words, moment)
    return _iso(moment), _with_time(full_date(moment), moment), words


def full_date(day: date) -> str:
    """« mardi 3 mars 2026 », « Tuesday 3 March 2026 »."""
    return f"{date_format(day, 'l')} {_day_month(day)} {day.year}"


def clock(moment: datetime) -> str:
    """« 18 h 04 », « 18:04 »."""
    return _("%(hour)s:%(minute)s") % {"hour": moment.hour, "minute": f"{moment.minute:02}"}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _with_time(words: str, moment: datetime) -> str:
    return _("%(date)s at %(time)s") % {"date": words, "time": clock(moment)}


def _day_month(day: date) -> str:
    number = "1er" if day.day == 1 and (get_language() or "").startswith("fr") else day.day
    return f"{number}\u00a0{date_format(day, 'F')}"


def _recent_words(moment: datetime, now: datetime) -> str:
    """Says a moment less than a day away, before or after."""
    seconds = (now - moment).total_seconds()
    if 0 <= seconds < 60:
        return _("just now")
    if 0 <= seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)s min ago", "%(n)s min ago", minutes) % {"n": minutes}
    if seconds >= 0 and moment.date() == now.date():
        hours = int(seconds // 3600)
        return ngettext("%(n)s hr ago", "%(n)s hr ago", hours) % {"n": hours}
    return _with_time(_day_words(moment.date(), now.date()), moment)


def _day_words(day: date, today: date) -> str:
    days = (today - day).days
    if days in (-1, 0, 1):
        return {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}[days]
    if 1 < days < 7:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return _day_month(day) if day.year == today.year else f"{_day_month(day)} {day.year}"
