"""Mails about moderation. They hold an address and no word of what was written."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Post, Report


def tell_author(post: Post) -> None:
    """The statement of reasons (DSA, article 17) for somebody whose message was hidden."""
    if post.author is None or not post.author.is_active:
        return
    current = Post.objects.only("hidden_reason").get(pk=post.pk)
    _send(
        post.author.email,
        _("Your message was hidden"),
        _(
            "A message that you wrote in the community was hidden.\n\nReason: %(reason)s\n\n"
            "You can read it at this address, and reply to this e-mail to contest the decision:\n%(url)s\n"
        )
        % {"reason": current.hidden_reason, "url": settings.SITE_URL + post.get_absolute_url()},
    )


def tell_reporters(reports: Iterable[Report]) -> None:
    """The decision, for those who reported (DSA, article 16)."""
    for report in reports:
        if report.reporter is None or not report.reporter.is_active:
            continue
        outcome = (
            _("The message that you reported was hidden.")
            if report.state == Report.State.HIDDEN
            else _("The message that you reported stays where it is.")
        )
        _send(
            report.reporter.email,
            _("Your report was examined"),
            _("%(outcome)s\n\nReason: %(reason)s\n\nReply to this e-mail to contest the decision.\n")
            % {"outcome": outcome, "reason": report.decision},
        )


def _send(to: str, subject: str, body: str) -> None:
    transaction.on_commit(lambda: send_mail(subject, body, None, [to]))
