"""Alerts: once a day or a week, a mail about what is new in somebody's saved searches.

Runs on every engine, without a percolator: each search is asked again for what was published since its last
run, with what its owner may read at that moment.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.mail_times import latest_mail_times
from members.access import Viewer
from members.mails import language_of
from members.models import User
from members.viewers import viewer_for
from notifications.links import token_of
from notifications.mails import letter
from notifications.models import Mailbox
from notifications.services import channels_of
from search.engines.base import EngineUnavailable
from search.results.results import Result

from .kinds import SAVED_SEARCH, sends_mail
from .models import SavedSearch
from .queries import describe, key_of, new_results, read_query

logger = logging.getLogger("portal.alerts")

SHOWN = 10  # results of one search in a mail; the list holds the rest
TOLD_MAX = 500
Frequency = SavedSearch.Frequency


@dataclass(frozen=True, slots=True)
class News:
    """What is new in one search."""

    saved: SavedSearch
    description: str
    results: list[Result]


def owners_of_due(now: datetime) -> Iterator[int]:
    """Ids of the accounts that have a search to run."""
    for frequency, moment in latest_mail_times(now)._asdict().items():
        searches = SavedSearch.objects.filter(frequency=frequency, checked_at__lt=moment)
        active = searches.filter(user__is_active=True).order_by("user_id")
        yield from active.values_list("user_id", flat=True).distinct()


def send_due(*, until: datetime | None = None) -> int:
    """Runs what is due and mails what is new; returns how many mails. `until`: when to stop.

    An engine that is down leaves the rest due.
    """
    sent = 0
    for user_id in dict.fromkeys(owners_of_due(timezone.now())):
        if until is not None and timezone.now() >= until:
            break
        try:
            sent += send_alert(user_id)
        except EngineUnavailable as error:
            logger.warning("Saved searches wait: the search engine is unavailable: %s", error)
            break
    return sent


@transaction.atomic
def send_alert(user_id: int) -> bool:
    """Runs the due searches of one account and queues one mail about what is new in them, if anything is.

    In one transaction: what was told and the mail are written together, or neither.
    """
    now = timezone.now()
    user = User.objects.get(pk=user_id)
    viewer = viewer_for(user)
    moments = latest_mail_times(now)._asdict()
    searches = SavedSearch.objects.visible_to(viewer).exclude(frequency=Frequency.NEVER)
    waiting = [
        saved
        for saved in searches.select_for_update(skip_locked=True).order_by("name", "pk")
        if saved.checked_at < moments[saved.frequency]
    ]
    mails = sends_mail(channels_of(viewer), SAVED_SEARCH)
    news = []
    with translation.override(language_of(user)):
        for saved in waiting:
            if mails and (found := _news_of(saved, viewer, now)):
                news.append(found)
                saved.told = [*(key_of(result) for result in found.results), *saved.told][:TOLD_MAX]
            saved.checked_at = now
            saved.save(update_fields=["checked_at", "told"])
        message = _mail(user, news, now) if news else None
    if message is not None:
        message.send()
    return message is not None


def _news_of(saved: SavedSearch, viewer: Viewer, now: datetime) -> News | None:
    today = read_query(saved.query, viewer)
    if not today.is_whole:  # without that filter, it would tell what was never asked for
        return None
    found = new_results(today.state, viewer, since=saved.checked_at, told=saved.told, now=now)
    return News(saved, " · ".join(describe(today.state, viewer)), found) if found else None


def _mail(user: User, news: list[News], now: datetime) -> EmailMessage | None:
    count = sum(len(one.results) for one in news)
    subject = ngettext(
        "%(n)s new result in your saved searches", "%(n)s new results in your saved searches", count
    )
    mailbox = Mailbox.objects.get_or_create(user=user)[0]
    paragraphs = [part for one in news for part in _paragraphs(one, mailbox)]
    return letter(
        user,
        SAVED_SEARCH,
        subject=f"{subject % {'n': count}}, {date_format(timezone.localdate(now), 'j F')}",
        paragraphs=paragraphs,
        path=reverse("saved_searches"),
        action=_("Open my saved searches"),
        message_id=f"alert-{user.pk}-{now:%Y%m%d%H%M%S}",
    )


def _paragraphs(news: News, mailbox: Mailbox) -> list[str]:
    """The search, its new results with their reasons, and where it is changed or stopped."""
    shown = news.results[:SHOWN]
    lines = [f"– {_title(result)}{_reasons(result)}" for result in shown]
    if (rest := len(news.results) - len(shown)) > 0:
        lines.append(ngettext("And %(n)s more.", "And %(n)s more.", rest) % {"n": rest})
    because = _("because it matches: %(search)s") % {"search": news.description or _("Everything")}
    head = _("%(name)s (%(because)s)") % {"name": news.saved.name, "because": because}
    stop = _("Change or stop this search: %(url)s") % {"url": own_url(mailbox, news.saved.pk)}
    return [head, "\n".join(lines), stop]


def _title(result: Result) -> str:
    """A title at most, and not even that of what is reserved for the members of a group."""
    if result.row.is_reserved:
        return _("A discussion of a private group")
    return ", ".join(filter(None, (result.row.title, result.row.place)))


def _reasons(result: Result) -> str:
    reasons = "" if result.row.is_reserved else ", ".join(map(str, result.reasons))
    return f" – {reasons}" if reasons else ""


def own_url(mailbox: Mailbox, pk: int) -> str:
    """Where one search is changed or stopped by whoever holds the link, without signing in."""
    token = token_of(mailbox, f"{SAVED_SEARCH}-{pk}")
    return settings.SITE_URL + reverse("saved_search_by_link", args=[token])
