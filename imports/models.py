"""What pages that partners send have in common, and the import of a file by an editor."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BackgroundRun

QUEUE = "import"


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


class ImportRunManager(models.Manager):
    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(queue=QUEUE)


class ImportRun(BackgroundRun):
    """An editor's file: tried first, then imported if the editor confirms. See `imports.runs`."""

    class Kind(models.TextChoices):
        TRY = "try"
        IMPORT = "import"

    objects = ImportRunManager()

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def filename(self) -> str:
        return self.parameters["filename"]

    @property
    def source(self) -> str:
        return self.parameters["source"]

    @property
    def draft(self) -> bool:
        return self.parameters["draft"]

    @property
    def is_tried(self) -> bool:
        """Tried with success: the editor may confirm."""
        return self.kind == self.Kind.TRY and self.status == self.Status.DONE

    @property
    def can_be_cancelled(self) -> bool:
        """Pages are being written otherwise."""
        return not (self.kind == self.Kind.IMPORT and self.is_active) or self.is_lost
