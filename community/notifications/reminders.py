"""What nobody does: time has passed, and somebody may want to be reminded."""

from datetime import timedelta

from django.utils import timezone

from notifications.services import notify

from ..models import Thread

# A question that was quiet for so long is asked about, once; one that is quiet for longer is not.
QUIET, FORGOTTEN = timedelta(days=3), timedelta(days=14)


def remind_to_accept() -> None:
    """Writes an event for each question that has replies, no accepted answer, and has become quiet."""
    now = timezone.now()
    quiet = Thread.objects.published().filter(
        last_activity_at__lt=now - QUIET,
        last_activity_at__gt=now - FORGOTTEN,
        answer_count__gt=0,
        accepted_post=None,
        locked=False,
    )
    for pk in quiet.values_list("pk", flat=True):
        notify("please_accept", object_id=pk, subject=f"thread:{pk}")
