"""Marking threads and groups as read."""

from django.db import transaction
from django.utils import timezone

from core.errors import require_permission
from members.access import Viewer

from ..access import permissions_for
from ..models import Group, GroupReadMark, Thread, ThreadReadMark
from .common import require_user_id


def group_visit(*, viewer: Viewer, group_id: int) -> None:
    """Begins to keep what is new of a group that the viewer reads: all that stands there is read."""
    mark = GroupReadMark(user_id=require_user_id(viewer), group_id=group_id)
    GroupReadMark.objects.bulk_create([mark], ignore_conflicts=True)


@transaction.atomic
def group_mark_read(*, viewer: Viewer, group: Group) -> None:
    """Marks all that stands in a group as read. Marks of its threads say nothing more and go."""
    require_permission(permissions_for(viewer, group).can_read)
    user_id = require_user_id(viewer)
    GroupReadMark.objects.update_or_create(
        user_id=user_id, group_id=group.pk, defaults={"read_until": timezone.now()}
    )
    ThreadReadMark.objects.filter(user_id=user_id, thread__group_id=group.pk).delete()


def thread_mark_read(*, viewer: Viewer, thread: Thread, position: int) -> None:
    """Marks the messages of a thread that the viewer reads as read, up to a position; marks only advance."""
    mark = ThreadReadMark(user_id=require_user_id(viewer), thread_id=thread.pk, position=position)
    marks = ThreadReadMark.objects.filter(user_id=mark.user_id, thread_id=thread.pk)
    if not marks.filter(position__lt=position).update(position=position):
        # Nothing happens where a mark stands at this position or beyond.
        ThreadReadMark.objects.bulk_create([mark], ignore_conflicts=True)
