"""Who is signed in is asked for each request: what ended a session ends it for the very next page."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.models import User

pytestmark = pytest.mark.django_db

PRIVATE = "/compte/"


@pytest.fixture
def nurse(site, make_user):
    return make_user("infirmier")


@pytest.fixture
def client(nurse, client_of):
    client = client_of(nurse)
    assert client.get(PRIVATE).status_code == 200
    return client


def let_the_session_expire(nurse, client):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))


def delete_the_session(nurse, client):
    Session.objects.all().delete()


def close_the_account(nurse, client):
    User.objects.filter(pk=nurse.pk).update(is_active=False)


def delete_the_account(nurse, client):
    nurse.delete()


def change_the_password_elsewhere(nurse, client):
    nurse.set_password("une autre phrase")
    nurse.save()


def sign_out(nurse, client):
    client.post("/compte/deconnexion/")


ENDINGS = [
    let_the_session_expire,
    delete_the_session,
    close_the_account,
    delete_the_account,
    change_the_password_elsewhere,
    sign_out,
]


@pytest.mark.parametrize("end", ENDINGS)
def test_what_ends_a_session_ends_it_at_once(nurse, client, end):
    end(nurse, client)
    response = client.get(PRIVATE)
    assert response.status_code != 200
    assert nurse.email not in response.content.decode()


def test_a_key_that_was_made_up_is_nobodys(client):
    key = client.cookies["sessionid"].value
    client.cookies["sessionid"] = "x" * len(key)
    assert client.get(PRIVATE).status_code != 200
    client.cookies["sessionid"] = key
    assert client.get(PRIVATE).status_code == 200
