"""Pages for tests: title, slug and id always differ, so that a mix-up cannot pass."""

from collections.abc import Iterable
from typing import Any

import factory
from wagtail.models import Page

from taxonomy.models import Department, Profession, Theme

from .models import HomePage, StandardPage


class PageFactory(factory.Factory):
    """Adds a live page below `parent`: a page, or the only page of the model `_parent_model`.

    `professions`, `themes` and `departments` are given by slug.
    """

    class Meta:
        abstract = True

    _parent_model: type[Page] = HomePage
    slug = factory.Sequence(lambda n: f"adresse-{n * 7 + 1000}")
    live = True

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **fields: Any) -> Page:
        parent = fields.pop("parent", None) or cls._parent_model.objects.get()
        relations = {name: fields.pop(name) for name in ("sessions",) if name in fields}
        vocabulary = {
            "professions": _by_slug(Profession, fields.pop("professions", ())),
            "departments": _by_slug(Department, fields.pop("departments", ())),
            "themes": _by_slug(Theme, fields.pop("themes", ())),
        }
        page = model_class(*args, **fields)
        for name, values in vocabulary.items():
            if values:
                getattr(page, name).set(values)
        for name, values in relations.items():
            setattr(page, name, values)
        return parent.add_child(instance=page)


def _by_slug(model: type, slugs: Iterable[str]) -> list:
    slugs = list(slugs)
    rows = list(model.objects.filter(slug__in=slugs))
    if len(rows) != len(slugs):
        raise ValueError(f"Unknown {model.__name__}: {set(slugs) - {row.slug for row in rows}}")
    return rows


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage

    title = factory.Sequence(lambda n: f"Page ordinaire {n}")
