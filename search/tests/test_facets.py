"""Labels of facets: kept for a minute, never older than an edit in the same process."""

import pytest
from django.utils.translation import override

from search.facets import facet_value_names, facets, labels
from taxonomy.models import Profession

pytestmark = pytest.mark.django_db


def test_an_edited_label_shows_at_once_in_every_language():
    """The admin that edits may speak another language than the site."""
    edited, facet = Profession.objects.get(slug="infirmier"), facets()["profession"]

    def shown(language: str) -> tuple[str, bool]:
        with override(language):
            return labels(facet)["infirmier"], "Soignant" in facet_value_names(facet)["infirmier"]

    before = (edited.label, False)
    assert [shown("fr"), shown("en")] == [before, before]
    edited.label = "Soignant"
    with override("en"):
        edited.save()
    assert [shown("fr"), shown("en")] == [("Soignant", True)] * 2
