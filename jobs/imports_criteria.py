"""Criteria that a job offer may not set (labour code, art. L. 1132-1), as the wording of an ad shows them.

Only wordings that speak of who is wanted: « moins de 18 ans » said of patients is no criterion.
"""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

TITLE_LENGTH = 300  # a text as short as this speaks of the person wanted
# Said of everybody, or part of another name: taken out before looking.
_HARMLESS = re.compile(
    r"\b(?:sages?[- ]femmes?|[hf]\s*/\s*[hf](?:\s*/\s*[xdn])?"
    r"|(?:femmes?|hommes?)\s*(?:/|et|ou|-)\s*(?:une? )?(?:femmes?|hommes?)"
    r"|femmes?[- ,](?:mere|enfant|couple|enceinte|de menage)\w*|homme de l['’]art)\b"
)
# How old a diploma or a building is; « diplômé » is a person, whose age it would be.
_THINGS = (
    r"dipl[oô]mes?|dipl[oô]me d['’]\S+|certificat\w*|permis|exp[ée]riences?|anciennet[ée]|mat[ée]riels?"
    r"|[ée]quipements?|locaux|b[âa]timents?|b[âa]ti|v[ée]hicules?|ambulances?|autorisations?|attestations?"
    r"|il y a|depuis|datant"
)
# Named beside who is wanted too: the age has to follow at once.
_PLACES = (
    r"titres?|formations?|habilitations?|inscriptions?|services?|[ée]tablissements?|structures?|cabinets?"
    r"|cliniques?|h[ôo]pital|[ée]coles?|logiciels?|automates?"
)
_AGE_OF_THINGS = re.compile(
    rf"\b(?:(?:{_THINGS})\b[^.,;:!?()\n]{{0,50}}?|(?:{_PLACES})(?: ouverte?s?| existant| a| ont| de)? ?)"
    r"\b(?:(?:moins|plus) de|entre \d\d et) ?\d\d ans\b"
)
# Whom a sex or an age is said of without being a criterion.
_CARED_FOR = re.compile(
    r"patient|enfant|adolescent|nourrisson|jeunes|personnes|resident|usager|public|population|adulte"
    r"|mineur|assure|beneficiaire|consultant|eleve|etudiant|vaccin|depistage|senior|detenu"
    r"|age moyen|existe|experience|dedie|accueil|sujet|suivies?\b"
)
_WANTED = r"(?:recherch\w+|recrut\w+|souhait\w+|engage\w*|embauch\w+|candidat\w*|profil|vous etes)"
_SEX_IN_TITLE = [r"(?:^|[,;:(\[–—/-])\s*(?:une? )?(?:jeune )?(?:femme|homme)\b"]
_SEX = [
    r"\b(?:femmes?|hommes?) (?:uniquement|exclusivement|seulement|exige\w*|souhaite\w*)",
    r"(?<!aux )(?<!des )(?<!les )(?<!chez )\b(?:femmes?|hommes?) de (?:moins|plus) de",
    r"\b(?:uniquement|exclusivement|seulement) (?:des |une? |les )?(?:femmes?|hommes?)\b",
    r"\breserve\w* (?:a une?|a des|a|aux) (?:femmes?|hommes?)\b",
    _WANTED + r"\s+(?:une? |des )?(?:jeunes? )?(?:femmes?|hommes?)\b",
    r"\b(?:candidat\w*|profil|personnel) (?:de sexe )?(?:feminin|masculin)",
    _WANTED + r"[^.;]{0,40}\bde sexe (?:feminin|masculin)",
]
_YEARS = r"\d\d ans\b(?!\s*(?:d['’]|de (?:pratique|metier|service|carriere)|au (?:moins|minimum)))"
_AGE_IN_TITLE = [
    rf"\b(?:moins|plus) de {_YEARS}",
    rf"\bentre \d\d et {_YEARS}",
    r"\b\d\d ans (?:maximum|max|maxi|minimum|min|mini)\b",
    rf"\b(?:de|agee?s?) \d\d (?:a|-) {_YEARS}",
]
_AGE = [
    r"\b(?:age (?:maximum|maximal|limite)|limite d['’]age)\b",
    rf"{_WANTED}[^.;]{{0,40}}\b(?:(?:moins|plus) de|entre \d\d et) ?{_YEARS}",
    rf"\bagee?(?:\(e\))?s? (?:de (?:moins|plus) de|d['’]au (?:moins|plus)|entre \d\d et) {_YEARS}",
]
_OTHERS = {
    _("origin"): [
        r"\bnationalite francaise (?:exigee|obligatoire|requise|uniquement|souhaitee)",
        r"\bfrancais(?:e)? de souche\b",
        r"\borigine (?:francaise|europeenne|africaine|maghrebine) (?:exigee|requise|souhaitee|uniquement)",
    ],
    _("family situation"): [
        _WANTED + r"[^.;]{0,30}\b(?:celibataire|mariee?s?|sans enfants?)\b",
        r"\b(?:sans|pas de) projet de grossesse\b",
        r"\bnon enceinte\b",
    ],
    _("religion"): [
        _WANTED + r"[^.;]{0,30}\b(?:catholique|protestante?|musulmane?|juif|juive|athee|croyante?)\b",
    ],
    _("appearance"): [r"\b(?:physique agreable|belle apparence|bonne presentation physique)\b"],
    _("union membership"): [r"\bnon[- ]syndiquee?"],
}


def forbidden_criteria(text: str) -> list[str]:
    """Names of the criteria that this wording sets, for people."""
    composed = unicodedata.normalize("NFC", text.lower())
    plain = _HARMLESS.sub(" ", _folded(_AGE_OF_THINGS.sub(" ", composed)))
    short = len(plain) <= TITLE_LENGTH
    found = []
    if _said(_SEX + (_SEX_IN_TITLE if short else []), plain):
        found.append(str(_("sex")))
    if _said(_AGE + (_AGE_IN_TITLE if short else []), plain, before=60):
        found.append(str(_("age")))
    return found + [
        str(name) for name, patterns in _OTHERS.items() if _said(patterns, plain, cared_for=False)
    ]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(plain.replace("œ", "oe").split())


def _said(patterns: list[str], text: str, before: int = 0, *, cared_for: bool = True) -> bool:
    """Whether one of them is there, unless it (or the words `before` it) speaks of those cared for."""
    return any(
        not (cared_for and _CARED_FOR.search(text[max(0, match.start() - before) : match.end()]))
        for pattern in patterns
        for match in re.finditer(pattern, text)
    )
