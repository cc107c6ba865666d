"""Job offers as partners send them: schema.org `JobPosting`, one a line, or a spreadsheet's CSV."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.editorial import EditorialPage
from imports import pages
from imports.importer import Importer
from imports.markup import rich_text, without_markup
from imports.record_reader import RecordReader, get_path, names_of, object_reader
from imports.records import normalized
from imports.registry import register_importer
from imports.values import PERCENT, folded, is_scalar, preview
from imports.vocabulary import EMPLOYMENT_TYPES, FRANCE, VAGUE_TYPES
from taxonomy.models import ContractType, Profession, Specialty

from .imports_criteria import forbidden_criteria
from .models import JobIndexPage, JobPage
from .validation import clean_offer, without_gender_mark

# Known name → (what the partner calls it, where it stands in a JobPosting).
POSTING = {
    "reference": ("identifier", ["identifier.value", "identifier"]),
    "title": ("title", ["title", "name"]),
    "profession": ("relevantOccupation", ["relevantOccupation.name", "relevantOccupation"]),
    "employer": ("hiringOrganization", ["hiringOrganization.name", "hiringOrganization"]),
    "postal_code": ("jobLocation", ["jobLocation.address.postalCode", "jobLocation.postalCode"]),
    "country": (
        "jobLocation",
        ["jobLocation.address.addressCountry", "jobLocation.address.addressCountry.name"],
    ),
    "town": ("jobLocation", ["jobLocation.address.addressLocality", "jobLocation.addressLocality"]),
    "opens_on": ("datePosted", ["datePosted"]),
    "closes_on": ("validThrough", ["validThrough"]),
    "pay_min": ("baseSalary", ["baseSalary.value.minValue", "baseSalary.minValue"]),
    "pay_max": ("baseSalary", ["baseSalary.value.maxValue", "baseSalary.maxValue"]),
    "pay": ("baseSalary", ["baseSalary.value.value", "baseSalary.value", "baseSalary"]),
    "pay_unit": ("baseSalary", ["baseSalary.value.unitText", "baseSalary.unitText"]),
    "currency": ("baseSalary", ["baseSalary.currency", "salaryCurrency"]),
    "retrocession": ("retrocession", ["retrocession"]),
    "apply_email": ("applicationContact", ["applicationContact.email"]),
    "apply_url": ("applicationContact", ["applicationContact.url", "url"]),
    "body": ("description", ["description"]),
}
COLUMNS = {
    "reference": ["reference", "ref", "identifiant", "id"],
    "title": ["titre", "intitule", "poste", "intitule_du_poste"],
    "rome": ["code_rome", "rome"],
    "profession": ["profession", "metier"],
    "specialties": ["specialite", "specialites"],
    "employer": ["employeur", "etablissement", "structure", "entreprise"],
    "postal_code": ["code_postal", "cp"],
    "town": ["commune", "ville"],
    "contract": ["contrat", "type_de_contrat"],
    "working_time": ["temps", "temps_de_travail"],
    "opens_on": ["publie_le", "date_de_publication"],
    "closes_on": ["expire_le", "date_limite", "date_d_expiration"],
    "pay_min": ["salaire_min", "salaire_minimum"],
    "pay_max": ["salaire_max", "salaire_maximum"],
    "pay": ["salaire", "remuneration"],
    "pay_unit": ["salaire_par", "unite", "periode"],
    "retrocession": ["retrocession"],
    "apply_email": ["courriel", "email", "e_mail", "mail", "contact"],
    "apply_url": ["lien", "url", "candidature"],
    "body": ["description", "texte"],
}
WORKING_TIMES = {
    "full": ["full_time", "full", "plein", "temps_plein", "temps_complet", "complet"],
    "part": ["part_time", "part", "partiel", "temps_partiel", "mi_temps"],
}
UNITS = {
    "hour": ["hour", "hourly", "heure", "h", "taux_horaire", "horaire", "par_heure"],
    "day": ["day", "daily", "jour", "j", "par_jour", "journalier"],
    "month": ["month", "monthly", "mois", "mensuel", "par_mois"],
    "year": ["year", "yearly", "annual", "an", "annee", "annuel", "par_an"],
}
TEXT_LIMIT = 50_000
# « 2350 € brut », « 2000 à 2500 EUR/mois »; pay is gross here.
_PAY = re.compile(
    r"(?:de |entre )?(?P<low>\d[\d .,']*?)(?: ?(?:€|eur(?:os?)?))?"
    r"(?: ?(?:[-–—]|a|et) ?(?P<high>\d[\d .,']*?)(?: ?(?:€|eur(?:os?)?))?)?(?: bruts?)?"
    r"(?: ?(?:/|par) ?(?P<unit>[a-z]+))?(?: bruts?)?",
    re.ASCII,
)
ROME_CODE = re.compile(r"[A-Za-z][0-9]{4}", re.ASCII)


@register_importer
class JobImporter(Importer):
    kind = "job"
    label = gettext_lazy("Job offers")
    model = JobPage
    index_model = JobIndexPage
    columns = COLUMNS
    required_columns = ("reference", "title", "contract", "postal_code")

    def object_reader(self, data: Mapping[str, Any]) -> RecordReader:
        lists = {
            "rome": ("occupationalCategory", _rome(data)),
            "contract": ("employmentType", data.get("employmentType")),
            "working_time": ("employmentType", None),
            "specialties": ("medicalSpecialty", names_of(data.get("medicalSpecialty"))),
        }
        return object_reader(data, POSTING, lists)

    def read(self, reader: RecordReader) -> dict[str, Any]:
        professions = self._professions(reader)
        contract, working_time = self._employment(reader)
        values = {
            "reference": reader.reference(
                "reference", limit=80, required=_("The reference is missing: it says which offer this is.")
            ),
            "title": reader.text("title", limit=200, required=_("The title is missing.")),
            "employer": reader.text("employer", limit=150, required=_("The employer is missing.")),
            "professions": professions,
            "specialties": self._specialties(reader, professions),
            "contract": contract,
            "working_time": working_time,
            "postal_code": self._postal_code(reader),
            "town": reader.text("town", limit=80),
            **_pay(reader),
            "opens_on": reader.day("opens_on"),
            "closes_on": reader.day("closes_on", is_end=True),
            "apply_email": reader.email("apply_email"),
            "apply_url": reader.text("apply_url", limit=500),
            "body": rich_text(reader.long_text("body", limit=TEXT_LIMIT, markup=True)),
        }
        values["title"] = without_gender_mark(values["title"])
        self._refuse_criteria(reader, values)
        return values

    def check(self, page: EditorialPage) -> Mapping[str, str | Promise]:
        page.department = self.vocabulary.department(page.postal_code)
        return clean_offer(page)

    def is_over(self, values: Mapping[str, Any]) -> bool:
        return bool(values["closes_on"] and values["closes_on"] < timezone.localdate())

    def open_pages(self) -> QuerySet:
        return JobPage.objects.filter(Q(closes_on=None) | Q(closes_on__gte=timezone.localdate()))

    def close(self, page: JobPage) -> None:
        """Its last day was yesterday: found by nobody, and its page says so."""
        yesterday = timezone.localdate() - timedelta(days=1)
        opened = min(filter(None, [page.opens_on, yesterday]))
        pages.update(
            page, {"opens_on": opened, "closes_on": yesterday}, ["opens_on", "closes_on"], user=self.user
        )

    # --- What a record says -----------------------------------------------------------------------------

    def _professions(self, reader: RecordReader) -> list[Profession]:
        name = reader.text("profession", limit=200)
        rome = reader.text("rome", limit=200)
        professions = self.vocabulary.occupation(rome, name)
        if professions is None:
            given = "profession" if name or not rome else "rome"
            reader.refuse(
                given,
                _("Unknown profession: “%(name)s”.") % {"name": preview(name or rome)}
                if name or rome
                else _("The profession is missing: a ROME code or a name."),
            )
        return professions or []

    def _specialties(self, reader: RecordReader, professions: list[Profession]) -> list[Specialty]:
        specialties = []
        for name in filter(is_scalar, reader.items("specialties")):
            if specialty := self.vocabulary.specialty(str(name), professions):
                specialties.append(specialty)
            else:
                reader.leave_out("specialties", name)
        return specialties

    def _employment(self, reader: RecordReader) -> tuple[ContractType | None, str]:
        """Contract and working time, whichever cell they are in; schema.org mixes them in one list."""
        contract, working_time, guess = None, "", None
        for name in ("contract", "working_time"):
            for word in filter(None, reader.items(name)):
                key = normalized(str(word)[:200])
                if time := _keyword(WORKING_TIMES, key):
                    reader.leave_out(name, *([word] if working_time not in ("", time) else []))
                    working_time = working_time or time
                elif named := self.vocabulary.contract(key):
                    reader.leave_out(name, *([word] if contract not in (None, named) else []))
                    contract = contract or named
                elif key in VAGUE_TYPES:
                    guess = guess or self.vocabulary.contract(EMPLOYMENT_TYPES.get(key, ""))
                elif name == "contract":
                    reader.refuse(name, _("Unknown contract: “%(name)s”.") % {"name": preview(word)})
                else:
                    reader.refuse(name, _("Unknown working time: “%(name)s”.") % {"name": preview(word)})
        if not (contract or guess):
            reader.refuse("contract", _("The contract is missing."))
        return contract or guess, working_time

    def _postal_code(self, reader: RecordReader) -> str:
        code = reader.postal_code("postal_code")
        if "postal_code" in reader.problems:
            return ""
        abroad = normalized(reader.text("country", limit=60)) not in FRANCE
        if not code:
            reader.refuse("postal_code", _("The postal code is missing: it gives the department."))
        elif abroad or not self.vocabulary.department(code):
            reader.refuse(
                "postal_code",
                _("Unknown place: “%(code)s” is no French postal code.") % {"code": preview(code)},
            )
            return ""
        return code

    def _refuse_criteria(self, reader: RecordReader, values: Mapping[str, Any]) -> None:
        for name, text in (("title", values["title"]), ("body", without_markup(values["body"]))):
            if criteria := forbidden_criteria(text):
                reader.refuse(
                    name,
                    _("The law forbids a job offer to set a criterion of %(criteria)s.")
                    % {"criteria": ", ".join(criteria)},
                )


def _rome(data: Mapping[str, Any]) -> str:
    """The ROME code, alone, in a `CategoryCode`, or among several of either."""
    given = data.get("occupationalCategory")
    for one in given if isinstance(given, list) else [given]:
        code = get_path(one, "codeValue") if isinstance(one, Mapping) else one
        if isinstance(code, str) and (match := ROME_CODE.match(code.strip())):
            return match[0]
    return ""


def _pay(reader: RecordReader) -> dict[str, Any]:
    """One amount is a range of itself; nothing, or only zeros, is no pay at all."""
    low, high, unit = _amounts(reader)
    if (currency := reader.text("currency", limit=20)) and currency.upper() not in (
        "EUR",
        "€",
        "EURO",
        "EUROS",
    ):
        reader.refuse("currency", _("Pay is in euros here."))
    word = reader.text("pay_unit", limit=40)
    said = _keyword(UNITS, normalized(word))
    if word and (not said or unit not in ("", said)):
        reader.refuse("pay_unit", _("Unknown unit of pay: “%(name)s”.") % {"name": preview(word)})
    unit = said or unit
    paid = low is not None or high is not None
    return {
        "pay_min": low,
        "pay_max": high,
        "pay_unit": unit if paid else "",
        "retrocession": reader.number("retrocession", decimals=1, unit=PERCENT),
    }


def _amounts(reader: RecordReader) -> tuple[Decimal | None, Decimal | None, str]:
    """From, up to, and the unit that stands beside one of them: « 2000 à 2500 € brut par mois »."""
    low, low_unit = _range(reader, "pay_min")
    high, high_unit = _range(reader, "pay_max")
    unit = low_unit or high_unit
    if low and high:
        if low != high and (low[0] != low[1] or high[0] != high[1]):
            reader.refuse("pay_max", _("A range stands here, and another amount beside it."))
        return low[0], high[1], unit
    if not low and not high:
        both, unit = _range(reader, "pay")
        return *(both or (None, None)), unit
    if low and low[0] == low[1]:
        return low[0], None, unit
    if high and high[0] == high[1]:
        return None, high[0], unit
    return *(low or high or (None, None)), unit


def _range(reader: RecordReader, name: str) -> tuple[tuple[Decimal, Decimal] | None, str]:
    """Both ends of what a value says, the same for one amount, and the unit; nothing and zeros are None."""
    text = folded(reader.text(name, limit=80)) if isinstance(reader.raw(name), str) else ""
    if not (match := _PAY.fullmatch(text)):
        amount = reader.number(name)
        return ((amount, amount) if amount else None), ""
    ends = RecordReader({end: (name, match[end]) for end in ("low", "high")})
    low = ends.number("low")
    high = ends.number("high") if match["high"] else low
    for reason in ends.problems.values():
        reader.refuse(name, reason)
    return ((low, high) if low and high else None), _keyword(UNITS, normalized(match["unit"] or ""))


def _keyword(table: Mapping[str, list[str]], key: str) -> str:
    return next((value for value, words in table.items() if key in words), "")
