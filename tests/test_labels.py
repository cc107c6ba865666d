"""What a row says of a page is found by whoever types it, in one language whoever saved the page."""

import pytest
from django.utils.translation import override

from jobs.factories import JobPageFactory
from jobs.models import JobPage
from search.sources import sources
from trainings.factories import TrainingPageFactory
from trainings.models import TrainingPage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def keywords(kind: str, pk: int) -> list[str]:
    (document,) = sources()[kind].documents([pk])
    return document.keywords.split(" · ")


def training(**options) -> TrainingPage:
    page = TrainingPageFactory(**options)
    page.save()
    return page


@pytest.mark.parametrize(
    ("name", "label"),
    [("ELEARNING", "E-learning"), ("VIRTUAL", "Classe virtuelle"), ("ONSITE", "En présentiel")],
)
def test_a_training_is_found_by_its_format(name, label):
    page = training(format=TrainingPage.Format[name])
    assert label in keywords("training", page.pk)


def test_a_training_is_found_by_who_pays_for_it_and_not_by_a_common_word():
    payers = TrainingPage.Funding
    page = training(funding=[payers.FIF_PL, payers.PERSONAL])
    assert "FIF-PL" in keywords("training", page.pk)
    assert str(payers.PERSONAL.label) not in keywords("training", page.pk)


def test_an_offer_is_found_by_its_working_time():
    page = JobPageFactory(working_time=JobPage.WorkingTime.PART)
    assert "Temps partiel" in keywords("job", page.pk)


def test_what_is_found_does_not_depend_on_the_language_of_who_saved_it():
    page = training(format=TrainingPage.Format.VIRTUAL)
    french = keywords("training", page.pk)
    with override("en"):
        assert keywords("training", page.pk) == french
