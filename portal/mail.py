"""Mail leaves by the task queue (`manage.py db_worker`), so that no request waits for a mail server."""

import logging
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage as MimeMessage
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django_tasks import task

logger = logging.getLogger("portal.mail")

# Minutes before each further attempt: about a day in all, for a mail server that is down or greylists.
PAUSES = (1, 5, 15, 60, 180, 360, 720)


class QueuedEmailBackend(BaseEmailBackend):
    """Puts each message into the task queue, as it would be sent (RFC 5322 bytes, ASCII-safe)."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        for message in email_messages:
            deliver.enqueue(
                sender=message.from_email,
                recipients=message.recipients(),
                mime=message.message().as_bytes().decode("utf-8", "surrogateescape"),
            )
        return len(email_messages)


class _Prepared(EmailMessage):
    """A message whose MIME form was made when it was queued."""

    def __init__(self, mime: MimeMessage, sender: str, recipients: list[str]):
        super().__init__(subject=str(mime["Subject"] or ""), from_email=sender, to=recipients)
        self._mime = mime

    def message(self) -> MimeMessage:
        return self._mime


@task()
def deliver(sender: str, recipients: list[str], mime: str, attempt: int = 0) -> None:
    """Sends one queued message; puts it back for later when the mail server is down or asks to wait.

    Raises what the mail server raises for good, or for the last time: the task then shows as failed.
    """
    parsed = message_from_bytes(mime.encode("utf-8", "surrogateescape"))
    connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    try:
        connection.send_messages([_Prepared(parsed, sender, recipients)])
    except OSError as error:  # every error of smtplib is one
        if _is_final(error) or attempt >= len(PAUSES):
            raise
        later = timezone.now() + timedelta(minutes=PAUSES[attempt])
        logger.warning("A mail waits until %s: %s", later, type(error).__name__)
        again = deliver.using(run_after=later)
        again.enqueue(sender=sender, recipients=recipients, mime=mime, attempt=attempt + 1)


def _is_final(error: OSError) -> bool:
    """The server has answered, and will not answer otherwise (RFC 5321, 4.2.1: codes of 500 and more)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= 500
