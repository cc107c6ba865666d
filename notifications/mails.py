"""Mails about notifications: a title at most, one button, and the headers of well-behaved bulk mail.

Composed when they are sent: what was read meanwhile, or may not be read any more, is not in them.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.mails import compose, language_of
from members.models import User
from members.viewers import viewer_for

from .kinds import KINDS
from .links import choice_url
from .models import Channel, Mailbox, Notification
from .reading import Entry, entries_of, grouped, notifications_of

DIGEST_MAX = 30  # entries; the page holds the rest


def letter(
    user: User,
    kind: str,
    *,
    subject: str,
    paragraphs: Sequence[str],
    path: str,
    action: str,
    message_id: str,
    thread: str = "",
) -> EmailMessage | None:
    """A mail of a kind (or of the `daily` or `weekly` mail) in the portal's look; None: none goes there.

    `path`: what the button opens. `message_id`: the same for the same content, at each attempt. `thread`:
    mails with the same one are shown together. Call it in the reader's language.
    """
    mailbox = Mailbox.objects.get_or_create(user=user)[0]
    if mailbox.blocked_at is not None or not user.is_active:
        return None
    choice, host = choice_url(mailbox, kind), urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Message-ID": f"<{message_id}@{host}>",
        "List-Id": f"<{kind}.notifications.{host}>",
        "List-Unsubscribe": f"<{choice}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if thread:
        root = f"<{thread}.{user.pk}@{host}>"
        headers |= {"In-Reply-To": root, "References": root}
    settings_url = settings.SITE_URL + reverse("notification_settings")
    return compose(
        subject=subject,
        text="\n\n".join([*paragraphs, settings.SITE_URL + path]),
        to=[user.email],
        headers=headers,
        action=action,
        links=[(_("Change or stop these mails"), choice), (_("All my choices"), settings_url)],
    )


def mail_of(notifications: Sequence[Notification]) -> EmailMessage | None:
    """The mail for notifications of one person and one channel: one that comes at once, or a digest.

    None: nothing in them is to be told any more.
    """
    user = User.objects.get(pk=notifications[0].recipient_id)
    viewer = viewer_for(user)
    rows = notifications_of(viewer).unread().filter(pk__in=[one.pk for one in notifications])
    with translation.override(language_of(user)):
        entries = entries_of(viewer, rows.select_related("event__actor").order_by("pk"))
        if not entries:
            return None
        channel = notifications[0].channel
        return _single(user, entries[0]) if channel == Channel.AT_ONCE else _digest(user, channel, entries)


def _single(user: User, entry: Entry) -> EmailMessage | None:
    sentence = entry.mail_sentence
    paragraphs = [sentence]
    if entry.told.reason:
        paragraphs.append(_("Reason: %(reason)s") % {"reason": entry.told.reason})
        paragraphs.append(_("You can reply to this e-mail to contest the decision."))
    return letter(
        user,
        entry.kind,
        subject=sentence,
        paragraphs=paragraphs,
        path=entry.url,
        action=_("Read on the portal"),
        message_id=f"notification-{entry.pk}",
        thread=entry.subject.replace(":", "-"),
    )


def _digest(user: User, channel: str, entries: list[Entry]) -> EmailMessage | None:
    count, first = len(entries), entries[-1]
    when = date_format(first.at, "j F")
    subject = ngettext("%(n)s notification, %(day)s", "%(n)s notifications, %(day)s", count)
    shown = sorted(entries[:DIGEST_MAX], key=lambda entry: entry.subject)
    lines = [f"– {entry.mail_sentence}" for _title, group in grouped(shown) for entry in group]
    rest = count - len(shown)
    more = [ngettext("And %(n)s more.", "And %(n)s more.", rest) % {"n": rest}] if rest else []
    opening = _("Since the last mail, and not yet read on the portal:")
    return letter(
        user,
        channel,
        subject=subject % {"n": count, "day": when},
        paragraphs=[opening, "\n".join(lines), *more],
        path=reverse("notifications"),
        action=_("Read on the portal"),
        message_id=f"digest-{user.pk}-{entries[0].pk}-{first.pk}",
    )


def label_of(kind: str) -> str:
    """What a link of a mail is about."""
    if kind in KINDS:
        return str(KINDS[kind].label)
    return str(_("The daily mail") if kind == Channel.DAILY else _("The weekly mail"))
