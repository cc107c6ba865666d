"""Job offers, salaried, public and self-employed."""

from datetime import date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from core.dates import end_of_day, start_of_day
from core.text import slug_of
from home.access import EditorialManager, EditorialQuerySet
from home.editorial import EditorialPage
from home.fields import amount
from home.pages import ListPage
from home.themes import ThemesManager
from imports.models import ImportedPageMixin
from taxonomy.models import ContractType, Department, Region, TaggedItemBase

from .validation import clean_offer, without_gender_mark

CLOSING_SOON_DAYS = 7
# Contracts (slugs) by which nobody is hired.
NOT_POSTS = {"association", "cession", "installation"}


class JobIndexPage(ListPage):
    """`/emplois/`."""

    subpage_types = ["jobs.JobPage"]
    kind = "job"
    section = "jobs"

    class Meta:
        verbose_name = _("list of job offers")
        verbose_name_plural = _("lists of job offers")


class TaggedJob(TaggedItemBase):
    content_object = ParentalKey("jobs.JobPage", on_delete=models.CASCADE, related_name="themed_items")


class JobQuerySet(EditorialQuerySet):
    def current(self) -> "JobQuerySet":
        """Live, opened, not closed: today in the portal's time zone, whatever job ran or did not."""
        today = timezone.localdate()
        return (
            self.live()
            .filter(Q(opens_on__isnull=True) | Q(opens_on__lte=today))
            .filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))
        )

    def closing_soon(self) -> "JobQuerySet":
        limit = timezone.localdate() + timedelta(days=CLOSING_SOON_DAYS)
        return self.current().filter(closes_on__lte=limit).order_by("closes_on")

    def _near(self, page: "JobPage") -> list[Q]:
        if not page.department:
            return super()._near(page)
        return [Q(department=page.department), Q(department__region=page.department.region_id)]


class JobPage(ImportedPageMixin, EditorialPage):
    class WorkingTime(models.TextChoices):
        FULL = "full", _("Full time")
        PART = "part", _("Part time")

    class PayUnit(models.TextChoices):
        HOUR = "hour", _("per hour")
        DAY = "day", _("per day")
        MONTH = "month", _("per month")
        YEAR = "year", _("per year")

    employer = models.CharField(_("employer"), max_length=150)
    # The same for spellings that differ in accents, capitals and punctuation: filters of lists use it.
    employer_slug = models.SlugField(max_length=150, blank=True, editable=False)
    contract = models.ForeignKey(
        ContractType, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="+"
    )
    working_time = models.CharField(_("working time"), max_length=4, choices=WorkingTime, blank=True)
    postal_code = models.CharField(
        _("postal code"), max_length=5, blank=True, help_text=_("Five digits; gives the department.")
    )
    town = models.CharField(_("town"), max_length=80, blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pay_min = amount(_("pay from"))
    pay_max = amount(_("pay up to"))
    pay_unit = models.CharField(_("unit"), max_length=5, choices=PayUnit, blank=True)
    retrocession = models.DecimalField(
        _("retrocession (%)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "Share of the fees that the replacement or assistant keeps. Self-employed contracts only."
        ),
    )
    opens_on = models.DateField(
        _("posted on"),
        null=True,
        blank=True,
        help_text=_("Not shown before. Empty: as soon as it is published."),
    )
    closes_on = models.DateField(
        _("open until"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Last day; nobody finds the offer after."),
    )
    apply_email = models.EmailField(_("e-mail address for applications"), blank=True)
    apply_url = models.URLField(_("page for applications"), max_length=500, blank=True)
    themes = ThemesManager(through="jobs.TaggedJob", blank=True, verbose_name=_("themes"))

    objects = EditorialManager.from_queryset(JobQuerySet)()

    content_panels = [
        *EditorialPage.content_panels,
        FieldPanel("employer"),
        FieldPanel("contract", widget=forms.Select),
        FieldPanel("working_time"),
        FieldRowPanel([FieldPanel("postal_code"), FieldPanel("town")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("pay_min"), FieldPanel("pay_max"), FieldPanel("pay_unit")]),
                FieldPanel("retrocession"),
            ],
            heading=_("Pay"),
            help_text=_("Offers that say what they pay receive more applications."),
        ),
        FieldPanel("body"),
        EditorialPage.audience_panel,
        MultiFieldPanel(
            [FieldPanel("apply_email"), FieldPanel("apply_url"), FieldPanel("reference")],
            heading=_("How to apply"),
        ),
        FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")], heading=_("Dates")),
        *EditorialPage.vocabulary_panels,
    ]
    parent_page_types = ["jobs.JobIndexPage"]
    section = "jobs"
    serve_prefetch = (*EditorialPage.serve_prefetch, "department__region", "contract")
    template = "jobs/page.html"
    expired_template = "jobs/expired.html"

    class Meta(ImportedPageMixin.Meta):
        verbose_name = _("job offer")
        verbose_name_plural = _("job offers")

    def clean(self) -> None:
        super().clean()
        self.set_department()
        if errors := clean_offer(self):
            raise ValidationError(errors)

    def save(self, *args, **kwargs):
        if self.opens_on and not (self.published_at and _day_of(self.published_at) == self.opens_on):
            self.published_at = start_of_day(self.opens_on)
        self.employer_slug = slug_of(self.employer)[:150]
        return super().save(*args, **kwargs)

    def set_department(self) -> None:
        self.department = Department.objects.for_postal_code(self.postal_code) if self.postal_code else None

    @property
    def display_title(self) -> str:
        """« Infirmier de nuit (H/F) »: the law asks for it, editors need not type it.

        A practice to take over or to join is no post: its title stays as it is.
        """
        if self.contract_id and self.contract.slug in NOT_POSTS:
            return self.title
        return f"{without_gender_mark(self.title)} (H/F)"

    @property
    def region(self) -> Region | None:
        return self.department.region if self.department else None

    @property
    def expires_at(self) -> datetime | None:
        return end_of_day(self.closes_on) if self.closes_on else None

    @property
    def is_open(self) -> bool:
        return self.opens_on is None or self.opens_on <= timezone.localdate()

    @property
    def posted_on(self) -> date | None:
        """The day that the page and its structured data say."""
        return timezone.localtime(self.date).date() if self.date else None


def _day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()
