"""Days are days of the portal's time zone."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def start_of_day(day: date) -> datetime:
    """Midnight, aware."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of_day(day: date) -> datetime:
    """The midnight that ends a day, aware."""
    return start_of_day(day + timedelta(days=1))
