"""What search holds of pages: documents, their tokens and words; the rows the database answers with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from home.search import EditorialSource
from jobs.factories import JobPageFactory
from jobs.models import JobPage
from jobs.search_index import source as jobs
from members.access import VISITOR, Viewer
from news.factories import NewsPageFactory
from news.search_index import source as news
from search.documents import Document, fingerprint
from search.facets import facets
from taxonomy.models import Specialty
from trainings.factories import TrainingPageFactory, TrainingSessionFactory
from trainings.search_index import source as trainings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def document(source: EditorialSource, page) -> Document:
    return next(iter(source.documents([page.pk])))


def test_an_offer_is_found_by_every_word_that_people_use():
    offer = JobPageFactory(
        title="Poste de nuit",
        employer="Clinique du Parc",
        reference="CHB-12",
        professions=["infirmier"],
        themes=["geriatrie"],
        contract_slug="remplacement_liberal",
    )
    offer.specialties.set([Specialty.objects.get(slug="geriatrie")])
    offer.save()
    found = document(jobs, offer)
    for word in (
        "Infirmier",
        "Gériatrie",
        "Clinique du Parc",
        "Saint-Brieuc",
        "Bretagne",
        "Remplacement libéral",
        "CHB-12",
    ):
        assert word in found.keywords
    assert found.title == "Poste de nuit (H/F)"
    assert found.facets["contract"] == ("remplacement_liberal",)
    assert found.facets["region"] == ("bretagne",)
    assert found.facets["profession"] == ("infirmier",)
    assert found.date == offer.date


def test_synonyms_of_themes_are_words_too():
    assert "escarre" in document(news, NewsPageFactory(themes=["plaies-et-cicatrisation"])).keywords


def test_an_offer_expires_at_the_end_of_its_last_day():
    day = timezone.localdate() + timedelta(days=3)
    expiry = timezone.localtime(document(jobs, JobPageFactory(closes_on=day)).expires_at)
    assert (expiry.date(), expiry.hour) == (day + timedelta(days=1), 0)


def test_a_course_is_found_by_its_coming_places_and_format():
    course = TrainingPageFactory(
        format="blended",
        kind="du",
        sessions=[
            TrainingSessionFactory(in_days=-3, town="Lyon", postal_code="69001"),
            TrainingSessionFactory(),
        ],
    )
    found = document(trainings, course)
    assert found.facets["format"] == ("mixte",)
    assert found.facets["region"] == ("pays-de-la-loire",)
    assert "Nantes" in found.keywords
    assert "Lyon" not in found.keywords
    assert " DU " in f" {found.keywords} "


def test_facet_values_are_known_labels():
    assert facets()["contract"].choices()["cdi"] == "CDI"
    assert set(facets()["format"].choices()) == {"presentiel", "classe-virtuelle", "e-learning", "mixte"}


@pytest.mark.parametrize(
    ("source", "factory"), [(news, NewsPageFactory), (jobs, JobPageFactory), (trainings, TrainingPageFactory)]
)
class TestEachSource:
    def test_only_what_is_live_has_a_document(self, source, factory):
        draft, live = factory(live=False), factory()
        assert [d.pk for d in source.documents([draft.pk, live.pk, 999_999])] == [live.pk]

    def test_tokens_open_what_the_database_shows(self, source, factory):
        page = factory(audience="professions", professions=["infirmier"])
        assert "pro:60" in document(source, page).access
        assert "public" not in document(source, page).access
        assert not source.visible([page.pk], VISITOR)
        nurse = Viewer(tokens=frozenset({"public", "pro", "pro:60"}))
        assert source.visible([page.pk], nurse)[page.pk].title == page.display_title

    def test_a_document_is_the_same_whenever_it_is_made(self, source, factory):
        page = factory(
            professions=["medecin", "infirmier"],
            themes=["douleur", "vaccination"],
            departments=["ain", "aisne"],
        )
        assert fingerprint(document(source, page)) == fingerprint(document(source, page))

    def test_documents_of_many_pages_cost_what_one_costs(
        self, source, factory, django_assert_max_num_queries
    ):
        pks = [
            factory(professions=["infirmier"], themes=["douleur"], departments=["ain"]).pk for _n in range(6)
        ]
        with django_assert_max_num_queries(9):
            assert len(list(source.documents(pks))) == 6

    def test_rows_of_many_pages_cost_what_one_costs(self, source, factory, django_assert_max_num_queries):
        pks = [factory(professions=["infirmier"]).pk for _n in range(6)]
        with django_assert_max_num_queries(5):
            assert len(source.visible(pks, VISITOR)) == 6


def test_rows_say_what_matters_first():
    offer = JobPageFactory(employer="Clinique du Parc", closes_on=timezone.localdate() + timedelta(days=2))
    row = jobs.visible([offer.pk], VISITOR)[offer.pk]
    assert row.meta_items[:2] == ["Clinique du Parc", "CDI"]
    assert row.place.startswith("Saint-Brieuc")
    assert row.highlight_badge
    assert row.url == offer.url


def test_only_what_closes_soon_is_signalled():
    offers = [
        JobPageFactory(closes_on=timezone.localdate() + timedelta(days=count)) if count else JobPageFactory()
        for count in (0, 30, 6)
    ]
    rows = jobs.visible([offer.pk for offer in offers], VISITOR)
    assert [bool(rows[offer.pk].highlight_badge) for offer in offers] == [False, False, True]


def test_what_is_not_yet_posted_has_no_document():
    offer = JobPageFactory(opens_on=timezone.localdate() + timedelta(days=1))
    assert not list(jobs.documents([offer.pk]))
    assert not JobPage.objects.current().filter(pk=offer.pk).exists()
