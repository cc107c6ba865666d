"""Mail leaves by the worker, so that no request waits on a mail server."""

from email import message_from_bytes
from email.message import EmailMessage as MimeMessage

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django_tasks import task


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
def deliver(sender: str, recipients: list[str], mime: str) -> None:
    """Sends one queued message. Raises what the mail server raises; the task then shows as failed."""
    parsed = message_from_bytes(mime.encode("utf-8", "surrogateescape"))
    connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    connection.send_messages([_Prepared(parsed, sender, recipients)])
