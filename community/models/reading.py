"""What somebody has read: a position in each thread that they opened, and a date for each group."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .groups import Group
from .threads import Thread


class GroupReadMark(models.Model):
    """Everything written in a group until this moment is read. The first visit makes it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="read_marks")
    read_until = models.DateTimeField(_("read until"), default=timezone.now)

    class Meta:
        verbose_name = _("read mark of a group")
        verbose_name_plural = _("read marks of groups")
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="community_group_read_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.group_id}"


class ThreadReadMark(models.Model):
    """The last message that somebody read of a thread, where that is later than the mark of its group."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_marks")
    position = models.PositiveIntegerField(_("position of the last message read"))

    class Meta:
        verbose_name = _("read mark of a thread")
        verbose_name_plural = _("read marks of threads")
        constraints = [
            models.UniqueConstraint(fields=["user", "thread"], name="community_thread_read_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.thread_id}"
