"""What was made for one reader is kept by no cache between, and not shown after signing out."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model

from news.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/recherche/", "/emplois/", "/communaute/", "/compte/", "/nulle-part/"]
)
def test_pages_of_who_is_signed_in_are_theirs(site, index, make_user, client_of, path):
    index()
    kept = client_of(make_user("infirmier")).get(path)["Cache-Control"]
    assert "private" in kept and "no-cache" in kept


def test_reserved_documents_are_for_their_reader(site, make_user, client_of, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = ContentFile(b"%PDF-1.4 protocole", name="protocole.pdf")
    document = get_document_model().objects.create(title="Protocole", file=file)
    NewsPageFactory(audience="verified", body=[("document", {"document": document, "title": "Protocole"})])
    response = client_of(make_user("infirmier")).get(document.url)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]


def test_what_is_the_same_for_everybody_stays_public(site, index, make_user, client_of):
    index()
    assert "public" in client_of(make_user("infirmier")).get("/recherche/flux/")["Cache-Control"]
    assert "public" in Client().get("/emplois/")["Cache-Control"]


def test_signing_out_empties_the_browsers_cache(make_user, client_of):
    client = client_of(make_user("infirmier"))
    assert "Clear-Site-Data" not in client.get("/compte/deconnexion/")
    assert client.post("/compte/deconnexion/")["Clear-Site-Data"] == '"cache"'
