"""Notes changes of models that are saved from many places (Wagtail's admin, imports, commands).

Called once per model from `<app>/search_index.py`:

    track_pages(TrainingPage, "training")  # save, publish, unpublish, move, slug, delete
    track_related(Session, "training", lambda session: [session.page_id])
    track_related(Theme, "training", lambda theme: theme.trainings.values_list("pk", flat=True))

The row is written while the signal is sent, in the transaction of the save. Code that bypasses signals
(`QuerySet.update`, `bulk_create`) calls `outbox.changed` itself.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page

from .outbox import changed

Resolve = Callable[[Any], Iterable[int]]

# A page's fields that can decide on the pages below it; they name where it is and whether it is published.
PLACE_FIELDS = ("url_path", "live")
# What Wagtail saves with a draft, or with a lock.
DRAFT_FIELDS = frozenset(
    {"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"}
    | {"locked", "locked_at", "locked_by"}
)

_page_kinds: dict[type[Page], str] = {}


def track(model: type[Model], kind: str, pk_of: Callable[[Any], int] = lambda instance: instance.pk) -> None:
    """Every save and delete of `model` is a change of the object `pk_of(instance)` of `kind`."""
    track_related(model, kind, lambda instance: [pk_of(instance)])


def track_related(
    model: type[Model], kind: str, resolve: Resolve, *, ignored: frozenset[str] = frozenset()
) -> None:
    """Every save and delete of `model` changes the objects of `kind` that `resolve(instance)` names.

    On delete it is called before the row goes (its relations can still be followed), inside the transaction.
    `None` among the pks is ignored: a relation that is not set yet. So is a save of `ignored` fields only.
    """

    def note(
        sender: type[Model], instance: Model, update_fields: frozenset[str] | None = None, **kwargs: Any
    ) -> None:
        if update_fields and update_fields <= ignored:
            return
        changed(kind, [pk for pk in resolve(instance) if pk is not None])

    uid = f"search:{model._meta.label}:{kind}:{id(resolve)}"
    post_save.connect(note, sender=model, weak=False, dispatch_uid=uid)
    pre_delete.connect(note, sender=model, weak=False, dispatch_uid=uid)


def track_m2m(through: type[Model], kind: str, model: type[Model]) -> None:
    """Adding to or removing from a many-to-many relation changes the `kind` objects of its `model` side."""

    def note(
        sender: type[Model], instance: Model, action: str, pk_set: set[int] | None, **kwargs: Any
    ) -> None:
        if action not in ("post_add", "post_remove", "pre_clear"):
            return
        if isinstance(instance, model):
            changed(kind, [instance.pk])
        elif pk_set is not None:
            changed(kind, pk_set)
        else:
            changed(kind, _linked(through, model, instance))

    m2m_changed.connect(note, sender=through, weak=False, dispatch_uid=f"search:{through._meta.label}:{kind}")


def _linked(through: type[Model], model: type[Model], instance: Model) -> list[int]:
    """Pks of the `model` objects that the relation table links to `instance`."""
    names = {field.related_model: field.attname for field in through._meta.fields if field.is_relation}
    rows = through._default_manager.filter(**{names[type(instance)]: instance.pk})
    return list(rows.values_list(names[model], flat=True))


def track_pages(model: type[Page], kind: str) -> None:
    """Whatever happens to pages of `model`, or to a page above them, is a change of `kind`.

    Publishing, unpublishing (scheduled too), moving, renaming, copying and aliasing all save the page inside
    a transaction, sometimes as a bare `Page`: a listener on each page model sees them all. Saving a draft
    changes nothing that can be found and is not noted.
    """
    _page_kinds[model] = kind
    for page_model in apps.get_models():
        if issubclass(page_model, Page):
            uid = f"search:{page_model._meta.label}"
            pre_save.connect(_page_saving, sender=page_model, dispatch_uid=uid)
            post_save.connect(_page_saved, sender=page_model, dispatch_uid=uid)
            post_delete.connect(_page_deleted, sender=page_model, dispatch_uid=uid)


def _kind_of(instance: Page) -> str | None:
    specific = instance.specific_class or type(instance)
    return next((kind for model, kind in _page_kinds.items() if issubclass(specific, model)), None)


def _page_saving(
    sender: type[Page], instance: Page, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    """Marks a page with pages below whose place or state changes: it can decide on theirs."""
    if not instance.pk or not instance.numchild:
        return
    if update_fields is not None and update_fields.isdisjoint(PLACE_FIELDS):
        return
    before = Page.objects.filter(pk=instance.pk).values_list(*PLACE_FIELDS).first()
    after = tuple(getattr(instance, name) for name in PLACE_FIELDS)
    instance.__dict__["_search_notes_descendants"] = before != after


def _page_saved(
    sender: type[Page], instance: Page, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if update_fields is not None and update_fields <= DRAFT_FIELDS:
        return
    if kind := _kind_of(instance):
        changed(kind, [instance.pk])
    if instance.__dict__.pop("_search_notes_descendants", False):
        for model, kind in _page_kinds.items():
            changed(kind, model.objects.descendant_of(instance).values_list("pk", flat=True))


def _page_deleted(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    if kind := _kind_of(instance):
        changed(kind, [instance.pk])
