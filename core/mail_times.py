"""When the daily and weekly mails of the portal are made: in the morning, weekly ones on Mondays."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

HOUR = 6


class MailTimes(NamedTuple):
    daily: datetime
    weekly: datetime


def latest_mail_times(now: datetime) -> MailTimes:
    """The last moment at which each of them was due."""
    local = timezone.localtime(now)
    today = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if local < today:
        today -= timedelta(days=1)
    return MailTimes(today, today - timedelta(days=today.weekday()))
