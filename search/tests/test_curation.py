"""What editors add is in force in every process, and nowhere else."""

import pytest

from search.assist import curation
from search.models import IndexState, SynonymRule
from search.query.plan import build_plan
from search.query.text import parse_text

pytestmark = pytest.mark.django_db


def other_words(text: str) -> set[str]:
    """What is looked for in the stead of what is typed."""
    curation.refresh()
    return {
        other
        for term in build_plan(parse_text(text)).terms
        for other in (*term.synonyms, *term.synonym_phrases)
    }


def saved_by_another_process(**fields) -> SynonymRule:
    rule = SynonymRule(**fields)
    SynonymRule.objects.bulk_create([rule])  # sends no signal
    IndexState.objects.update_or_create(pk=1, defaults={"curation": 7})
    return rule


def test_words_of_a_group_stand_for_each_other():
    SynonymRule.objects.create(words="mal de dos\nlombalgie")
    assert "mal de dos" in other_words("lombalgie")
    assert "lombalgie" in other_words("mal de dos")
    assert "lombalgie" in other_words("maux mal de dos")


def test_a_one_way_rule_works_one_way():
    SynonymRule.objects.create(words="bobologie", also="soins infirmiers\npansement")
    assert {"soins infirmiers", "pansement"} <= other_words("bobologie")
    assert "bobologie" not in other_words("pansement")


def test_an_acronym_counts_in_capitals_only():
    SynonymRule.objects.create(words="AS\nauxiliaire de soins")
    assert "auxiliaire de soins" in other_words("AS")
    assert other_words("as de nuit") == set()


def test_the_rules_of_the_files_stay_in_force_beside_it():
    before = other_words("HTA")
    SynonymRule.objects.create(words="HTA\ntension trop haute")
    assert other_words("HTA") == before | {"tension trop haute"}
    SynonymRule.objects.all().delete()
    assert other_words("HTA") == before


def test_a_change_and_a_deletion_are_in_force_at_once_where_they_are_saved():
    rule = SynonymRule.objects.create(words="lombalgie\nlumbago")
    rule.words = "lombalgie\ntour de reins"
    rule.save()
    assert other_words("lombalgie") == {"tour de reins"}
    rule.delete()
    assert other_words("lombalgie") == set()


def test_another_process_learns_of_a_change_within_a_second(monkeypatch):
    assert other_words("lombalgie") == set()
    saved_by_another_process(words="lombalgie\nlumbago")
    assert other_words("lombalgie") == set()
    monkeypatch.setattr(curation, "_checked_at", curation.time.monotonic() - curation.CHECK_EVERY)
    assert other_words("lombalgie") == {"lumbago"}


def test_an_ordinary_search_asks_the_database_nothing(django_assert_num_queries):
    curation.refresh()
    with django_assert_num_queries(0):
        curation.refresh()


def test_a_rolled_back_change_leaves_nothing_behind(monkeypatch):
    from django.db import transaction

    curation.refresh()
    with transaction.atomic():
        SynonymRule.objects.create(words="lombalgie\nlumbago")
        assert other_words("lombalgie") == {"lumbago"}
        transaction.set_rollback(True)
    monkeypatch.setattr(curation, "_checked_at", curation.time.monotonic() - curation.CHECK_EVERY)
    assert other_words("lombalgie") == set()
