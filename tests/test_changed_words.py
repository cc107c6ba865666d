"""A word of the vocabulary that changes is found at once in all that holds it."""

import pytest

from community.factories import GroupFactory, MemberFactory, PostFactory, ThreadFactory
from jobs.factories import JobPageFactory
from members.models import Practice
from news.factories import NewsPageFactory
from search.models import OutboxRow
from taxonomy.models import ContractType, Department, Profession, Region, Role, Specialty
from taxonomy.vocabulary import load_vocabulary
from trainings.factories import TrainingPageFactory, TrainingSessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def noted() -> set[tuple[str, int]]:
    return set(OutboxRow.objects.values_list("kind", "object_pk"))


def loaded() -> set[tuple[str, int]]:
    OutboxRow.objects.all().delete()
    load_vocabulary()
    return noted()


def test_nothing_is_noted_where_no_word_changed():
    ThreadFactory(asked=["infirmier"])
    NewsPageFactory(professions=["infirmier"])
    assert loaded() == set()


def test_a_renamed_profession_is_noted_for_all_that_holds_it():
    group = GroupFactory(professions=["infirmier"])
    threads = [ThreadFactory(group=group), ThreadFactory(asked=["infirmier"]), ThreadFactory()]
    nurse = Profession.objects.get(slug="infirmier")
    PostFactory(thread=threads[2], position=2, profession=nurse)
    other = ThreadFactory(author=MemberFactory(professions=["medecin"]), asked=["medecin"])
    other.posts.update(profession=None)
    member = MemberFactory(professions=["infirmier"])
    page = NewsPageFactory(professions=["infirmier"])
    Profession.objects.filter(pk=nurse.pk).update(label="Soignante")
    found = loaded()
    assert found >= {("thread", thread.pk) for thread in threads}
    assert found >= {("group", group.pk), ("person", member.pk), ("news", page.pk)}
    assert ("thread", other.pk) not in found


@pytest.mark.parametrize(("model", "code"), [(Department, "35"), (Region, "53")])
def test_a_renamed_place_is_noted_for_all_that_is_there(model, code):
    place = Department.objects.get(code="35")
    member = MemberFactory(professions=["infirmier"])
    nurse = Profession.objects.get(slug="infirmier")
    Practice.objects.create(user=member, profession=nurse, department=place)
    job = JobPageFactory(postal_code="35000")
    training = TrainingPageFactory(sessions=[TrainingSessionFactory(postal_code="35000")])
    elsewhere = JobPageFactory(postal_code="13001")
    news = NewsPageFactory()
    news.departments.add(place)
    news.save()
    model.objects.filter(code=code).update(name="Ailleurs")
    found = loaded()
    assert found >= {("person", member.pk), ("job", job.pk), ("training", training.pk), ("news", news.pk)}
    assert ("job", elsewhere.pk) not in found


def test_a_renamed_contract_and_a_renamed_specialty_are_noted():
    job = JobPageFactory()
    member = MemberFactory(professions=["medecin"])
    specialty = Specialty.objects.get(code="SM73")
    Practice.objects.create(user=member, profession=specialty.profession, specialty=specialty)
    ContractType.objects.filter(pk=job.contract_id).update(label="Autre contrat")
    Specialty.objects.filter(pk=specialty.pk).update(label="Autre spécialité")
    assert loaded() >= {("job", job.pk), ("person", member.pk)}


def test_an_empty_database_is_filled_without_a_save_for_each_row(django_assert_max_num_queries):
    Role.objects.all().delete()
    with django_assert_max_num_queries(40):
        load_vocabulary()
    assert Role.objects.count() > 30
