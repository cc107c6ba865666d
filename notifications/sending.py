"""Mails leave: those that are due are claimed and handed to the task worker, which composes and sends each.

A claim is a row's own; whoever holds an older one finds nothing to do. A worker that is killed leaves its
rows due again after `LEASE`; a mail server that is down, after longer and longer pauses.
"""

import logging
import uuid
from datetime import timedelta
from itertools import groupby
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from .mails import mail_of
from .models import Channel, Notification

logger = logging.getLogger("portal.notifications")

LEASE = timedelta(minutes=10)
BATCH = 500
# Minutes before each further attempt: about a day in all.
PAUSES = (1, 5, 15, 60, 180, 360, 720)


@transaction.atomic
def hand_over() -> int:
    """Claims mails that are due and queues a task for each person and channel; returns how many tasks."""
    now = timezone.now()
    due = Notification.objects.filter(mail_due_at__lte=now)
    # Read on the site before its mail left: there is none.
    due.filter(read_at__isnull=False).update(mail_due_at=None)
    rows = due.unread().select_for_update(skip_locked=True).order_by("mail_due_at", "pk")[:BATCH]
    mails = sorted((row.recipient_id, row.channel) for row in rows)
    count = 0
    for (recipient_id, channel), _group in groupby(mails):
        claim = uuid.uuid4()
        # All that is due to that person: a digest is not cut in two.
        own = due.unread().filter(recipient_id=recipient_id, channel=channel)
        own.update(mail_claim=claim, mail_due_at=now + LEASE)
        send_claimed.enqueue(claim=str(claim))
        count += 1
    return count


@task()
def send_claimed(claim: str) -> None:
    """Sends the mails of one claim: one for each notification that comes at once, one for a digest."""
    rows = Notification.objects.filter(mail_claim=claim).mail_waits().order_by("pk")
    waiting = list(rows)
    if not waiting:
        return
    at_once = waiting[0].channel == Channel.AT_ONCE
    for batch in [[one] for one in waiting] if at_once else [waiting]:
        _send(batch, claim)


def _send(batch: list[Notification], claim: str) -> None:
    own = Notification.objects.filter(pk__in=[one.pk for one in batch], mail_claim=claim)
    message = mail_of(batch)
    if message is None:
        own.update(mail_due_at=None)
        return
    try:
        deliver(message)
    except OSError as error:  # every error of smtplib is one
        attempts = batch[0].mail_attempts
        if is_final(error) or attempts >= len(PAUSES):
            logger.warning("A mail is given up: %s", type(error).__name__)
            own.update(mail_due_at=None)
            return
        later = timezone.now() + timedelta(minutes=PAUSES[attempts])
        logger.warning("A mail waits until %s: %s", later, type(error).__name__)
        own.update(mail_due_at=later, mail_attempts=attempts + 1)
    else:
        own.update(mail_due_at=None, mailed_at=timezone.now())


def deliver(message: EmailMessage) -> None:
    """Hands a mail to the mail server now; raises what it raises."""
    get_connection(settings.MAIL_DELIVERY_BACKEND).send_messages([message])


def is_final(error: OSError) -> bool:
    """The server has answered, and will not answer otherwise (RFC 5321, 4.2.1: codes of 500 and more)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= 500
