"""What partners name, found in the taxonomy. Everything is read once: an import asks it for each line."""

import re
from collections.abc import Iterable

from taxonomy.models import (
    ContractType,
    Department,
    Profession,
    Role,
    RomeCode,
    Specialty,
    Theme,
    department_code,
)

from .records import normalized

# Official code of who works in health without a listed profession: medical secretaries, dental technicians…
OTHER_PROFESSION = "99"
# What people write instead of a label, by official code.
NICKNAMES = {
    "10": ["docteur", "généraliste", "praticien hospitalier"],
    "35": ["AS", "ASD"],
    "37": ["auxiliaire puériculture"],
    "40": ["dentiste"],
    "50": ["maïeuticien"],
    "60": ["IDE", "IDEL", "IBODE", "IADE", "IPA", "cadre de santé infirmier", "puériculteur"],
    "70": ["kiné", "MK", "MKDE", "physiothérapeute"],
    "80": ["podologue", "pédicure"],
    "86": ["technicien de laboratoire", "technicien d’analyses biomédicales"],
    "98": ["manipulateur en électroradiologie médicale", "manipulateur radio", "MERM"],
    "28": ["opticien"],
    "39": ["préparateur"],
    "41": ["assistante sociale"],
}
EVERYONE = re.compile(r"\b(tout public|tous (les )?professionnels|professionnels? de (la )?sante)\b")
# Schema.org's own words, used when no contract of the portal is named beside them.
EMPLOYMENT_TYPES = {
    "temporary": "cdd",
    "intern": "stage",
    "volunteer": "benevolat",
    "per_diem": "vacation",
}
VAGUE_TYPES = {"other", "contractor", "permanent", *EMPLOYMENT_TYPES}
FRANCE = {
    "",
    "fr",
    "fra",
    "france",
    "republique_francaise",
    "gp",
    "mq",
    "gf",
    "re",
    "yt",
    "pm",
    "bl",
    "mf",
    "wf",
    "pf",
    "nc",
}
_INCLUSIVE = re.compile(r"\([^)]*\)|[·•]\w+|\.(?:e|ne|ère|ière|trice|euse)\b|(?<=\w)-(?:e|ne|ère)\b")
_ENDINGS = [
    ("iere", "ier"),
    ("ienne", "ien"),
    ("trice", "teur"),
    ("euse", "eur"),
    ("ante", "ant"),
    ("ente", "ent"),
    ("ive", "if"),
    ("ale", "al"),
    ("ee", "e"),
    ("ste", "st"),
]


class Vocabulary:
    def __init__(self) -> None:
        professions = list(Profession.objects.all())
        self._other = [row for row in professions if row.code == OTHER_PROFESSION]
        self._names: dict[str, Profession] = {}
        for row in professions:
            for name in (row.label, row.plural, row.short, row.slug, *NICKNAMES.get(row.code, ())):
                self._names.setdefault(_key(name), row)
        self._roles = {_key(name) for row in Role.objects.all() for name in (row.label, row.slug)}
        self._rome = {
            row.code: list(row.professions.all()) for row in RomeCode.objects.prefetch_related("professions")
        }
        self._specialties: dict[tuple[int, str], Specialty] = {}
        for row in Specialty.objects.all():
            for name in (row.label, *row.synonyms.split(", ")):
                self._specialties.setdefault((row.profession_id, normalized(name)), row)
        self._departments = {row.code: row for row in Department.objects.all()}
        self._contracts: dict[str, ContractType] = {}
        for row in ContractType.objects.all():
            for name in (row.slug, row.label, row.short):
                self._contracts.setdefault(normalized(name), row)
        self._themes: dict[str, Theme] = {}
        themes = list(Theme.objects.listed())
        for names in ([(row.name, row.slug) for row in themes], [row.synonyms.split(", ") for row in themes]):
            for row, words in zip(themes, names, strict=True):
                for word in filter(None, words):
                    self._themes.setdefault(normalized(word), row)

    def occupation(self, rome: str, name: str) -> list[Profession] | None:
        """By ROME code first, the name deciding among several; by name otherwise. None: unknown."""
        professions = self._rome.get(rome.strip().upper()[:5])
        named = self.profession(name)
        if professions:
            return [named] if named in professions else professions
        if named:
            return [named]
        return self._other if professions is not None or _key(name) in self._roles else None

    def profession(self, name: str) -> Profession | None:
        """« Infirmières », « Infirmier(ère) », « IDE », « Sage-femme coordinatrice », « Kiné »."""
        for part in re.split(r"\s*/\s*|\s+ou\s+", name.strip()[:200]):
            words = _key(part).split("_")
            for length in range(min(len(words), 8), 0, -1):
                if profession := self._names.get("_".join(words[:length])):
                    return profession
        return None

    def audience(self, names: Iterable[str]) -> tuple[list[Profession], list[str]]:
        """The professions of these names (none: everybody), and the names that are unknown."""
        professions: dict[int, Profession] = {}
        unknown = []
        for name in names:
            if EVERYONE.search(normalized(name).replace("_", " ")):
                return [], []
            if profession := self.profession(name):
                professions[profession.pk] = profession
            else:
                unknown.append(name)
        return list(professions.values()), unknown

    def specialty(self, name: str, professions: Iterable[Profession]) -> Specialty | None:
        key = normalized(name)
        return next(filter(None, (self._specialties.get((row.pk, key)) for row in professions)), None)

    def department(self, postal_code: str) -> Department | None:
        return self._departments.get(department_code(postal_code))

    def contract(self, name: str) -> ContractType | None:
        return self._contracts.get(normalized(name))

    def theme(self, name: str) -> Theme | None:
        """A curated theme, by its name or a synonym."""
        return self._themes.get(normalized(name))


def _key(name: str) -> str:
    """Without accents, gender, number: « Infirmier·ère », « infirmières » → « infirmier »."""
    return "_".join(_stem(word) for word in normalized(_INCLUSIVE.sub(" ", name)).split("_"))


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith(("s", "x")):
        word = word[:-1]
    for feminine, masculine in _ENDINGS:
        if word.endswith(feminine) and len(word) > len(feminine):
            return word[: -len(feminine)] + masculine
    return word
