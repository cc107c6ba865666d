"""Rows of lists: what stands on a page by the dozen is drawn by one tag each, not by many template nodes."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from search.narrowing import FacetGroup, FacetValue
from search.results import Result
from search.sources import Row

from .components import drawn_date, icon

register = template.Library()


def markup(html: str, *values: object, **named: object) -> SafeString:
    """Django's `format_html` in half the time: what it draws stands on a page by the score."""
    escaped = {name: _escaped(value) for name, value in named.items()}
    return SafeString(html.format(*map(_escaped, values), **escaped))


def _escaped(value: object) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


def optional(html: str, *values: object) -> SafeString:
    """`markup` of these values; nothing when the last one, which the others introduce, is empty."""
    return markup(html, *values) if values[-1] else SafeString()


def joined(html: str, values: Iterable[object]) -> SafeString:
    """`markup` of each of these values, one after the other."""
    return SafeString("".join([markup(html, value) for value in values]))


@register.simple_tag
def result_row(result: Result, with_kind: bool) -> SafeString:
    """One result of a list. `with_kind`: several kinds stand in the list, so each row says its own."""
    row, source = result.row, result.source
    return markup(
        '<article class="result" data-kind="{kind}" data-id="{pk}">\n'
        '  <h2 class="h3"><a href="{url}">{title}</a></h2>\n'
        '  <div class="line">{sort}{facts}{place}{date}{signal}</div>\n  {extract}{reasons}\n</article>\n',
        kind=row.kind,
        pk=row.pk,
        url=result.url,
        title=result.title,
        sort=optional('<span class="kind">{}{}</span>', icon(source.icon), with_kind and source.singular),
        facts=_facts(row),
        place=optional("<span>{}{}</span>", icon("map-pin"), row.place),
        date=optional("<span>{}</span>", _date(row, source.timed)),
        signal=optional('<span class="soon">{}</span>', row.signal),
        extract=optional("<p>{}</p>", result.extract),
        reasons=optional("<p>{}</p>", _reasons(result)),
    )


def _facts(row: Row) -> SafeString:
    first, others = optional("<strong>{}</strong>", *row.facts[:1] or [""]), row.facts[1:]
    return first + joined("<span>{}</span>", others)


def _reasons(result: Result) -> SafeString:
    return joined('<span class="why">{}</span> ', result.reasons)


def _date(row: Row, time: bool) -> SafeString:
    return drawn_date(row.date, timezone.localtime(), get_language(), time=time) if row.date else SafeString()


@register.simple_tag
def page_rows(rows: Iterable[Row]) -> SafeString:
    """Entries of a short list of pages: title, place, facts, date, and what is urgent."""
    return mark_safe("".join([_page_row(row) for row in rows]))


def _page_row(row: Row) -> SafeString:
    return markup(
        '<li><a class="row" href="{}"><span><b>{}</b><small>{}{}{}</small></span>{}</a></li>',
        row.url,
        row.title,
        optional("{}\u00a0· ", row.place),
        "\u00a0· ".join(map(str, row.facts)),
        optional("\u00a0· {}", _date(row, False)),
        optional('<span class="badge">{}</span>', row.signal),
    )


@register.simple_tag
def facet_blocks(groups: Iterable[FacetGroup]) -> SafeString:
    """Filters: checkboxes with counts, the rest folded; long ones are looked through (static/js)."""
    return mark_safe("".join([_facet_block(group, get_language()) for group in groups]))


# What is in it is all that it is drawn for. A list that nothing narrows has the same blocks for many readers.
@lru_cache(maxsize=256)
def _facet_block(group: FacetGroup, language: str | None) -> SafeString:
    param, folded = group.param, group.folded
    more = ngettext("Show %(n)s more", "Show %(n)s more", len(folded)) % {"n": len(folded)}
    return SafeString(
        markup(_CLOSED_BLOCK if group.closed else _OPEN_BLOCK, param=param, label=group.label)
        + (_look_for(param, group.label) if group.is_long else "")
        + _checkboxes(param, group.shown)
        + (markup(_MORE, param, more, _checkboxes(param, folded)) if folded else "")
        + ("</fieldset></details>" if group.closed else "</fieldset>")
    )


_OPEN_BLOCK = '<fieldset class="facet"><legend>{label}</legend>\n'
_CLOSED_BLOCK = (
    '<details class="facet" id="b-{param}"><summary>{label}</summary>'
    '<fieldset><legend class="visually-hidden">{label}</legend>\n'
)
_MORE = '<details id="m-{}"><summary class="more">{}</summary>\n{}</details>\n'


def _look_for(param: str, label: str) -> SafeString:
    return markup(
        '<input type="search" id="s-{}" data-narrows aria-label="{}" placeholder="{}" autocomplete="off">\n',
        param,
        _("Look for a value: %(facet)s") % {"facet": label},
        _("Look for a value"),
    )


def _checkboxes(param: str, values: Iterable[FacetValue]) -> SafeString:
    return SafeString("".join([_checkbox(param, value) for value in values]))


# A list shows two hundred of them, hardly different from one page to the next.
@lru_cache(maxsize=4096)
def _checkbox(param: str, value: FacetValue) -> str:
    name, slug, count = escape(param), escape(value.slug), value.total
    checked = " checked" if value.chosen else ""
    return (
        f'<label data-facet="{name}" data-value="{slug}" data-count="{count:d}">'
        f'<input type="checkbox" id="f-{name}-{slug}" name="{name}" value="{slug}"{checked}>'
        f'<span>{escape(value.label)}</span> <span class="n">{count:d}</span></label>\n'
    )
