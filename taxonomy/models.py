"""The one vocabulary of pages, threads, groups, profiles and filters: profession × theme × place.

Rows come from `taxonomy/data/*.tsv` (`manage.py load_taxonomy`); themes are also edited by people.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class OfficialTerm(models.Model):
    """Base of a list whose codes and labels follow an official source."""

    code = models.CharField(_("official code"), max_length=12, unique=True)
    label = models.CharField(_("label"), max_length=160)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)

    class Meta:
        abstract = True
        # The order of slugs: without accents, « Éthique » stands with the e on every database.
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.label


class Profession(OfficialTerm):
    """A health profession, by its official code (ANS, TRE_G15, TRE_R94 and TRE_R95)."""

    nomenclature = models.CharField(_("nomenclature"), max_length=40)
    plural = models.CharField(_("plural"), max_length=120)
    short = models.CharField(_("short form"), max_length=60)
    # The order of the lists that people choose from: the most numerous professions first.
    position = models.PositiveSmallIntegerField(_("position"), default=500)

    class Meta:
        ordering = ["position", "label"]
        verbose_name = _("profession")
        verbose_name_plural = _("professions")


class Role(OfficialTerm):
    """What somebody does who has no listed profession (TRE_R85: medical secretary, student…)."""

    class Meta(OfficialTerm.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class Specialty(OfficialTerm):
    """A specialty of one profession; old and new codes of the same specialty share one row."""

    merged_codes = models.JSONField(_("other codes of the same specialty"), default=list, blank=True)
    synonyms = models.TextField(
        _("synonyms"), blank=True, help_text=_("Separated by commas; found by search.")
    )
    profession = models.ForeignKey(
        Profession, verbose_name=_("profession"), on_delete=models.PROTECT, related_name="specialties"
    )

    class Meta(OfficialTerm.Meta):
        verbose_name = _("specialty")
        verbose_name_plural = _("specialties")


class AdministrativeArea(models.Model):
    """Base of regions and departments (INSEE)."""

    code = models.CharField(_("official code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, unique=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Region(AdministrativeArea):
    class Meta:
        ordering = ["slug"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class DepartmentQuerySet(models.QuerySet):
    def for_postal_code(self, postal_code: str) -> "Department | None":
        """The department of a French postal code, None when there is none such.

        Corsica: 200xx and 201xx are 2A, 202xx and 206xx 2B. Overseas: three digits (971…988).
        """
        code = department_code(postal_code)
        return self.filter(code=code).select_related("region").first() if code else None


def department_code(postal_code: str) -> str:
    """« 2A », « 974 », « 35 »… for five digits; empty when it cannot be a postal code."""
    digits = postal_code.strip()
    if len(digits) != 5 or not (digits.isascii() and digits.isdigit()):
        return ""
    if digits.startswith("20"):
        return "2A" if digits[2] in "01" else "2B"
    if digits.startswith(("97", "98")):
        return {"97133": "977", "97150": "978"}.get(digits, digits[:3])
    return digits[:2]


class Department(AdministrativeArea):
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="departments"
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class RomeCode(models.Model):
    """An occupation of the ROME register (France Travail) and the professions that it stands for."""

    code = models.CharField(_("ROME code"), max_length=5, unique=True)
    label = models.CharField(_("label"), max_length=160)
    professions = models.ManyToManyField(
        Profession, verbose_name=_("professions"), related_name="rome_codes", blank=True
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("ROME code")
        verbose_name_plural = _("ROME codes")

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class ContractType(models.Model):
    class Regime(models.TextChoices):
        SALARIED = "salaried", _("salaried")
        PUBLIC = "public", _("public service")
        LIBERAL = "liberal", _("self-employed")
        VOLUNTEER = "volunteer", _("volunteer")
        INTERNSHIP = "internship", _("internship")

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=120)
    short = models.CharField(_("short form"), max_length=60)
    regime = models.CharField(_("regime"), max_length=12, choices=Regime)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position"]
        verbose_name = _("contract type")
        verbose_name_plural = _("contract types")

    def __str__(self) -> str:
        return self.label


class ThemeQuerySet(models.QuerySet):
    def listed(self) -> "ThemeQuerySet":
        """Themes shown in lists, filters and suggestions."""
        return self.filter(status=Theme.Status.CURATED)


class Theme(TagBase):
    """A tag. Curated ones are shown everywhere; what a member typed waits until a manager decides."""

    class Status(models.TextChoices):
        CURATED = "curated", _("curated")
        PROPOSED = "proposed", _("proposed by a member")

    # Not unique: two groups may propose the same theme, and neither learns of the other.
    name = models.CharField(_("name"), max_length=100)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PROPOSED, db_index=True
    )
    synonyms = models.TextField(
        _("synonyms"), blank=True, help_text=_("Separated by commas; found by search.")
    )
    # Degrees on the colour wheel, for the covers that the portal draws.
    hue = models.PositiveSmallIntegerField(_("hue"), default=200)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class TaggedItemBase(ItemBase):
    """Base of each app's own « this object has that theme » table (`content_object` is theirs)."""

    tag = models.ForeignKey(
        Theme, verbose_name=_("theme"), related_name="%(app_label)s_%(class)s_items", on_delete=models.CASCADE
    )

    class Meta:
        abstract = True
