"""The base of every editorial page (news, offers, trainings): audience, vocabulary, body, life cycle."""

from datetime import datetime
from http import HTTPStatus

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from core.text import running_text, summary
from taxonomy.models import Department, Profession, Specialty

from .access import Audience, EditorialManager, may_read
from .base import PortalPage
from .blocks import BodyBlock, plain_text
from .serving import page_view

CHOICES = forms.CheckboxSelectMultiple


class EditorialPage(PortalPage):
    """A page with an audience. Its model adds `themes`, a queryset's `current()` and a template."""

    audience = models.CharField(
        _("audience"),
        max_length=12,
        choices=Audience,
        default=Audience.EVERYONE,
        db_index=True,
        help_text=_(
            "Who may read this page and find it. A reserved page shows neither title nor text to others."
        ),
    )
    professions = ParentalManyToManyField(
        Profession,
        verbose_name=_("professions"),
        blank=True,
        related_name="+",
        help_text=_("Whom the page is addressed to. None: every profession."),
    )
    specialties = ParentalManyToManyField(
        Specialty, verbose_name=_("specialties"), blank=True, related_name="+"
    )
    departments = ParentalManyToManyField(
        Department, verbose_name=_("departments"), blank=True, related_name="+"
    )
    published_at = models.DateTimeField(
        _("date shown to readers"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Empty: the moment of publication. Lists are sorted by this date."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    # Written at each save, so that lists and searches need not read bodies.
    excerpt = models.CharField(max_length=600, editable=False, blank=True)
    readable_text = models.TextField(editable=False, blank=True)

    objects = EditorialManager()

    subpage_types: list[str] = []
    serve_prefetch: tuple[str, ...] = ("professions", "themes")
    expired_template = ""
    # True where each field was checked already (imports): only what they say together is left to check.
    fields_checked = False
    show_in_menus_default = False

    audience_panel = MultiFieldPanel(
        [FieldPanel("audience", widget=forms.RadioSelect), FieldPanel("professions", widget=CHOICES)],
        heading=_("Who it is for"),
    )
    vocabulary_panels = [
        FieldPanel("themes", heading=_("Themes")),
        MultiFieldPanel(
            [FieldPanel("specialties", widget=CHOICES)], heading=_("Specialties"), classname="collapsed"
        ),
        MultiFieldPanel(
            [FieldPanel("departments", widget=CHOICES)],
            heading=_("Departments concerned"),
            classname="collapsed",
        ),
    ]

    class Meta:
        abstract = True

    def full_clean(self, *args, **kwargs) -> None:
        if self.fields_checked:
            names = [field.name for field in self._meta.get_fields()]
            kwargs |= {"exclude": names, "validate_unique": False, "validate_constraints": False}
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.audience == Audience.PROFESSIONS and not self.professions.all():
            raise ValidationError(
                {
                    "professions": _(
                        "Choose at least one profession, or open the page to all verified professionals."
                    )
                }
            )

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None:
            if self.live and not self.published_at:
                self.published_at = self.first_published_at or timezone.now()
            self.excerpt = self.make_excerpt()[:600]
            self.readable_text = self.make_text()
        return super().save(*args, update_fields=update_fields, **kwargs)

    # --- What readers see -------------------------------------------------------------------------------

    @property
    def display_title(self) -> str:
        return self.title

    @property
    def date(self) -> datetime | None:
        """Aware; what lists show and sort by."""
        return self.published_at or self.first_published_at

    @property
    def expires_at(self) -> datetime | None:
        """Aware; found by nobody from then on. None: it does not expire."""
        return None

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_reserved(self) -> bool:
        return self.audience != Audience.EVERYONE

    @property
    def plain_text(self) -> str:
        return plain_text(self.body)

    def make_text(self) -> str:
        """What search finds and shows passages of."""
        return running_text(self.plain_text)

    def make_excerpt(self) -> str:
        return self.search_description or summary(self.plain_text)

    # --- Serving ----------------------------------------------------------------------------------------

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """The invitation that those read whom the page is not meant for; None: the viewer may read it."""
        if may_read(self, request.viewer):
            return None
        return self._notice(request, "403.html", {}, HTTPStatus.FORBIDDEN)

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if (refused := self.refusal(request)) is not None:
            return refused
        if not self.is_open:
            raise Http404
        if self.has_expired:
            return self._notice(request, self.expired_template, self.get_context(request), HTTPStatus.GONE)
        response = page_view(self, request, **kwargs) if kwargs else super().serve(request, *args)
        if self.is_reserved:
            _keep_private(response)
        return response

    def _notice(self, request: HttpRequest, template: str, context: dict, status: HTTPStatus) -> HttpResponse:
        request.is_preview = False
        response = TemplateResponse(request, template, context, status=status)
        _keep_private(response)
        return response


def _keep_private(response: HttpResponse) -> None:
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
