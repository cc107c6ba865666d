"""Searches that members saved, and what their alerts already told."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.access import Viewer

NAME_MAX, QUERY_MAX = 80, 2000


class SavedSearchQuerySet(models.QuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own."""
        return self.filter(user_id=viewer.user_id or 0)


class SavedSearch(models.Model):
    """A state of a list, under a name. `query` is its query string on `/recherche/`."""

    class Frequency(models.TextChoices):
        NEVER = "never", _("never")
        DAILY = "daily", _("each day")
        WEEKLY = "weekly", _("each week")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX)
    frequency = models.CharField(_("mail about what is new"), max_length=6, choices=Frequency)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # What was published before was told, or stood in the list when the search was saved.
    checked_at = models.DateTimeField(default=timezone.now)
    # « job:12 » of the last results that were told, so that none is told twice.
    told = models.JSONField(default=list)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["frequency", "checked_at"])]

    def __str__(self) -> str:
        return self.name
