"""Accounts in Wagtail's admin: no user name, signing in by e-mail."""

import pytest

from members.models import User

pytestmark = pytest.mark.django_db

ANSWERS = {
    "email": "Redac@Exemple.test",
    "first_name": "Rose",
    "last_name": "Dac",
    "password1": "correct horse battery staple",
    "password2": "correct horse battery staple",
}


@pytest.fixture
def admin(client_of):
    return client_of(User.objects.create_superuser("admin@exemple.test"))


def test_an_administrator_creates_an_account(admin):
    assert admin.get("/admin/users/").status_code == 200
    assert admin.get("/admin/users/new/").status_code == 200
    assert admin.post("/admin/users/new/", ANSWERS).status_code == 302
    user = User.objects.get(first_name="Rose")
    assert user.email.lower() == "redac@exemple.test"
    assert user.check_password(ANSWERS["password1"])


def test_the_same_address_in_other_letters_is_refused(admin):
    User.objects.create_user("redac@exemple.test")
    response = admin.post("/admin/users/new/", ANSWERS)
    assert response.status_code == 200
    assert User.objects.filter(email__iexact="redac@exemple.test").count() == 1


def test_an_administrator_changes_and_closes_an_account(admin):
    user = User.objects.create_user("redac@exemple.test", first_name="Rose", last_name="Dac")
    address = f"/admin/users/edit/{user.pk}/"
    assert admin.get(address).status_code == 200
    changed = {
        "email": user.email,
        "first_name": "Rosa",
        "last_name": "Dac",
        "password1": "",
        "password2": "",
    }
    assert admin.post(address, changed).status_code == 302
    user.refresh_from_db()
    assert (user.first_name, user.is_active) == ("Rosa", False)


def test_people_are_found_by_name(admin):
    User.objects.create_user("redac@exemple.test", first_name="Rose", last_name="Dac")
    assert b"redac@exemple.test" in admin.get("/admin/users/?q=Dac").content
