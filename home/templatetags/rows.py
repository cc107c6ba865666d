"""Rows of lists: what stands on a page by the dozen is drawn by one tag each, not by many template nodes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from search.narrowing import FacetGroup, FacetValue
from search.results import Result
from search.sources import Row, Source

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


@register.simple_tag
def result_rows(results: Sequence[Result], with_kind: bool) -> SafeString:
    """Results of a list. `with_kind`: several kinds stand in the list, so each row says its own."""
    now, language = timezone.localtime(), get_language()
    sources = {result.source for result in results} if with_kind else set()
    kinds = {source: _kind(source) for source in sources}
    return SafeString(
        "".join([_result_row(result, kinds.get(result.source, ""), now, language) for result in results])
    )


def _kind(source: Source) -> SafeString:
    return markup('<span class="kind">{}{}</span>', icon(source.icon), source.singular)


def _result_row(result: Result, kind: str, now: datetime, language: str | None) -> str:
    row = result.row
    date = drawn_date(row.date, now, language, time=result.source.timed) if row.date else ""
    others = "".join([f"<span>{_escaped(fact)}</span>" for fact in row.facts[1:]])
    reasons = "".join([f'<span class="why">{_escaped(reason)}</span> ' for reason in result.reasons])
    return "".join(
        (
            f'<article class="result" data-kind="{_escaped(row.kind)}" data-id="{row.pk:d}">\n',
            f'  <h2 class="h3"><a href="{_escaped(result.url)}">{_escaped(result.title)}</a></h2>\n',
            f'  <div class="line">{kind}',
            f"<strong>{_escaped(row.facts[0])}</strong>" if row.facts and row.facts[0] else "",
            others,
            f"<span>{icon('map-pin')}{_escaped(row.place)}</span>" if row.place else "",
            f"<span>{date}</span>" if date else "",
            f'<span class="soon">{_escaped(row.signal)}</span>' if row.signal else "",
            "</div>\n  ",
            f"<p>{_escaped(result.extract)}</p>" if result.extract else "",
            f"<p>{reasons}</p>" if reasons else "",
            "\n</article>\n",
        )
    )


@register.simple_tag
def page_links(links: Iterable[tuple[int, str] | None], current: int) -> SafeString:
    """Entries of a list's pager: (number, address) of pages, None for a gap."""
    label = escape(_("Page"))
    return SafeString("".join([_page_link(link, current, label) for link in links]))


def _page_link(link: tuple[int, str] | None, current: int, label: str) -> str:
    if link is None:
        return '<li><span aria-hidden="true">…</span></li>'
    number, url = link
    here = ' aria-current="page"' if number == current else ""
    said = f'<span class="visually-hidden">{label} </span>{number:d}'
    return f'<li><a href="{escape(url)}"{here}>{said}</a></li>'


@register.simple_tag
def page_rows(rows: Iterable[Row]) -> SafeString:
    """Entries of a short list of pages: title, place, facts, date, and what is urgent."""
    return mark_safe("".join([_page_row(row) for row in rows]))


def _date(row: Row) -> SafeString:
    return (
        drawn_date(row.date, timezone.localtime(), get_language(), time=False) if row.date else SafeString()
    )


def _page_row(row: Row) -> SafeString:
    return markup(
        '<li><a class="row" href="{}"><span><b>{}</b><small>{}{}{}</small></span>{}</a></li>',
        row.url,
        row.title,
        optional("{}\u00a0· ", row.place),
        "\u00a0· ".join(map(str, row.facts)),
        optional("\u00a0· {}", _date(row)),
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
