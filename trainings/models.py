"""Trainings: courses of every kind, and their sessions."""

import re
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.url_routing import RouteResult

from core.dates import end_of_day
from home.access import EditorialManager, EditorialQuerySet
from home.editorial import EditorialPage
from home.fields import ChoiceArrayField, amount
from home.pages import ListPage
from home.themes import ThemesManager
from imports.models import ImportedPageMixin
from taxonomy.models import Department, TaggedItemBase

ACTION_NUMBER = re.compile(r"[0-9]{11}")


class TrainingIndexPage(ListPage):
    """`/formations/`."""

    subpage_types = ["trainings.TrainingPage"]
    kind = "training"
    section = "trainings"

    class Meta:
        verbose_name = _("list of trainings")
        verbose_name_plural = _("lists of trainings")


class TaggedTraining(TaggedItemBase):
    content_object = ParentalKey(
        "trainings.TrainingPage", on_delete=models.CASCADE, related_name="themed_items"
    )


class TrainingQuerySet(EditorialQuerySet):
    def current(self) -> "TrainingQuerySet":
        """Live, and without sessions (at any time) or with one that is not over."""
        sessions = TrainingSession.objects.filter(page=OuterRef("pk")).order_by()
        return self.live().filter(
            ~Exists(sessions) | Exists(sessions.filter(ends_on__gte=timezone.localdate()))
        )


class TrainingPage(ImportedPageMixin, EditorialPage):
    class Kind(models.TextChoices):
        DPC = "dpc", _("Continuing professional development (DPC)")
        DU = "du", _("University diploma (DU)")
        DIU = "diu", _("Inter-university diploma (DIU)")
        CERTIFICATION = "certification", _("Certification")
        CONGRESS = "congress", _("Congress")
        SEMINAR = "seminar", _("Seminar")
        WORKSHOP = "workshop", _("Workshop")
        E_LEARNING = "e_learning", _("Online course")

    class Format(models.TextChoices):
        ONSITE = "onsite", _("On site")
        VIRTUAL = "virtual", _("Virtual class")
        ELEARNING = "elearning", _("E-learning")
        BLENDED = "blended", _("Blended")

    class Funding(models.TextChoices):
        ANDPC = "andpc", "ANDPC"
        FIF_PL = "fif_pl", "FIF-PL"
        OPCO = "opco", "OPCO"
        ANFH = "anfh", "ANFH"
        PERSONAL = "personal", _("Personal")

    body_name = models.CharField(_("training body"), max_length=150)
    body_number = models.CharField(_("number of the body (DPC)"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.DPC)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.ONSITE)
    hours = amount(_("duration in hours"))
    price = amount(_("price in euros"), help_text=_("0 when it is free; empty when it is not known."))
    funding = ChoiceArrayField(_("funding"), choices=Funding, blank=True, default=list)
    action_number = models.CharField(
        _("DPC action number"), max_length=11, blank=True, help_text=_("Eleven digits.")
    )
    prerequisites = models.TextField(_("prerequisites"), max_length=600, blank=True)
    accessibility_contact = models.EmailField(
        _("contact for accessibility"),
        blank=True,
        help_text=_("Whom to write to about a disability, before enrolling."),
    )
    enrol_url = models.URLField(_("page for enrolment"), max_length=500, blank=True)
    themes = ThemesManager(through="trainings.TaggedTraining", blank=True, verbose_name=_("themes"))

    objects = EditorialManager.from_queryset(TrainingQuerySet)()

    content_panels = [
        *EditorialPage.content_panels,
        FieldRowPanel([FieldPanel("body_name"), FieldPanel("body_number")]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("format"), FieldPanel("hours")]),
        FieldPanel("body"),
        InlinePanel("sessions", heading=_("Sessions"), label=_("Session")),
        EditorialPage.audience_panel,
        MultiFieldPanel(
            [FieldPanel("price"), FieldPanel("funding"), FieldPanel("action_number")],
            heading=_("Price and funding"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("prerequisites"),
                FieldPanel("accessibility_contact"),
                FieldPanel("enrol_url"),
                FieldPanel("reference"),
            ],
            heading=_("Before enrolling"),
        ),
        *EditorialPage.vocabulary_panels,
    ]
    parent_page_types = ["trainings.TrainingIndexPage"]
    section = "trainings"
    serve_prefetch = (*EditorialPage.serve_prefetch, "sessions__department")
    template = "trainings/page.html"
    expired_template = "trainings/expired.html"

    class Meta(ImportedPageMixin.Meta):
        verbose_name = _("training")
        verbose_name_plural = _("trainings")

    def clean(self) -> None:
        super().clean()
        if self.action_number and not ACTION_NUMBER.fullmatch(self.action_number):
            raise ValidationError({"action_number": _("An action number has eleven digits.")})

    @property
    def coming_sessions(self) -> list["TrainingSession"]:
        """Sessions that are not over, the next one first."""
        today = timezone.localdate()
        coming = [session for session in self.sessions.all() if session.ends_on >= today]
        return sorted(coming, key=lambda session: (session.starts_on, session.ends_on))

    @property
    def expires_at(self) -> datetime | None:
        last = max((session.ends_on for session in self.sessions.all()), default=None)
        return end_of_day(last) if last else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Also `agenda/`, the sessions, and `agenda/<id>/`, one of them: for people's calendars."""
        match path_components:
            case ["agenda"] if self.live:
                return RouteResult(self, kwargs={"session_pk": 0})
            case ["agenda", pk] if self.live and pk.isascii() and pk.isdigit() and int(pk):
                return RouteResult(self, kwargs={"session_pk": int(pk)})
        return super().route(request, path_components)


class TrainingSession(Orderable):
    page = ParentalKey(TrainingPage, on_delete=models.CASCADE, related_name="sessions")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    price = amount(_("price in euros, if different"))

    panels = [
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldRowPanel([FieldPanel("postal_code"), FieldPanel("town")]),
        FieldRowPanel([FieldPanel("seats"), FieldPanel("price")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [models.Index(fields=["page", "ends_on"], name="trainings_session_end")]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} {self.town}".strip()

    def clean(self) -> None:
        super().clean()
        errors = {}
        self.complete()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = _("The session ends before it begins.")
        if self.postal_code and not self.department:
            errors["postal_code"] = _(
                "There is no such postal code in France: five digits, for example 22000."
            )
        if errors:
            raise ValidationError(errors)

    def save(self, *args, **kwargs):
        self.complete()
        return super().save(*args, **kwargs)

    def complete(self) -> None:
        """One day unless an end is given; the department follows the postal code."""
        self.ends_on: date | None = self.ends_on or self.starts_on
        self.department = Department.objects.for_postal_code(self.postal_code) if self.postal_code else None
