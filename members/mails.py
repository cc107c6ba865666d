"""Mails to members: plain text written once, from which the HTML part is made."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Profile, User

PARAGRAPHS = re.compile(r"\n\s*\n")
URL = re.compile(r"https?://\S+")


def compose(
    *,
    subject: str,
    text: str,
    to: Sequence[str],
    headers: dict | None = None,
    action: str = "",
    links: Sequence[tuple[str, str]] = (),
) -> EmailMessage:
    """A mail in the portal's look. `text`: paragraphs between empty lines; one URL alone: a button.

    `action`: what the button says. `links`: labels and URLs below the mail, about mails of its kind.
    """
    text = text.strip()
    context = {
        "text": text,
        "paragraphs": [(one, bool(URL.fullmatch(one))) for one in PARAGRAPHS.split(text)],
        "action": action or _("Open the page"),
        "links": links,
        "site_url": settings.SITE_URL,
        "subject": " ".join(subject.split()),
    }
    message = EmailMultiAlternatives(
        context["subject"],
        render_to_string("members/mail.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        list(to),
        headers=headers,
    )
    message.attach_alternative(render_to_string("members/mail.html", context), "text/html")
    return message


def language_of(user: User) -> str:
    chosen = Profile.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def tell_closed(user: User, note: str) -> None:
    """Tells somebody that their account was closed, and why, after commit."""
    with translation.override(language_of(user)):
        text = "\n\n".join(
            [
                _("Your account was closed by the managers of the portal."),
                _("Reason: %(reason)s") % {"reason": note},
                _("You can reply to this e-mail to contest the decision."),
            ]
        )
        message = compose(subject=_("Your account was closed"), text=text, to=[user.email])
    transaction.on_commit(message.send)
