import pytest
from django.core.management import call_command

from taxonomy.models import (
    ContractType,
    Department,
    Profession,
    Region,
    Role,
    RomeCode,
    Specialty,
    Theme,
    department_code,
)
from taxonomy.tables import DATA, read_table

pytestmark = pytest.mark.django_db
ALL_MODELS = [Profession, Role, Specialty, Region, Department, RomeCode, ContractType, Theme]


def contents() -> dict:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in ALL_MODELS}


def test_a_migrated_database_holds_the_vocabulary():
    assert Profession.objects.get(code="60").slug == "infirmier"
    assert Profession.objects.count() == 47
    assert Region.objects.get(code="53").departments.count() == 4
    assert ContractType.objects.get(slug="remplacement_liberal").regime == "liberal"


def test_loading_again_changes_nothing():
    before = contents()
    call_command("load_taxonomy")
    assert contents() == before


def test_loading_again_keeps_what_people_edited():
    Theme.objects.filter(slug="douleur").update(name="Douleur aiguë et chronique", synonyms="algologie")
    call_command("load_taxonomy")
    assert Theme.objects.get(slug="douleur").name == "Douleur aiguë et chronique"


def test_loading_repairs_a_label_that_drifted():
    Profession.objects.filter(code="10").update(label="Docteur")
    call_command("load_taxonomy")
    assert Profession.objects.get(code="10").label == "Médecin"


def test_every_data_file_names_its_source():
    for path in DATA.glob("*.tsv"):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name


@pytest.mark.parametrize("table", ["professions", "roles", "specialties", "regions", "departments", "themes"])
def test_slugs_are_ascii_and_unique(table):
    slugs = [row["slug"] for row in read_table(table)]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() and slug.replace("-", "").isalnum() for slug in slugs)


def test_old_and_new_codes_of_a_specialty_are_one_row():
    cardiology = Specialty.objects.get(code="SM73")
    assert cardiology.merged_codes == ["SM04"]
    assert not Specialty.objects.filter(code="SM04").exists()


@pytest.mark.parametrize(
    ("postal_code", "code"),
    [
        ("35000", "35"),
        ("01000", "01"),
        ("20000", "2A"),
        ("20167", "2A"),
        ("20200", "2B"),
        ("20620", "2B"),
        ("97400", "974"),
        ("97133", "977"),
        ("97150", "978"),
        ("98713", "987"),
    ],
)
def test_a_postal_code_gives_its_department(postal_code, code):
    assert Department.objects.for_postal_code(postal_code).code == code


@pytest.mark.parametrize(
    "postal_code", ["", "99999", "00000", "2A000", "7501", "750011", "98000", "٧٥٠٠١", "96000"]
)
def test_what_is_no_postal_code_has_no_department(postal_code):
    assert Department.objects.for_postal_code(postal_code) is None


def test_department_code_ignores_spaces_around():
    assert department_code(" 22000 ") == "22"


def test_rome_codes_lead_to_professions():
    nurse = RomeCode.objects.get(code="J1506")
    assert [profession.slug for profession in nurse.professions.all()] == ["infirmier"]


def test_only_curated_themes_are_listed():
    Theme.objects.create(name="Télé-suivi des plaies", slug="tele-suivi")
    assert not Theme.objects.listed().filter(slug="tele-suivi").exists()
    assert Theme.objects.listed().filter(slug="vaccination").exists()
