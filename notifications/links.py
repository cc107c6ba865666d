"""Links of mails that set or stop one kind without signing in: narrow, and revocable.

A token names an account and a kind. Its signature also depends on the account's own salt, which
`services.links_renew` changes: all earlier links end.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Mailbox


def token_of(mailbox: Mailbox, kind: str) -> str:
    return f"{mailbox.user_id}.{kind}.{_signature(mailbox, kind)}"


def read_token(token: str) -> tuple[int, str] | None:
    """(account id, kind) that a token of ours names; None for any other."""
    user_id, _, rest = token.partition(".")
    kind, _, signature = rest.rpartition(".")
    if not (user_id.isascii() and user_id.isdecimal() and len(user_id) < 19):
        return None
    mailbox = Mailbox.objects.filter(user_id=int(user_id), user__is_active=True).first()
    if mailbox is None or not constant_time_compare(signature, _signature(mailbox, kind)):
        return None
    return mailbox.user_id, kind


def choice_url(mailbox: Mailbox, kind: str) -> str:
    """Where a kind is set or stopped; a POST from a mail client stops it (RFC 8058)."""
    return settings.SITE_URL + reverse("notification_choice", args=[token_of(mailbox, kind)])


def _signature(mailbox: Mailbox, kind: str) -> str:
    value = f"{mailbox.user_id}:{kind}:{mailbox.salt}"
    return salted_hmac("notifications.links", value, algorithm="sha256").hexdigest()[:40]
