"""Numbers, units, references, places, hyphens and abbreviations as they are written, on every engine."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis.synonyms import synonyms
from search.analysis.words import is_stop_word, tokens

from .conftest import EVERY_ENGINE, SERVER_ENGINES, make_engine, removed
from .library import AIDE, DOCUMENTS, PUBLIC, index, make_document, result_ids, search

MILLIGRAMS, GLUED, HALF_GRAM, TWO_GRAMS, RANGE, CROWD, ARTICLE, LAW, ACTION = range(201, 210)
LANNION, ALSACE, SELF, TELE, OEDEMA, MIXED, MK, SSR, SMR, NURSING, INITIAL = range(210, 221)
AFTER, JOINED, HOURS, WEEKEND, BABIES = range(221, 226)

PAGES = [
    make_document("news", MILLIGRAMS, "Amoxicilline 500 mg", "", "Deux prises."),
    make_document("news", GLUED, "Céfalexine", "", "Une gélule de 500mg matin et soir."),
    make_document("news", HALF_GRAM, "Métamizole", "", "Une dose de 0,5 g, jamais deux."),
    make_document(
        "news", TWO_GRAMS, "Céfazoline avant l’incision", "", "Une dose de 2 g, trente minutes avant."
    ),
    make_document(
        "news",
        RANGE,
        "Rivaroxaban et repas",
        "",
        "Aux dosages de 15 et 20 mg, un repas. Deux boîtes de 500.",
    ),
    make_document(
        "thread", CROWD, "Sans médecin traitant", "", "Un confrère part, 1 400 personnes attendent."
    ),
    make_document(
        "news", ARTICLE, "Ce que dit le code", "", "Selon l’article L. 4311-15 et l’article R4312-1."
    ),
    make_document("job", LAW, "Collaboration", "Collaboration libérale (loi 2005-882 art. 18)", "Trois ans."),
    make_document("training", ACTION, "Réhabilitation respiratoire", "DPC · 99998731006 · Saint-Étienne", ""),
    make_document(
        "job", LANNION, "Poste au Trégor", "Côtes-d’Armor · 22 · Bretagne · Lannion · 22300 · CHB-0412", ""
    ),
    make_document("job", ALSACE, "Poste au vignoble", "Bas-Rhin · 67 · Grand Est · Haguenau", ""),
    make_document("news", SELF, "L’automesure de la glycémie", "", ""),
    make_document("news", TELE, "Télé-expertise en dermatologie", "", ""),
    make_document("news", OEDEMA, "Œdème du cou", "", "Sœur et cœur : l’œsophage."),
    make_document("job", MIXED, "Infirmier·ère ou infirmier(e)s", "", "Pharmacien.ne, directeur/trice."),
    make_document("job", MK, "Cabinet de ville", "", "Nous cherchons un MK à mi-temps."),
    make_document("job", SSR, "Poste en SSR", "", ""),
    make_document("job", SMR, "Poste en SMR", "", ""),
    make_document("news", INITIAL, "Bérénice M. raconte", "", "Un an de plus."),
    make_document("news", AFTER, "Suivi post-opératoire", "", "En télé-consultation."),
    make_document("news", JOINED, "Douleur postopératoire", "", "La téléconsultation du lendemain."),
    make_document("job", HOURS, "Vacations", "", "Contrat de 35 heures, un week-end sur deux."),
    make_document("job", WEEKEND, "Gardes", "", "Ni nuit ni weekend ; 35h réparties sur quatre jours."),
    make_document("job", BABIES, "Puériculteur en néonatologie", "Infirmier · Infirmiers", ""),
    make_document("job", NURSING, "Poste de jour", "", "Il travaille as usual ; le mk2 passe un film."),
]


@pytest.fixture(scope="module", params=EVERY_ENGINE)
def pages(request, tmp_path_factory):
    engine = make_engine(request.param, tmp_path_factory.mktemp("pages"))
    engine.rebuild().commit()
    index(engine, *DOCUMENTS, *PAGES)
    yield engine
    removed(engine)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # numbers and units
        *(
            (typed, {MILLIGRAMS, GLUED, HALF_GRAM})
            for typed in ("500 mg", "500mg", "500 MG", "0,5 g", "0.5g")
        ),
        ("2 g", {TWO_GRAMS}),
        ("2g", {TWO_GRAMS}),
        ("2000 mg", {TWO_GRAMS}),
        ("céfazoline 2 g", {TWO_GRAMS}),
        ("rivaroxaban 15 mg", {RANGE}),
        ("1400 personnes", {CROWD}),
        ("1 400 personnes", {CROWD}),
        # references
        ("L. 4311-15", {ARTICLE}),
        ("L4311-15", {ARTICLE}),
        ("article R. 4312-1", {ARTICLE}),
        ("loi 2005-882", {LAW}),
        ("loi n° 2005-882", {LAW}),
        ("99998731006", {ACTION}),
        ("CHB-0412", {LANNION}),
        ("chb 0412", {LANNION}),
        # places
        ("22300", {LANNION}),
        ("poste Trégor", {LANNION}),
        ("alsace", {ALSACE}),
        ("Côtes-d’Armor", {LANNION}),
        ("st étienne", {ACTION}),
        # hyphens
        ("auto-mesure glycémie", {SELF}),
        ("auto‑mesure glycémie", {SELF}),
        ("téléexpertise", {TELE}),
        ("télé expertise", {TELE}),
        *((typed, {AFTER, JOINED}) for typed in ("postopératoire", "post-opératoire", "post opératoire")),
        *(
            (typed, {AFTER, JOINED})
            for typed in ("téléconsultation", "tele consultation", "Télé-consultation")
        ),
        *((typed, {AIDE, HOURS, WEEKEND}) for typed in ("week-end", "weekend", "week end")),
        *((typed, {HOURS, WEEKEND}) for typed in ("35h", "35 h", "35 heures")),
        # each part of a word with a hyphen means what rules say of it
        ("infirmières-puéricultrices", {BABIES}),
        ("IDE-puéricultrice", {BABIES}),
        # ligatures
        ("oedeme du cou", {OEDEMA}),
        ("œsophage", {OEDEMA}),
        ("oesophage", {OEDEMA}),
        ("soeur", {OEDEMA}),
        # short words are as they are written: « ms » is not the plural of « M. »
        ("ms", set()),
        ("m", {INITIAL}),
        ("ans", {LAW}),
        ("an", {INITIAL}),
        # abbreviations, ambiguous ones too
        ("SSR", {SSR, SMR}),
        ("smr", {SSR, SMR}),
        ("mk ville", {MK}),
    ],
)
def test_finds_exactly(pages, typed, wanted):
    response = search(pages, typed)

    assert {hit.pk for hit in response.hits} == wanted
    assert response.corrected == ""


@pytest.mark.parametrize("typed", ["infirmière", "infirmiers", "infirmier·ère", "pharmacienne", "directrice"])
def test_inclusive_texts_are_found(pages, typed):
    assert MIXED in result_ids(pages, typed)


@pytest.mark.parametrize("typed", ["AS", "MK", "masseur kiné", "aide soignant"])
def test_ambiguous_acronyms_do_not_flood(pages, typed):
    assert NURSING not in result_ids(pages, typed)
    assert 0 < len(result_ids(pages, typed)) <= 3


# --- Right words are left alone ----------------------------------------------------------------------------

WORDS = sorted(
    {
        word
        for document in [*DOCUMENTS, *PAGES]
        if document.access & PUBLIC
        for text in (document.title, document.keywords, document.body)
        for word in tokens(text)
        if not is_stop_word(word)
    }
)
KNOWN = sorted(" ".join(name) for name in synonyms().by_words)

quiet = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quiet
@given(typed=st.lists(st.sampled_from(WORDS) | st.sampled_from(KNOWN), min_size=1, max_size=4))
def test_a_right_query_is_never_corrected(pages, typed):
    assert search(pages, " ".join(typed)).corrected == ""


PLAIN = [
    ("{0}*", "{0}"),
    ("({0})", "{0}"),
    ("+{0}", "{0}"),
    ('"{0}', "{0}"),
    ("« {0}", "{0}"),
    ("- {0}", "{0}"),
    ("{0} -", "{0}"),
    ("{0}~", "{0}"),
    ("title:{0}", "title {0}"),
    ("{0} AND {1}", "{0} and {1}"),
    ("{0} && {1}", "{0} {1}"),
    ("{0} | {1}", "{0} {1}"),
    ("[{0} TO {1}]", "{0} to {1}"),
    ("NOT {0}", "not {0}"),
]


@quiet
@given(operator=st.sampled_from(PLAIN), words=st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)))
def test_operators_of_other_systems_are_plain_text(pages, operator, words):
    typed, plain = (text.format(*words) for text in operator)

    assert result_ids(pages, typed) == result_ids(pages, plain)


# --- What a search costs a server ---------------------------------------------------------------------------


@pytest.mark.parametrize("pages", SERVER_ENGINES, indirect=True)
@pytest.mark.parametrize(
    ("typed", "requests"),
    [("infirmier nuit", 1), ("kinsithérapeute", 3), ("anesthésite blok", 3), ("xqzw", 1)],
)
def test_a_search_asks_a_server_once_and_a_correction_twice_more(pages, typed, requests, monkeypatch):
    asked = []
    perform = pages.client.transport.perform_request
    monkeypatch.setattr(
        pages.client.transport,
        "perform_request",
        lambda *args, **options: asked.append(args) or perform(*args, **options),
    )

    search(pages, typed, facets=("kind", "profession"))

    assert len(asked) == requests
