"""What others tell by signals: a new address, a mail that came back."""

from typing import Any

from allauth.account.signals import email_changed
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.http import HttpRequest

from .models import Mailbox, new_salt
from .services import mails_block

# What a provider says of addresses that are worth no further mail; « deferred » is not the end.
GONE = {RejectReason.BOUNCED, RejectReason.INVALID}


def forget_old_address(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """The new address gets mail again, and links in mails to the old one end."""
    Mailbox.objects.filter(user=user).update(salt=new_salt(), blocked_at=None, blocked_by="")


def note_tracking(event: AnymailTrackingEvent, **kwargs: Any) -> None:
    """A provider reports (by webhook) that a mail came back, or that its reader called it unwanted."""
    if not event.recipient:
        return
    if event.event_type == EventType.COMPLAINED:
        mails_block(address=event.recipient, why="complaint")
    elif event.event_type == EventType.BOUNCED or event.reject_reason in GONE:
        mails_block(address=event.recipient, why="bounce")


def connect() -> None:
    tracking.connect(note_tracking, dispatch_uid="notifications.tracking")
    email_changed.connect(forget_old_address, dispatch_uid="notifications.address")
