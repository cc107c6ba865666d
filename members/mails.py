"""Mails to members: plain text written once, from which the HTML part is made."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Profile, User, Verification

PARAGRAPHS = re.compile(r"\n\s*\n")
URL = re.compile(r"https?://\S+")


def compose(*, subject: str, text: str, to: Sequence[str], headers: dict | None = None) -> EmailMessage:
    """A mail in the portal's look. `text`: paragraphs between empty lines; one URL alone: a button."""
    text = text.strip()
    context = {
        "text": text,
        "paragraphs": [(one, bool(URL.fullmatch(one))) for one in PARAGRAPHS.split(text)],
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


def tell_decision(verification: Verification) -> None:
    """Tells a member what was decided, after commit. The note goes along with a refusal only.

    Neither profession nor number: a mailbox is no safe place, and the account page says the rest.
    """
    user = verification.user
    if not user.is_active:
        return
    with translation.override(language_of(user)):
        subject, opening, closing = _words(verification.state)
        explained = verification.state != Verification.State.VERIFIED and verification.note
        reason = [_("Reason: %(reason)s") % {"reason": verification.note}] if explained else []
        address = settings.SITE_URL + reverse("account_home")
        text = "\n\n".join([opening, *reason, closing, address])
        message = compose(subject=subject, text=text, to=[user.email])
    transaction.on_commit(message.send)


def language_of(user: User) -> str:
    chosen = Profile.objects.filter(user=user).values_list("language", flat=True).first()
    return chosen or settings.LANGUAGE_CODE


def _words(state: str) -> tuple[str, str, str]:
    if state == Verification.State.VERIFIED:
        return (
            _("Your profession is verified"),
            _("Your request was accepted: the community is open to you."),
            _("Your account shows what was verified, how and when:"),
        )
    if state == Verification.State.REFUSED:
        return (
            _("Your verification needs something more"),
            _("Your request could not be accepted as it stands."),
            _("You can ask again from your account, or reply to this e-mail:"),
        )
    return (
        _("Your verification was withdrawn"),
        _("Your profession no longer counts as verified, so the community is closed to you for now."),
        _("You can ask again from your account, or reply to this e-mail to contest the decision:"),
    )


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
