"""Loads the vocabulary from `taxonomy/data/*.tsv`. Each file's first line names its source.

Idempotent: codes and labels follow the files; what people edit (themes) is created once, then left alone.
"""

from django.db import models, transaction

from .models import ContractType, Department, Profession, Region, Role, RomeCode, Specialty, Theme
from .tables import read_table


def _upsert(model: type[models.Model], key: str, objects: list) -> None:
    """What is new is created at once; what changed is saved row by row: search follows signals."""
    fields = [f for f in model._meta.concrete_fields if not f.primary_key and f.name != key]
    known = model._default_manager.in_bulk(field_name=key)
    new = [one for one in objects if getattr(one, key) not in known]
    names = [field.name for field in fields]
    model._default_manager.bulk_create(new, update_conflicts=True, unique_fields=[key], update_fields=names)
    for one in objects:
        row = known.get(getattr(one, key))
        if row is not None and any(_value(field, row) != _value(field, one) for field in fields):
            one.pk = row.pk
            one.save(force_update=True)


def _value(field: models.Field, row: models.Model) -> object:
    """As the database holds it: files hold text only."""
    return field.to_python(getattr(row, field.attname))


def _ids(model: type[models.Model]) -> dict[str, int]:
    return dict(model.objects.values_list("code", "pk"))


@transaction.atomic
def load_vocabulary() -> None:
    """Creates what is missing, updates codes and labels: few queries, and a save for each changed row."""
    _upsert(Profession, "code", [Profession(**row) for row in read_table("professions")])
    _upsert(Role, "code", [Role(**row) for row in read_table("roles")])
    _upsert(Region, "code", [Region(**row) for row in read_table("regions")])
    _upsert(ContractType, "slug", [ContractType(**row) for row in read_table("contract_types")])
    professions, regions = _ids(Profession), _ids(Region)
    _upsert(
        Department,
        "code",
        [Department(region_id=regions[row.pop("region")], **row) for row in read_table("departments")],
    )
    _upsert(Specialty, "code", [_specialty(row, professions) for row in read_table("specialties")])
    _load_rome_codes(professions)
    Theme.objects.bulk_create(
        [Theme(status=Theme.Status.CURATED, **row) for row in read_table("themes")], ignore_conflicts=True
    )


def _specialty(row: dict[str, str], professions: dict[str, int]) -> Specialty:
    return Specialty(
        profession_id=professions[row.pop("profession")],
        merged_codes=row.pop("merged_codes").split(),
        **row,
    )


def _load_rome_codes(professions: dict[str, int]) -> None:
    rows = list(read_table("rome_codes"))
    _upsert(RomeCode, "code", [RomeCode(code=row["code"], label=row["label"]) for row in rows])
    codes = _ids(RomeCode)
    link = RomeCode.professions.through
    wanted = {(codes[row["code"]], professions[code]) for row in rows for code in row["professions"].split()}
    link.objects.bulk_create(
        [link(romecode_id=rome, profession_id=profession) for rome, profession in sorted(wanted)],
        ignore_conflicts=True,
    )
