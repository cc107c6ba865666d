from django.db import models
from django.utils import timezone


class ContentChange(models.Model):
    """One change of what visitors read; together the rows are the content's version (`portal.page_cache`)."""

    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk}"
