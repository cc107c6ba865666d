"""What comes first: each signal of `search.query.ranking`, the same on every engine."""

import pytest

from .library import index, make_document, result_ids

OLD, RECENT, SUBJECT, LABELLED, MENTIONED = 1, 2, 3, 4, 5
# So that words are as rare as in life.
OTHERS = [
    make_document(
        "news", 100 + number, f"Sujet {number}", "Pharmacien", "Un texte qui parle de tout autre chose."
    )
    for number in range(40)
]
MINE = {"profession": ("infirmier",), "region": ("bretagne",)}


@pytest.fixture
def engine(engine):
    index(engine, *OTHERS)
    return engine


def test_a_title_before_labels_before_a_text(engine):
    index(
        engine,
        make_document(
            "news", MENTIONED, "Une journée ordinaire", "Médecin", "On y parle aussi de dialyse.", days_ago=1
        ),
        make_document(
            "news", LABELLED, "Une journée ordinaire", "Dialyse", "On y parle de tout.", days_ago=2
        ),
        make_document(
            "news", SUBJECT, "La dialyse, un jour ordinaire", "Médecin", "On y parle de tout.", days_ago=3
        ),
    )

    assert result_ids(engine, "dialyse") == [SUBJECT, LABELLED, MENTIONED]


def test_many_labels_count_as_much_as_few(engine):
    index(
        engine,
        make_document("job", 1, "Poste", "Infirmier", "", days_ago=2),
        make_document(
            "job",
            2,
            "Poste",
            "Infirmier · Médecin · Rennes · Bretagne · Diabète · Cardiologie",
            "",
            days_ago=1,
        ),
    )

    assert result_ids(engine, "infirmier") == [2, 1]


def test_a_word_of_many_labels_is_not_rare_because_few_titles_hold_it(engine):
    every_profession = "Infirmier · Médecin · Masseur-kinésithérapeute · Sage-femme · Orthophoniste"
    index(
        engine,
        *[
            make_document("job", 200 + number, "Poste", "Infirmier · Assistanat libéral")
            for number in range(20)
        ],
        make_document("job", 1, "Kiné remplaçant à Rennes", "Masseur-kinésithérapeute · Assistanat libéral"),
        make_document("news", 2, "Contrats en exercice libéral", f"{every_profession} · Exercice libéral"),
    )

    for typed in ("mk liberal", "kiné libérale"):
        assert result_ids(engine, typed) == [1, 2], typed


def test_an_acronym_in_small_letters_comes_first_and_hides_nothing(engine):
    index(
        engine,
        make_document("job", 1, "Infirmier de nuit", "Infirmier", "Un poste de nuit.", days_ago=1),
        make_document("job", 2, "Poste de nuit", "Aide-soignant", "Un poste.", days_ago=2),
    )

    assert result_ids(engine, "as nuit") == [2, 1]
    assert result_ids(engine, "nuit")[0] == 1
    assert result_ids(engine, "AS nuit") == [2]


def test_the_word_as_typed_before_other_forms(engine):
    index(
        engine,
        make_document("news", 1, "Les vaccins de l’enfant", days_ago=1),
        make_document("news", 2, "Le vaccin de l’enfant", days_ago=2),
    )

    assert result_ids(engine, "vaccin") == [2, 1]
    assert result_ids(engine, "vaccins") == [1, 2]


def test_the_word_before_what_stands_for_it(engine):
    index(
        engine,
        make_document("news", 1, "HTA et grossesse"),
        make_document("news", 2, "Hypertension artérielle et grossesse"),
    )

    assert result_ids(engine, "HTA")[0] == 1
    assert result_ids(engine, "hypertension artérielle")[0] == 2


def test_words_next_to_each_other_before_words_apart(engine):
    index(
        engine,
        make_document(
            "job", 1, "Poste", "", "Le médecin écrit, le cadre coordonnateur relit, tout va bien.", days_ago=1
        ),
        make_document(
            "job", 2, "Poste", "", "Le médecin coordonnateur écrit, le cadre relit, tout va bien.", days_ago=2
        ),
    )

    assert result_ids(engine, "médecin coordonnateur") == [2, 1]


@pytest.mark.parametrize(("kind", "order"), [("news", [RECENT, OLD]), ("training", [OLD, RECENT])])
def test_news_grow_old_and_trainings_do_not(engine, kind, order):
    """The older one says a little more."""
    index(
        engine,
        make_document(kind, OLD, "Plaies", "", "Des plaies, et encore des plaies.", days_ago=400),
        make_document(kind, RECENT, "Plaies", "", "Des plaies et tout le reste.", days_ago=1),
    )

    assert result_ids(engine, "plaies", decaying_kinds=("news", "job")) == order


def test_freshness_does_not_put_a_mention_before_the_subject(engine):
    index(
        engine,
        make_document("news", SUBJECT, "La dialyse à domicile", days_ago=400),
        make_document(
            "news", MENTIONED, "Une journée ordinaire", "", "On y parle aussi de dialyse.", days_ago=1
        ),
    )

    assert result_ids(engine, "dialyse", decaying_kinds=("news",)) == [SUBJECT, MENTIONED]


def test_an_answered_thread_before_one_without_answer(engine):
    index(
        engine,
        make_document("thread", 1, "Escarre du talon", days_ago=1),
        make_document("thread", 2, "Escarre du talon", days_ago=9, answered=True),
        make_document("thread", 3, "Une question", "", "Une escarre du talon.", days_ago=1, answered=True),
    )

    assert result_ids(engine, "escarre talon") == [2, 1, 3], "an answer outweighs no words"


OFFERS = [
    make_document("job", 1, "Infirmier de nuit", days_ago=1, profession=("medecin",), region=("corse",)),
    make_document("job", 2, "Infirmier de nuit", days_ago=2, profession=("infirmier",), region=("corse",)),
    make_document("job", 3, "Infirmier de nuit", days_ago=3, profession=("infirmier",), region=("bretagne",)),
    make_document(
        "news", 4, "Infirmier de nuit", days_ago=4, profession=("infirmier",), region=("bretagne",)
    ),
    make_document(
        "job", 5, "Poste", "", "Un infirmier, la nuit.", profession=("infirmier",), region=("bretagne",)
    ),
]


def test_offers_of_my_profession_and_region_come_first(engine):
    index(engine, *OFFERS)

    mine = result_ids(engine, "infirmier nuit", preferred=MINE, preferring_kinds=("job",))

    assert mine[:3] == [3, 2, 1]
    assert mine[-1] == 5, "a mention stays a mention"
    assert sorted(mine) == [1, 2, 3, 4, 5], "nothing is left out"


def test_a_visitor_prefers_nothing(engine):
    index(engine, *OFFERS)

    assert result_ids(engine, "infirmier nuit") == [1, 2, 3, 4, 5]
    assert result_ids(engine, "infirmier nuit", preferred=MINE) == [1, 2, 3, 4, 5]


def test_my_offers_come_first_by_relevance_only(engine):
    index(engine, *OFFERS)

    newest = result_ids(engine, kinds=("job",), preferred=MINE, preferring_kinds=("job",))

    assert sorted(newest[:2]) == [1, 5] and newest[2:] == [2, 3]


NAMED_BY_LETTER = [
    make_document("news", 1, "Hépatite B : le point", body="Une revue. Elle a changé de nom."),
    make_document("news", 2, "Hépatite C : dépister tôt", body="A distance, puis au centre."),
    make_document(
        "news", 3, "Vaccins du voyageur", body="Contre l’hépatite A, deux doses ; contre la grippe A, une."
    ),
    make_document("news", 4, "Sang du groupe O", body="Les groupes A, B et AB attendent."),
    make_document("news", 5, "Escarre de stade 3", body="Deux semaines. Au stade 2, un pansement suffit."),
    make_document("news", 6, "Escarre de stade 4", body="Trois équipes, 3 patients, un stade avancé."),
    make_document("news", 7, "Diabète de type 2", body="Et le diabète de type 1 ?"),
    make_document("news", 8, "Déficit en facteur V", body="Classe II, grade 2."),
    make_document("news", 9, "Quel type de pansement ?", "Type", "2 fois par jour, 2 semaines, page 2."),
    make_document(
        "news", 10, "Une journée ordinaire", body=f"{'On y parle de tout. ' * 20} Le type 2 aussi."
    ),
    make_document(
        "news", 11, "Quelle classe, quel stade, quel grade ?", body="Le 2 mars, ou le 3, à 2 heures."
    ),
    make_document("news", 12, "La coagulation", body="Facteurs V et VIII, types 1 et 2, stades I et II."),
]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hépatite A", 3),
        ("hepatite a", 3),
        ("hépatite B", 1),
        ("hépatites c", 2),
        ("grippe A", 3),
        ("groupe A", 4),
        ("groupe O", 4),
        ("stade 3", 5),
        ("stade 2", 5),
        ("stade 4", 6),
        ("type 2", 7),
        ("facteur V", 8),
        ("classe II", 8),
        ("grade 2", 8),
    ],
)
def test_a_letter_or_a_number_that_names_the_thing_counts(engine, typed, first):
    index(engine, *NAMED_BY_LETTER)

    assert result_ids(engine, typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "together", "apart"),
    [
        ("type 2", {7, 10, 12}, {9}),
        ("diabète type 2", {7}, set()),
        ("stade 2", {5, 12}, {11}),
        ("stade 3", {5}, {6, 11}),
        ("grade 2", {8}, {11}),
        ("classe II", {8}, {11}),
        ("facteur V", {8, 12}, set()),
    ],
)
def test_a_number_that_stands_elsewhere_comes_after_it(engine, typed, together, apart):
    index(engine, *NAMED_BY_LETTER)
    ids = result_ids(engine, typed)
    assert set(ids[: len(together)]) == together
    assert set(ids[len(together) :]) == apart


def test_who_names_one_kind_does_not_find_the_others(engine):
    index(engine, *NAMED_BY_LETTER)

    assert result_ids(engine, "hépatite A") == [3]
    assert set(result_ids(engine, "hépatite")) == {1, 2, 3}
