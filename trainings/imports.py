"""Trainings as bodies send them: schema.org `Course` objects, one a line, or a spreadsheet's CSV."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import slug_of
from home.editorial import EditorialPage
from imports.importer import Importer
from imports.markup import rich_text
from imports.record_reader import RecordReader, clean_text, names_of, object_reader
from imports.records import normalized
from imports.registry import register_importer
from imports.values import is_scalar, preview
from taxonomy.models import Profession, Theme

from .imports_sessions import course_sessions, row_sessions
from .models import ACTION_NUMBER, TrainingIndexPage, TrainingPage

Kind, Funding = TrainingPage.Kind, TrainingPage.Funding

# Known name → (what the body calls it, where it stands in a Course).
COURSE = {
    "reference": ("identifier", ["identifier.value", "identifier"]),
    "action_number": ("courseCode", ["courseCode"]),
    "title": ("name", ["name", "title"]),
    "body_name": ("provider", ["provider.name", "provider"]),
    "body_number": ("provider", ["provider.identifier.value", "provider.identifier"]),
    "kind": (
        "educationalCredentialAwarded",
        ["educationalCredentialAwarded.name", "educationalCredentialAwarded"],
    ),
    "hours": ("timeRequired", ["timeRequired"]),
    "price": ("offers", ["offers.price", "offers.priceSpecification.price"]),
    "currency": ("offers", ["offers.priceCurrency", "offers.priceSpecification.priceCurrency"]),
    "prerequisites": ("coursePrerequisites", ["coursePrerequisites"]),
    "accessibility_contact": ("accessibilityContact", ["accessibilityContact.email"]),
    "enrol_url": ("url", ["url", "offers.url"]),
    "body": ("description", ["description"]),
}
COLUMNS = {
    "reference": ["reference", "ref", "identifiant", "id"],
    "title": ["titre", "intitule", "nom"],
    "body_name": ["organisme"],
    "body_number": ["numero_organisme", "numero_de_l_organisme", "numero_odpc"],
    "kind": ["type", "nature"],
    "format": ["format", "modalite"],
    "hours": ["duree", "heures", "duree_heures"],
    "price": ["prix", "tarif"],
    "funding": ["financement", "financements"],
    "action_number": ["numero_action", "numero_d_action", "numero_dpc", "action_dpc"],
    "professions": ["professions", "profession", "public"],
    "themes": ["themes", "theme", "mots_cles"],
    "starts_on": ["debut", "date_de_debut"],
    "ends_on": ["fin", "date_de_fin"],
    "postal_code": ["code_postal", "cp"],
    "town": ["commune", "ville", "lieu"],
    "seats": ["places"],
    "prerequisites": ["prerequis", "pre_requis"],
    "accessibility_contact": ["contact_accessibilite", "referent_handicap"],
    "enrol_url": ["lien", "url", "inscription"],
    "body": ["description", "texte", "programme"],
}
# Words of the kind that is given, or of the title, in the order in which they decide.
KINDS = {
    Kind.DIU: ("diplome inter universitaire", "diplome interuniversitaire", "diu"),
    Kind.DU: ("diplome d universite", "diplome universitaire", "du"),
    Kind.CERTIFICATION: ("certification", "certificat", "certifiante"),
    Kind.CONGRESS: ("congres", "journees nationales", "colloque"),
    Kind.WORKSHOP: ("atelier", "ateliers"),
    Kind.SEMINAR: ("seminaire", "seminaires"),
    Kind.DPC: ("dpc", "developpement professionnel continu"),
    Kind.E_LEARNING: ("e learning", "mooc", "cours en ligne"),
}
FUNDINGS = {
    Funding.ANDPC: ("andpc", "dpc", "agence_nationale_du_dpc"),
    Funding.FIF_PL: ("fif_pl", "fifpl"),
    Funding.OPCO: ("opco", "opco_sante"),
    Funding.ANFH: ("anfh",),
    Funding.PERSONAL: ("personal", "personnel", "individuel", "autofinancement"),
}
FREE = {"gratuit", "gratuite", "free"}
# A price that is not known here.
ON_REQUEST = {"sur_devis", "sur_demande", "nous_consulter", "nous_contacter", "a_consulter", "voir_site"}
TEXT_LIMIT = 50_000


@register_importer
class TrainingImporter(Importer):
    kind = "training"
    label = gettext_lazy("Trainings")
    model = TrainingPage
    index_model = TrainingIndexPage
    columns = COLUMNS
    required_columns = ("title", "body_name")
    closing_unpublishes = True

    def object_reader(self, data: Mapping[str, Any]) -> RecordReader:
        lists = {
            "professions": ("audience", names_of(data.get("audience"), "audienceType")),
            "themes": ("keywords", names_of(data.get("keywords"))),
            "funding": ("funding", names_of(data.get("funding"))),
            "sessions": ("hasCourseInstance", data.get("hasCourseInstance")),
            "format": ("courseMode", data.get("courseMode")),
        }
        return object_reader(data, COURSE, lists)

    def read(self, reader: RecordReader) -> dict[str, Any]:
        values: dict[str, Any] = {
            "title": reader.text("title", limit=255, required=_("The title is missing.")),
            "body_name": reader.text("body_name", limit=150, required=_("The training body is missing.")),
            "body_number": reader.text("body_number", limit=20),
            "hours": reader.hours("hours"),
            "price": self._price(reader),
            "prerequisites": reader.long_text("prerequisites", limit=600),
            "accessibility_contact": reader.email("accessibility_contact"),
            "enrol_url": reader.text("enrol_url", limit=500),
            "body": rich_text(reader.long_text("body", limit=TEXT_LIMIT, markup=True)),
            "professions": self._professions(reader),
        }
        code, values["action_number"] = _codes(reader)
        values["reference"] = reader.reference("reference", limit=80) or code or _reference_of(values)
        read_sessions = course_sessions if "sessions" in reader.values else row_sessions
        values["sessions"], values["format"] = read_sessions(reader, self.vocabulary)
        values["kind"] = _kind(reader, values)
        values |= self._optional(reader)
        return values

    def check(self, page: EditorialPage) -> Mapping[str, str | Promise]:
        return {}

    def is_over(self, values: Mapping[str, Any]) -> bool:
        ends: list[date] = [session["ends_on"] for session in values["sessions"]]
        return bool(ends) and max(ends) < timezone.localdate()

    def open_pages(self) -> QuerySet:
        return TrainingPage.objects.live()

    def close(self, page: TrainingPage) -> None:
        page.unpublish(user=self.user)

    # --- What a record says -----------------------------------------------------------------------------

    def _price(self, reader: RecordReader) -> Decimal | None:
        said = normalized(str(reader.raw("price"))[:40])
        if said in FREE:
            return Decimal(0)
        if said in ON_REQUEST:
            reader.leave_out("price", reader.raw("price"))
            return None
        if reader.text("currency", limit=20).upper() not in ("", "EUR", "€", "EURO", "EUROS"):
            reader.refuse("currency", _("Prices are in euros here."))
        return reader.number("price")

    def _professions(self, reader: RecordReader) -> list[Profession]:
        """None: for every profession. Unknown names are left out, unless nobody is left."""
        names = [clean_text(str(name)) for name in reader.items("professions") if is_scalar(name)]
        professions, unknown = self.vocabulary.audience(filter(None, names))
        if unknown and not professions:
            reader.refuse("professions", _("Unknown profession: “%(name)s”.") % {"name": preview(unknown[0])})
        reader.leave_out("professions", *unknown)
        return professions

    def _optional(self, reader: RecordReader) -> dict[str, Any]:
        """Only when the body says something that is known: otherwise what an editor chose stays."""
        themes: dict[int, Theme] = {}
        for name in filter(is_scalar, reader.items("themes")):
            if theme := self.vocabulary.theme(str(name)):
                themes[theme.pk] = theme
            else:
                reader.leave_out("themes", name)
        funding = set()
        for name in filter(is_scalar, reader.items("funding")):
            key = normalized(str(name)[:100])
            if choice := next((choice for choice, words in FUNDINGS.items() if key in words), None):
                funding.add(choice)
            else:
                reader.leave_out("funding", name)
        values: dict[str, Any] = {}
        if themes:
            values["themes"] = list(themes.values())
        if funding:
            values["funding"] = [choice.value for choice in Funding if choice in funding]
        return values


def _codes(reader: RecordReader) -> tuple[str, str]:
    """The body's own code and the DPC action number; digits that are not eleven are a mistake."""
    code = reader.text("action_number", limit=80).replace(" ", "")
    if not code or ACTION_NUMBER.fullmatch(code):
        return code, code
    if code.isdigit() or "sessions" not in reader.values:
        reader.refuse("action_number", _("An action number has eleven digits."))
    return code, ""


def _reference_of(values: Mapping[str, Any]) -> str:
    """For a course without any code: its body and its name."""
    return slug_of(f"{values['body_name']} {values['title']}")[:80].strip("-")


def _kind(reader: RecordReader, values: Mapping[str, Any]) -> str:
    """What is said, else an action number, else the title, else how it is followed."""
    if kind := _kind_in(reader.text("kind", limit=150)):
        return kind
    if values["action_number"]:
        return Kind.DPC
    if kind := _kind_in(values["title"]):
        return kind
    return Kind.E_LEARNING if values["format"] == TrainingPage.Format.ELEARNING else Kind.SEMINAR


def _kind_in(text: str) -> str:
    words = f" {normalized(text).replace('_', ' ')} "
    return next((kind for kind, names in KINDS.items() if any(f" {name} " in words for name in names)), "")
