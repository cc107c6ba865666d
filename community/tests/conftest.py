import pytest
from django.core.cache import caches
from django.test import Client

from community.factories import MemberFactory


@pytest.fixture(autouse=True)
def _fresh_counts():
    """The audience line keeps counts for some minutes; ids come again in the next test."""
    caches["process"].clear()


@pytest.fixture
def sign_in():
    """sign_in(user) → a client of theirs."""

    def signed_in(user, **kwargs) -> Client:
        client = Client(**kwargs)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def nurse():
    return MemberFactory(professions=["infirmier"])


@pytest.fixture
def physician():
    return MemberFactory(professions=["medecin"])


@pytest.fixture
def manager():
    return MemberFactory(professions=["medecin"], manager=True)
