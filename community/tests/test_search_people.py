"""Professionals in the search: who is found, by whom, by which words; what changes that."""

import pytest
from django.contrib.auth import user_logged_in
from django.test import RequestFactory
from django.urls import reverse

from community.factories import GroupFactory, MemberFactory, ThreadFactory, verify, viewer_of
from community.search_people import PersonSource
from members import services
from members.access import VISITOR
from members.models import Practice, Profile, User, Verification
from search.models import OutboxRow
from taxonomy.models import Department, Profession, Specialty

pytestmark = pytest.mark.django_db

source = PersonSource()


@pytest.fixture
def colleague():
    """A pharmacist who also practises as a nurse, which nobody has verified."""
    user = MemberFactory(first_name="Solène", last_name="Kerjean", professions=["pharmacien"])
    Profile.objects.create(user=user, town="Quimper", presentation="Je réponds sur la conciliation.")
    practise(user, "pharmacien", "finistere")
    practise(user, "infirmier", "morbihan")
    return user


def practise(user: User, profession: str, department: str) -> Practice:
    return Practice.objects.create(
        user=user,
        profession=Profession.objects.get(slug=profession),
        department=Department.objects.get(slug=department),
    )


def document(user: User):
    return next(source.documents([user.pk]), None)


def waiting(user: User) -> bool:
    """Whether the index is about to hear of this person; then it has heard."""
    rows = OutboxRow.objects.filter(kind="person", object_pk=user.pk)
    return bool(rows.delete()[0])


def test_a_document_holds_what_colleagues_read_and_nothing_else(colleague):
    found = document(colleague)
    assert found.title == "Solène K."
    assert found.body == "Je réponds sur la conciliation."
    assert found.access == {"pro", "manager"}
    assert found.facets == {
        "profession": ("pharmacien",),
        "region": ("bretagne",),
        "department": ("finistere",),
        "location": ("29", "29232"),
    }
    for word in ("Pharmaciens", "Quimper", "Finistère", "29", "Bretagne"):
        assert word in found.keywords
    everything = f"{found.title} {found.keywords} {found.body}"
    for secret in (colleague.email, "Kerjean", "Infirmier", "Morbihan"):
        assert secret not in everything


def test_specialties_are_words_too(colleague):
    specialty = Specialty.objects.filter(profession__slug="medecin").exclude(synonyms="").first()
    verify(colleague, "medecin")
    Practice.objects.create(user=colleague, profession=specialty.profession, specialty=specialty)
    assert specialty.label in document(colleague).keywords
    assert specialty.label in source.visible([colleague.pk], viewer_of(colleague))[colleague.pk].meta_items


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.verifications.update(state=Verification.State.REVOKED),
        lambda user: user.verifications.update(state=Verification.State.PENDING),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: Profile.objects.filter(user=user).update(findable=False),
        lambda user: User.objects.filter(pk=user.pk).update(first_name="", last_name=""),
    ],
)
def test_who_is_not_to_be_found_has_neither_document_nor_row_nor_page(colleague, nurse, sign_in, change):
    assert document(colleague)
    change(colleague)
    assert document(colleague) is None
    assert source.visible([colleague.pk], viewer_of(nurse)) == {}
    assert sign_in(nurse).get(reverse("community_person", args=[colleague.pk])).status_code == 404


def test_an_account_without_a_profile_is_found(nurse):
    assert document(nurse).title == nurse.display_name


def test_professionals_and_managers_find_and_nobody_else(colleague, nurse, sign_in):
    address = reverse("community_person", args=[colleague.pk])
    manager, member = MemberFactory(manager=True), MemberFactory()
    for user in (nurse, manager):
        assert colleague.pk in source.visible([colleague.pk], viewer_of(user))
        assert source.offered_to(viewer_of(user))
        assert sign_in(user).get(address).status_code == 200
    for viewer in (VISITOR, viewer_of(member)):
        assert source.visible([colleague.pk], viewer) == {}
        assert not source.offered_to(viewer)
    assert sign_in(member).get(address).status_code == 404


def test_a_page_shows_how_the_profession_was_verified_and_only_readable_discussions(
    colleague, nurse, sign_in
):
    shown = ThreadFactory(author=colleague, title="Conciliation à la sortie, qui fait quoi ?")
    secret = ThreadFactory(author=colleague, group=GroupFactory(visibility="secret"))
    response = sign_in(nurse).get(reverse("community_person", args=[colleague.pk]))
    html = response.content.decode()
    assert colleague.verifications.get().get_method_display() in html
    assert shown.title in html
    assert secret.title not in html
    for private in (colleague.email, "Kerjean", "Morbihan"):
        assert private not in html
    assert "noindex" in response["X-Robots-Tag"]


def test_any_number_of_people_takes_a_bounded_number_of_queries(nurse, django_assert_max_num_queries):
    people = [MemberFactory(professions=["medecin", "infirmier"]) for _number in range(12)]
    for user in people:
        practise(user, "medecin", "ain")
    pks = [user.pk for user in people]
    with django_assert_max_num_queries(3):
        assert len(list(source.documents(pks))) == 12
    viewer = viewer_of(nurse)
    with django_assert_max_num_queries(3):
        assert len(source.visible(pks, viewer)) == 12


@pytest.mark.parametrize(
    "change",
    [
        lambda user: verify(user, "infirmier"),
        lambda user: user.verifications.get().delete(),
        lambda user: practise(user, "pharmacien", "ain"),
        lambda user: services.practice_remove(viewer=viewer_of(user), practice_id=user.practices.first().pk),
        lambda user: services.profile_update(
            viewer=viewer_of(user), first_name=user.first_name, last_name=user.last_name, findable=False
        ),
        lambda user: services.user_deactivate(
            viewer=viewer_of(MemberFactory(manager=True)), user_id=user.pk, note="Doublon."
        ),
        lambda user: Profession.objects.get(slug="pharmacien").save(),
    ],
)
def test_what_changes_a_person_reaches_the_index(colleague, change):
    waiting(colleague)
    change(colleague)
    assert waiting(colleague)


def test_an_account_that_goes_leaves_the_index(colleague):
    pk = colleague.pk
    OutboxRow.objects.all().delete()
    colleague.delete()
    assert OutboxRow.objects.filter(kind="person", object_pk=pk).exists()


def test_signing_in_changes_nothing(colleague):
    waiting(colleague)
    user_logged_in.send(User, request=RequestFactory().get("/"), user=colleague)
    assert not waiting(colleague)
