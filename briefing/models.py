"""Issues of « En bref »: what each reader was shown, so that nothing comes twice."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class BriefIssue(models.Model):
    """What one reader was shown on one day, on the page or by mail. Texts are read anew each time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    # One entry an item, in order: section, kind, pk, key (what must not come twice), reason.
    items = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True)  # on the page
    # When it was decided whether a mail goes: not when it was read before, nor when it holds nothing.
    mail_settled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="briefing_issue_once_a_day")]
        indexes = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day}"
