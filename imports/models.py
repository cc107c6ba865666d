"""What pages that partners send have in common: a source and a reference, once each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportedPageMixin(models.Model):
    """Import finds the page again by `source` and `reference`; copies and aliases do not keep them."""

    reference = models.CharField(_("reference"), max_length=80, blank=True)
    # Key of the partner whose file brought the page; empty for what editors write.
    source = models.CharField(_("imported from"), max_length=80, blank=True, editable=False)

    exclude_fields_in_copy = ["source", "reference"]

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"],
                condition=~Q(source="") & ~Q(reference=""),
                name="%(app_label)s_%(class)s_once_per_source",
                violation_error_message=_("This partner already sent a page with that reference."),
            )
        ]

    def save(self, *args, **kwargs):
        if self.alias_of_id:
            self.source = ""
        return super().save(*args, **kwargs)
