"""Tags that templates use everywhere (loaded as builtins): icons, sections, dates, people, covers."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from django import template
from django.templatetags.static import static as static_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ..addresses import address_of

register = template.Library()

TONES = 8

# key (the `section` of a page's context), address, label, icon
SECTIONS = (
    ("news", "/actualites/", _lazy("News"), "newspaper"),
    ("jobs", "/emplois/", _lazy("Jobs"), "briefcase-medical"),
    ("trainings", "/formations/", _lazy("Trainings"), "graduation-cap"),
    ("community", "/communaute/", _lazy("Community"), "messages-square"),
)


@register.simple_tag
@cache
def static(path: str) -> str:
    """Django's own, remembered: the address of a file is the same as long as the process runs."""
    return static_url(path)


@register.simple_tag
def address(name: str, *args: str | int) -> str:
    """{% address "community_group" group.slug %}: Django's `url`, remembered."""
    return address_of(name, *args)


@register.simple_tag
@cache
def icon(name: str, extra_class: str = "") -> SafeString:
    """A decorative icon of the sprite; its meaning stands beside it as text."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" {extra_class}" if extra_class else "",
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def current_section(context: dict) -> str:
    """Key of the page's section, or « home »: context variable `section`, else by the address."""
    if section := context.get("section"):
        return section
    path = getattr(context.get("request"), "path", "")
    return next((key for key, url, *_ in SECTIONS if path.startswith(url)), "home" if path == "/" else "")


@register.simple_tag
def sections(current: str) -> list[dict]:
    """The four sections of the bar."""
    return [
        {"url": url, "label": label, "icon": icon_name, "current": current == key}
        for key, url, label, icon_name in SECTIONS
    ]


@register.filter
def tone(key: object) -> str:
    """Class of the colour that stands for a person or group: always the same for the same id."""
    number = key if isinstance(key, int) else sum(str(key).encode())
    return f"tone-{number * 5 % TONES}"


@register.filter
def typo(text: object) -> str:
    """French spacing: no-break spaces before ; : ! ? » % € and after «, between the digits of a number."""
    text = re.sub(r"[ \u202f]([;:!?»%€])", "\u00a0\\1", str(text))
    return re.sub(r"« ", "«\u00a0", re.sub(r"(?<=\d) (?=\d{3}\b)", "\u00a0", text))


# --- Dates -------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


@register.simple_tag
def when(value: date | datetime | None, time: bool = True) -> SafeString | str:
    """« il y a 12 min », « hier à 18 h 04 », « 3 mars »: with the full date in `title`.

    `time=False` leaves the time of day out. Nothing for no date.
    """
    return drawn_date(value, timezone.localtime(), get_language(), time=time) if value else ""


def drawn_date(
    value: date | datetime, now: datetime, language: str | None, *, time: bool = True
) -> SafeString:
    """`when` for who draws many: `now` (local) and the language are looked up once for all of them."""
    if not isinstance(value, datetime):
        return _drawn_day(value, now.date(), language)
    if value.tzinfo is None:
        value = timezone.make_aware(value)
    if time and abs(now - value) < DAY:
        value = timezone.localtime(value)
        return _time_tag(value, _recent_words(value, now))
    return _drawn_moment(value, time, now.date(), language)


# Dozens of dates stand on a page, the same few all day long.
@lru_cache(maxsize=4096)
def _drawn_day(day: date, today: date, language: str | None) -> SafeString:
    return _tag(day.isoformat(), full_date(day), _day_words(day, today))


@lru_cache(maxsize=4096)
def _drawn_moment(moment: datetime, time: bool, today: date, language: str | None) -> SafeString:
    moment = timezone.localtime(moment)
    day = moment.date()
    words = _day_words(day, today)
    if time and (today - day).days <= 1:
        words = _("%(date)s at %(time)s") % {"date": words, "time": clock(moment)}
    return _time_tag(moment, words)


def _time_tag(moment: datetime, words: str) -> SafeString:
    full = _("%(date)s at %(time)s") % {"date": full_date(moment), "time": clock(moment)}
    return _tag(moment.isoformat(timespec="minutes"), full, words)


def _tag(machine: str, full: str, words: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, words)


def clock(moment: datetime) -> str:
    """« 18 h 04 », « 18:04 »."""
    return _("%(hour)s:%(minute)s") % {"hour": moment.hour, "minute": f"{moment.minute:02}"}


def full_date(day: date) -> str:
    """« mardi 3 mars 2026 », « Tuesday 3 March 2026 »."""
    return _full_date(day.year, day.month, day.day, get_language())


@lru_cache(maxsize=4096)
def _full_date(year: int, month: int, day: int, language: str | None) -> str:
    found = date(year, month, day)
    return f"{date_format(found, 'l')} {_day_month(found)} {year}"


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
    words = _day_words(moment.date(), now.date())
    return _("%(date)s at %(time)s") % {"date": words, "time": clock(moment)}


def _day_words(day: date, today: date) -> str:
    days = (today - day).days
    if days in (-1, 0, 1):
        return {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}[days]
    if 1 < days < 7:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return _day_month(day) if day.year == today.year else f"{_day_month(day)} {day.year}"


# --- Blocks with a content of their own --------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def notice(context: dict, content: str, tone: str = "info", title: str = "") -> str:
    """{% notice tone="warning" %}…{% endnotice %}: components/notice.html around any content."""
    return _render(context, "notice", {"content": content, "tone": tone, "heading": title})


@register.simple_block_tag(takes_context=True)
def menu(context: dict, content: str, label: str, icon: str = "ellipsis", text: str = "") -> str:
    """{% menu label=… %}<li>…</li>{% endmenu %}: components/menu.html around its entries."""
    return _render(context, "menu", {"content": content, "label": label, "icon": icon, "text": text})


def _render(context: template.Context, name: str, values: dict) -> SafeString:
    found = context.template.engine.get_template(f"components/{name}.html")
    return found.render(context.new(values))


# --- Covers ------------------------------------------------------------------------------------------------


@register.simple_tag
def cover(themes: Iterable, seed: int = 0) -> SafeString:
    """A decorative picture drawn from the hues of some themes (or from hues): the same for the same input."""
    hues = [int(getattr(theme, "hue", theme)) % 360 for theme in themes][:3] or [200]
    state = seed * 7919 + sum(hues) + 17
    circles = []
    for number in range(5):
        state = (state * 1103515245 + 12345) % 2**31
        circles.append(
            (
                number * 90 + state % 80,
                state // 80 % 140,
                35 + state // 11_200 % 75,
                f"oklch({0.56 + number * 0.06:.2f} 0.075 {hues[number % len(hues)]})",
            )
        )
    shapes = format_html_join("", '<circle cx="{}" cy="{}" r="{}" fill="{}" fill-opacity=".42"/>', circles)
    return format_html(
        '<svg class="cover" viewBox="0 0 420 140" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true">{}</svg>',
        shapes,
    )
