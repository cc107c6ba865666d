"""Mails about moderation. They hold a URL and no word of what was written."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from members.access import Viewer
from members.mails import compose, language_of
from members.models import User
from members.viewers import viewer_for

from ..access import permissions_for
from ..models import Post, Report, Thread


def notify_author(written: Post | Thread) -> None:
    """The statement of reasons (DSA, article 17) for somebody whose message or discussion was hidden."""
    author = written.author
    if author is None or not author.is_active:
        return
    reason = type(written).objects.values_list("hidden_reason", flat=True).get(pk=written.pk)
    with translation.override(language_of(author)):
        if isinstance(written, Thread):
            subject = _("Your discussion was hidden")
            opening = _("A discussion that you opened in the community was hidden.")
        else:
            subject = _("Your message was hidden")
            opening = _("A message that you wrote in the community was hidden.")
        closing = _("You can read it at this address, and reply to this e-mail to contest the decision:")
        url = _first_of(written) if isinstance(written, Thread) else written.get_absolute_url()
        _send(author, subject, [opening, _reason(reason), closing, settings.SITE_URL + url])


def notify_moved(thread: Thread, by: Viewer) -> None:
    """For the author of a discussion that somebody else moved: fewer people read it, perhaps not they."""
    author = thread.author
    if author is None or not author.is_active or author.pk == by.user_id:
        return
    reads = permissions_for(viewer_for(author), thread.group).can_read
    with translation.override(language_of(author)):
        opening = _("A discussion that you opened in the community was moved to another group.")
        if reads:
            closing = [_("You can read it at this address:"), settings.SITE_URL + _first_of(thread)]
        else:
            closing = [_("You do not belong to that group and cannot read the discussion any more.")]
        question = _("Reply to this e-mail if you have a question about it.")
        _send(author, _("Your discussion was moved"), [opening, *closing, question])


def _first_of(thread: Thread) -> str:
    """Through its first message: the discussion's own URL holds words of its title."""
    return thread.posts.get(position=1).get_absolute_url()


def notify_reporters(reports: Iterable[Report]) -> None:
    """The decision, for those who reported (DSA, article 16)."""
    for report in reports:
        if report.reporter is None or not report.reporter.is_active:
            continue
        with translation.override(language_of(report.reporter)):
            outcome = (
                _("The message that you reported was hidden.")
                if report.state == Report.State.HIDDEN
                else _("The message that you reported stays where it is.")
            )
            closing = _("Reply to this e-mail to contest the decision.")
            subject = _("Your report was examined")
            _send(report.reporter, subject, [outcome, _reason(report.decision), closing])


def _reason(reason: str) -> str:
    return _("Reason: %(reason)s") % {"reason": reason}


def _send(to: User, subject: str, paragraphs: Sequence[str]) -> None:
    """After commit, in the portal's look."""
    message = compose(subject=subject, text="\n\n".join(paragraphs), to=[to.email])
    transaction.on_commit(message.send)
