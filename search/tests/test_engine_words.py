"""Which words and spellings are one, through the search of every engine."""

import json
import re
from pathlib import Path

import pytest

from search.analysis.words import data_lines

from .conftest import EVERY_ENGINE, make_engine, removed
from .library import index, make_document, result_ids

FAMILIES = [line.split("\t")[1].split() for line in data_lines("families.tsv")]
APART = [line.split("\t") for line in data_lines("apart.tsv")]
RELATED = [set(line.split("\t")) for line in data_lines("related.tsv")]
CASES = json.loads((Path(__file__).parent / "cases" / "spellings.json").read_text(encoding="utf-8"))
# What a text says; what finds it, each of these; and what does not, though it looks like it.
SPELLINGS = [
    ("Lévothyroxine 75 µg", "75 μg|75 mcg|75µg|75 microgrammes|75 microgramme", "7,5 µg|75 mg"),
    ("Métamizole 500 mg", "500mg|500 milligrammes|0,5 g|0.5g", "50 mg|5 g|500 g"),
    ("Une dose de 0,5 mg", "0.5 mg|0,5mg|500 µg", "5 mg|0,05 mg"),
    ("Sirop, 5 mL", "5 ml|5ml|5 millilitres", "5 mg|50 ml"),
    ("Boire 2 L par jour", "2 l|2L|2 litres|2000 ml", "20 l"),
    ("Perfusion sur 30 min", "30 minutes|30min|30 mn|30mn", "30 heures"),
    ("Lévothyroxine 100 ug", "100 µg|100 microgrammes|0,1 mg|100ug", "10 µg"),
    ("Cholécalciférol 100 000 UI", "100000 UI|100.000 UI|100 000 unités", "10000 UI"),
    ("Particules de 10 µm", "10 μm|10 micromètres", "10 mm"),
    ("TNF-α élevé", "TNFα|TNF alpha|TNFalpha|tnf-alpha", "TNF bêta"),
    ("Garde de 7h30", "7 h 30|7h30", "7h45"),
    ("Au IIe trimestre", "2e trimestre|deuxième trimestre|IIème trimestre", "3e trimestre|IIIe trimestre"),
    ("Chimiothérapie par 5-FU", "5FU|5 FU|5-fu", "6-FU"),
    ("CA 19-9", "CA19-9|CA 19-9", "CA 15-3"),
    ("Endocardite sub-aiguë", "subaiguë|sub aiguë|subaigu", "aiguille"),
    ("Le télésoin", "télé-soin|télé soin", "téléexpertise"),
    ("Soins per-opératoires", "peropératoire|per opératoire", "postopératoire"),
    ("Une bi-thérapie", "bithérapie|bi thérapie", "trithérapie"),
    ("Primo-infection", "primoinfection|primo infection", "surinfection"),
    ("La check-list du bloc", "checklist|check list", ""),
    ("L’entr’aide", "entraide|entr'aide", ""),
    ("Voie i.m.", "intramusculaire|intra-musculaire|IM", "sous-cutanée"),
    ("Injection s.c.", "sous-cutanée|SC|sous-cutané", "IM"),
    ("ﬁèvre jaune", "fièvre|fievre jaune", ""),
    ("Maux de tête", "mal de tête|céphalées|céphalée", "mal de dos"),
    ("Garde de 12 h", "12 heures|12h", "12 min"),
    (
        "Un β-bloquant au long cours",
        "bêta-bloquant|bêtabloquant|beta bloquants|betabloquant",
        "bloquant calcique",
    ),
    ("Un bêtabloquant au long cours", "β-bloquant|beta-bloquants|bêta bloquant", "alpha-bloquant"),
    ("Les β2-mimétiques", "bêta-2-mimétiques|beta2 mimétique|β2 mimétiques", "β3-mimétiques"),
    ("Bilan : γ-GT élevées", "gamma-GT|γGT|gamma GT|GGT", "alpha-GT"),
    ("Déficit en alpha-1-antitrypsine", "α1-antitrypsine|alpha1-antitrypsine", "alpha-2-antitrypsine"),
    ("Oméga-3 et grossesse", "omega 3|ω3|oméga3", "oméga-6"),
    ("Prévention de l’A.V.C.", "AVC|avc|A.V.C", "AIT"),
    ("Dépistage du VIH", "V.I.H.|V.I.H", "VHC"),
    ("Le S.A.M.U. arrive", "SAMU", "SMUR"),
    ("Carence en vitamine B12", "vitamine B 12|B12|B 12|vitamine b12|B-12", "B1|vitamine B 1|B6"),
    ("Vitamine D 3", "vitamine D3", "vitamine D2|vitamine K"),
    ("Dosage de la T4 libre", "T4|T 4", "T3|T 3"),
    ("Covid-19 long", "covid19|COVID 19|covid", "covid-20"),
    ("Covid19 long", "covid|covid-19|Covid 19", "SARS"),
    ("SARS-CoV-2", "SARS-CoV2|sars cov 2", "SARS-CoV-1"),
    ("Codage CIM-10", "CIM10|CIM 10", "CIM-11"),
    ("Un sartan (ARA2)", "ARA II|ARA 2|ARA-2", "ARA3"),
    ("Un ARA II le matin", "ARA2|ara 2", "ARA III"),
    ("Grippe H1N1", "h1n1", "H3N2"),
    ("Mesure du CO2", "CO₂|CO 2", "CO3"),
    ("SpO₂ basse", "SpO2|spo2", "SpO3"),
    ("Leucocytes : 10⁹/L", "10^9|10⁹", "109|10⁸"),
    ("HER2+ confirmé", "HER2+|HER2", "HER3"),
    (
        "Traitement de 1re intention",
        "1ère intention|première intention|1ʳᵉ intention|1ere intention",
        "2e intention",
    ),
    ("Le premier trimestre", "1er trimestre", "2e trimestre|troisième trimestre"),
    ("En 2ème ligne", "deuxième ligne|2e ligne|2ᵉ ligne|seconde ligne", "3e ligne|première ligne"),
    ("Au 3e trimestre", "troisième trimestre|3ème trimestre", "2e trimestre"),
    ("Escarre de stade III", "stade 3|stade iii", "stade 2|stade IV"),
    ("Insuffisance rénale, stade IV", "stade 4|stade iv", "stade 3"),
    ("Diabète de type I", "type 1|type i", "type 2"),
    ("Angine, classe II", "classe 2|classe ii", "classe 1|classe III"),
    ("Déficit en facteur V", "facteur 5|facteur v", "facteur 8"),
    ("Tumeur de grade 2", "grade II|grade ii", "grade III"),
    ("Injection intramusculaire", "IM|injection IM", "SC"),
    ("Voie intraveineuse", "IV|intraveineux", "IM"),
    ("Héparine en sous-cutané", "SC|sous cutanée|souscutané", "IV"),
    ("À prendre per os", "per os|PO|voie orale", "IV"),
    ("Une co-infection", "coinfection|co infection|co-infections", "surinfection"),
    ("Coinfection par le VHC", "co-infection|co infection", "infection nosocomiale"),
    ("Ventilation non-invasive", "non invasive|noninvasive|non invasif", ""),
    ("Une hyper-kaliémie", "hyperkaliémie|hyper kaliémie", "hypokaliémie|hypo-kaliémie"),
    ("Hypoglycémie sévère", "hypo-glycémie|hypo glycémie", "hyperglycémie|hyper-glycémie"),
    ("Réunion inter-professionnelle", "interprofessionnelle|inter professionnel", "intraprofessionnel"),
    ("Lésion intra-cérébrale", "intracérébrale", "extracérébrale"),
    ("Voie sub-linguale", "sublinguale|sub linguale", ""),
    ("Douleur post-opératoire", "postopératoire|post opératoire", "préopératoire"),
    ("Maux de tête", "mal de tête|mal de tete", "mal de dos"),
    ("Les yeux secs", "œil sec|oeil", "oreille"),
    ("Journaux et travaux", "journal|travail", ""),
    ("Genoux douloureux", "genou|genou douloureuse", "coude"),
    ("Amoxicilline/acide clavulanique", "Augmentin|amoxicilline acide clavulanique", "Bactrim"),
    ("Augmentin trois fois par jour", "amoxicilline/acide clavulanique", ""),
    ("Sulfaméthoxazole-triméthoprime", "Bactrim|cotrimoxazole", "Augmentin"),
    ("lʼeczéma de l’enfant", "eczéma|l'eczéma|eczema", ""),
    ("Aujourd’hui en ville", "aujourdhui|aujourd'hui", "hui"),
    ("In\u00adfir\u00admier co\u200bordinateur", "infirmier coordinateur|infirmière", ""),
]


@pytest.fixture(scope="module", params=EVERY_ENGINE)
def words(request, tmp_path_factory):
    """One document for each family, word that is apart, case and spelling."""
    engine = make_engine(request.param, tmp_path_factory.mktemp("words"))
    engine.rebuild().commit()
    families = [make_document("news", 1_000 + n, family[0]) for n, family in enumerate(FAMILIES)]
    apart = [make_document("thread", 3_000 + n, one) for n, (one, _other) in enumerate(APART)]
    cases = [
        make_document("job", 5_000 + n, re.sub(r" \(U\+.*", "", text))
        for n, (text, _finds) in enumerate(CASES)
    ]
    spellings = [
        make_document("training", 6_000 + n, text) for n, (text, _finds, _not) in enumerate(SPELLINGS)
    ]
    assert not index(engine, *families, *apart, *cases, *spellings)
    yield engine
    removed(engine)


def finds(engine, kind: str, typed: str) -> list[int]:
    return result_ids(engine, typed, kinds=(kind,), correct=False, limit=100)


def test_the_words_of_a_family_find_each_other(words):
    missed = [
        (word, family[0])
        for number, family in enumerate(FAMILIES)
        for word in family[1:]
        if 1_000 + number not in finds(words, "news", word)
    ]
    assert not missed


def test_words_that_look_alike_do_not_find_each_other(words):
    confused = [
        (one, other)
        for number, (one, other) in enumerate(APART)
        if not any({one, other} <= line for line in RELATED)
        and (
            3_000 + number not in finds(words, "thread", one)
            or 3_000 + number in finds(words, "thread", other)
        )
    ]
    assert not confused


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number][0])
def test_each_case_finds_its_text(words, number):
    _text, typed = CASES[number]
    assert [one for one in typed if 5_000 + number not in finds(words, "job", one)] == []


@pytest.mark.parametrize("number", range(len(SPELLINGS)), ids=lambda number: SPELLINGS[number][0])
def test_each_spelling_finds_its_text_and_nothing_like_it_does(words, number):
    _text, typed, unlike = SPELLINGS[number]
    assert [one for one in typed.split("|") if 6_000 + number not in finds(words, "training", one)] == []
    assert [
        one for one in filter(None, unlike.split("|")) if 6_000 + number in finds(words, "training", one)
    ] == []


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("rein", "Rénaux"),
        ("rénale", "Les reins"),
        ("coeur", "La cardiologie"),
        ("mal de tête", "Céphalées"),
        ("maux de tête", "Céphalée"),
        ("néphrologue", "Le rein"),
        ("rein", "Néphrectomie"),
    ],
)
def test_related_words_are_found_after_the_word_itself(engine, typed, close):
    assert not index(engine, make_document("news", 1, close), make_document("news", 2, typed))
    assert result_ids(engine, typed, correct=False) == [2, 1]
