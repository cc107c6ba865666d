"""News: what editors publish, with where it comes from and who reviewed it."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from home.access import EditorialManager
from home.editorial import EditorialPage
from home.pages import ListPage
from home.themes import ThemesManager
from taxonomy.models import Profession, TaggedItemBase

# A page whose last review is older shows it as a warning.
STALE_AFTER_DAYS = 365


def profession_panel(field: str) -> FieldPanel:
    """A plain list: a chooser of forty professions would take three clicks."""
    return FieldPanel(field, widget=forms.Select)


class NewsIndexPage(ListPage):
    """`/actualites/`."""

    subpage_types = ["news.NewsPage"]
    kind = section = "news"

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")


class TaggedNews(TaggedItemBase):
    content_object = ParentalKey("news.NewsPage", on_delete=models.CASCADE, related_name="themed_items")


class NewsPage(EditorialPage):
    class SourceType(models.TextChoices):
        INSTITUTION = "institution", _("Public institution")
        SCIENTIFIC = "scientific", _("Scientific publication")
        PROFESSIONAL = "professional", _("Professional organisation")
        PRESS = "press", _("Press")
        EDITORIAL = "editorial", _("Our editors")

    standfirst = models.TextField(
        _("standfirst"),
        max_length=500,
        help_text=_("One or two sentences: what is new, and for whom."),
    )
    source_name = models.CharField(_("source"), max_length=150, blank=True)
    source_type = models.CharField(
        _("kind of source"), max_length=12, choices=SourceType, default=SourceType.EDITORIAL
    )
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    author_name = models.CharField(_("author"), max_length=120, blank=True)
    author_profession = models.ForeignKey(
        Profession,
        verbose_name=_("author’s profession"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewer_name = models.CharField(_("reviewer"), max_length=120, blank=True)
    reviewer_profession = models.ForeignKey(
        Profession,
        verbose_name=_("reviewer’s profession"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    interests = models.TextField(
        _("declared interests"),
        max_length=600,
        blank=True,
        help_text=_("Links of the author and the reviewer with industry, or “none declared”."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    themes = ThemesManager(through="news.TaggedNews", blank=True, verbose_name=_("themes"))

    objects = EditorialManager()

    content_panels = [
        *EditorialPage.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("body"),
        EditorialPage.audience_panel,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("source_name"), FieldPanel("source_type")]),
                FieldPanel("source_url"),
                FieldRowPanel(
                    [FieldPanel("author_name"), FieldPanel("author_profession", widget=forms.Select)]
                ),
                FieldRowPanel([FieldPanel("reviewer_name"), profession_panel("reviewer_profession")]),
                FieldPanel("reviewed_on"),
                FieldPanel("interests"),
            ],
            heading=_("Where it comes from, who answers for it"),
        ),
        *EditorialPage.vocabulary_panels,
    ]
    promote_panels = [*EditorialPage.promote_panels, FieldPanel("published_at")]
    parent_page_types = ["news.NewsIndexPage"]
    section = "news"
    template = "news/page.html"

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")

    def clean(self) -> None:
        super().clean()
        errors = {}
        if self.reviewed_on and self.reviewed_on > timezone.localdate():
            errors["reviewed_on"] = _("This date is in the future.")
        if self.reviewed_on and not self.reviewer_name:
            errors["reviewer_name"] = _("Say who reviewed this page.")
        if self.source_url and not self.source_name:
            errors["source_name"] = _("Name the source that this address leads to.")
        if errors:
            raise ValidationError(errors)

    def make_text(self) -> str:
        return f"{self.standfirst}\n{super().make_text()}"

    def make_excerpt(self) -> str:
        return self.search_description or self.standfirst

    @property
    def review_is_stale(self) -> bool:
        oldest = timezone.localdate() - timedelta(days=STALE_AFTER_DAYS)
        return self.reviewed_on is not None and self.reviewed_on < oldest
