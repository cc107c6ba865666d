"""Models of editors: synonym rules, promoted pages, and counts of queries."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Page

from ..query.text import normalised
from ..sources import kind_of


class SynonymRule(models.Model):
    """A group of synonyms, one per line, beside those of `search/data`.

    With `also`, each of the words finds those lines as well, one way.
    """

    words = models.TextField(_("words or phrases"))
    also = models.TextField(_("one way: also look for"), blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("synonym rule")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        words = " = ".join(lines(self.words))
        return f"{words} → {' + '.join(lines(self.also))}" if self.also else words


class Promotion(ClusterableModel):
    """Pages that come first for a query."""

    query = models.CharField(_("what is typed"), max_length=100)
    key = models.CharField(max_length=100, unique=True, editable=False)  # the query, normalised
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["query"]

    def __str__(self) -> str:
        return self.query

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = normalised(self.query)
        super().save(*args, **kwargs)


class PromotedPage(Orderable):
    promotion = ParentalKey(Promotion, on_delete=models.CASCADE, related_name="pages")
    page = models.ForeignKey(Page, models.CASCADE, related_name="+", verbose_name=_("page"))

    def __str__(self) -> str:
        return f"{self.promotion}: {self.page_id}"

    def clean(self) -> None:
        if self.page_id and not kind_of(self.page.specific_class):
            raise ValidationError(
                {"page": gettext("Search does not find pages of this kind: choose another.")}
            )


class QueryCount(models.Model):
    """The number of searches for a query on one day by people of one profession. Nobody is named."""

    day = models.DateField()
    query = models.CharField(max_length=100)  # normalised
    profession = models.CharField(max_length=100, blank=True)  # slug; empty: no verified profession
    searches = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)  # of these, the ones that found nothing
    corrected = models.PositiveIntegerField(default=0)  # of these, the ones that found another spelling

    class Meta:
        verbose_name = _("different search")
        verbose_name_plural = _("different searches")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["day", "query", "profession"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.query}"


def lines(text: str) -> list[str]:
    """The lines of a text field, without empty ones."""
    return [line for raw in text.splitlines() if (line := " ".join(raw.split()))]
