"""Which words are one: the tables of families and of words apart, and what the rules make of other words."""

from collections import Counter

import pytest

from search.analysis.families import family_of, plural
from search.analysis.words import data_lines, fold

pytestmark = pytest.mark.database_free

FAMILIES = [line.split("\t")[1].split() for line in data_lines("families.tsv")]
APART = [tuple(line.split("\t")) for line in data_lines("apart.tsv")]


def token(word: str) -> str:
    return family_of(word) or fold(word)


def test_the_tables_are_large_enough_and_name_each_word_once():
    assert len(FAMILIES) >= 300
    assert len(APART) >= 100
    assert max(Counter(word for family in FAMILIES for word in family).values()) == 1


def test_a_family_is_one_token_with_or_without_accents_and_in_the_plural():
    for family in FAMILIES:
        written = {form for word in family for form in (word, plural(word), fold(word), fold(plural(word)))}
        assert {token(form) for form in written} == {token(family[0])}, family


def test_families_are_told_apart():
    tokens = Counter(token(family[0]) for family in FAMILIES)
    assert [one for one, times in tokens.items() if times > 1] == []


def test_words_that_look_alike_are_apart():
    for one, other in APART:
        assert token(one) != token(other), (one, other)
        if not one.endswith(("er", "ir")):
            assert token(plural(one)) == token(one) or plural(one) == other, (one, other)


@pytest.mark.parametrize(
    "family",
    [
        # disciplines that the table does not name
        "vénérologue vénérologie vénérologique",
        "microbiologiste microbiologie microbiologique",
        "kinésithérapeutes kinesitherapie",
        "luminothérapeute luminothérapie luminothérapeutique",
        "pédopsychiatres pédopsychiatrie pedopsychiatrique",
        "maïeuticien maïeuticienne maïeutique",
        "radiophysicien radiophysique",
        "pédodontiste pédodontie",
        "perfusionniste perfusion",
        "microchirurgien microchirurgie microchirurgical",
        # persons
        "masseur masseuse masseurs",
        "recruteuse recruteur",
        "instructrice instructeur",
        "infirmieres infirmière infirmiers",
        "brancardière brancardier brancardiers",
        # acts
        "déprescrire déprescription",
        "inhaler inhalation inhalateur",
        "aspirer aspiration aspirateur",
        "verticaliser verticalisation verticalisateur",
        "nébuliser nébulisation nébuliseur",
        "habiller habillage",
        "repérer repérage",
        "circuler circulation circulatoire",
        "communiquer communication",
        "suffoquer suffocation",
        "identifier identification",
        "émotion émotionnel émotionnelle",
        "harceler harcèlement",
        # conditions
        "trachéotomie trachéotomisé trachéotomisée",
        "acidose acidotique",
        "hémolyse hémolytique",
        "narcolepsie narcoleptique",
        "prophylaxie prophylactique",
        "dyspnée dyspnéique",
        "emphysème emphysémateux emphysémateuse",
        "symptôme symptomatique",
        "leucocyte leucocytaire",
        "mortalité mortalite",
        "précaire précarité",
        "scolaire scolarisation scolarité",
        "notaire notariat",
        "disponible disponibilité",
        "hémostase hémostatique",
        "paroxysme paroxysmal paroxysmale",
        "investigation investigateur investiguer",
        "exécution exécuter",
        "fonctionnement fonctionnel fonction",
        "fertilités fertilite",
        # plurals
        "vidéo vidéos",
        "radio radios",
        "tissu tissus",
        "revenu revenus",
        "appui appuis",
        "abus abuser",
        "refus refuser",
        # short words and their plurals
        "os",
        "lit lits",
        "cas",
        "âgé âgés âgée âgées",
    ],
)
def test_rules_hold_for_words_that_no_table_names(family):
    assert len({token(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair",
    [
        "praticien pratique",
        "message messe",
        "observatoire observation",
        "rationnel ration",
        "opérationnel opération",
        "cheveux cheval",
        "encéphalite encéphale",
        "amygdalite amygdale",
        "conjonctivite conjonctive",
        "carie car",
        "sel selle",
        "IDE idée",
        "publication public",
        "informatique informer",
        "diplomatique diplôme",
        "hypoglycémie hyperglycémie",
        "b12 b1",
        "t3 t4",
    ],
)
def test_rules_leave_these_apart(pair):
    one, other = pair.lower().split()
    assert token(one) != token(other)
