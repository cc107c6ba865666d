"""« En bref » by mail: titles only, never empty, and nothing that was read on the page or sent before."""

from collections.abc import Iterator
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.mail_times import latest_mail_times
from members.mails import language_of
from members.models import User
from members.viewers import viewer_for
from notifications.mails import letter
from notifications.models import Preference

from .issues import Brief, BriefItem, issue_of_today, read_issue
from .kinds import BRIEF
from .models import BriefIssue


def send_due(*, until: datetime | None = None) -> int:
    """Mails today's issue to those who asked for it; returns how many mails. `until`: when to stop."""
    sent = 0
    for user_id in list(_readers(timezone.now())):
        if until is not None and timezone.now() >= until:
            break
        sent += send_brief(user_id)
    return sent


def _readers(now: datetime) -> Iterator[int]:
    for channel, moment in latest_mail_times(now)._asdict().items():
        settled = BriefIssue.objects.filter(user_id=OuterRef("user_id"), mail_settled_at__gte=moment)
        wanted = Preference.objects.filter(kind=BRIEF, channel=channel, user__is_active=True)
        yield from wanted.exclude(Exists(settled)).order_by("user_id").values_list("user_id", flat=True)


@transaction.atomic
def send_brief(user_id: int) -> bool:
    """Settles whether a mail goes to one reader today, and queues it, in one transaction."""
    user = User.objects.select_for_update().get(pk=user_id)
    viewer, today = viewer_for(user), timezone.localdate()
    own = BriefIssue.objects.filter(user=user, day=today)
    if own.filter(mail_settled_at__isnull=False).exists():
        return False
    with translation.override(language_of(user)):
        issue = issue_of_today(viewer)
        brief = read_issue(issue, viewer)
        unread = issue is not None and issue.read_at is None
        message = _mail(user, brief) if brief.count and unread else None
    BriefIssue.objects.update_or_create(user=user, day=today, defaults={"mail_settled_at": timezone.now()})
    if message is not None:
        message.send()
    return message is not None


def _mail(user: User, brief: Brief) -> EmailMessage | None:
    today = timezone.localdate()
    paragraphs = [
        "\n".join([f"{filled.section.title}", *(f"– {_line(item)}" for item in filled.items)])
        for filled in brief.sections
    ]
    return letter(
        user,
        BRIEF,
        subject=_("In brief, %(day)s") % {"day": date_format(today, "l j F")},
        paragraphs=[*paragraphs, _("Then you are up to date.")],
        path=reverse("brief"),
        action=_("Read on the portal"),
        message_id=f"brief-{user.pk}-{today:%Y%m%d}",
    )


def _line(item: BriefItem) -> str:
    title = _("A discussion of a private group") if item.row.is_reserved else item.row.title
    return f"{title} – {item.reason}"
