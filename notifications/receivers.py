"""What others tell by signals: a new address, a mail that came back."""

from typing import Any

from allauth.account.signals import email_changed
from django.http import HttpRequest

from .models import Mailbox, new_salt


def forget_old_address(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """The new address gets mail again, and links in mails to the old one end."""
    Mailbox.objects.filter(user=user).update(salt=new_salt(), blocked_at=None, blocked_by="")


def connect() -> None:
    email_changed.connect(forget_old_address, dispatch_uid="notifications.address")
