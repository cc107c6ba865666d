"""Tracks changes by signals, for models that are saved in many places (Wagtail's admin, imports, commands).

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

# Fields of a page on which the pages below it depend.
PLACE_FIELDS = ("url_path", "live")
# Fields that Wagtail saves with a draft or a lock.
DRAFT_FIELDS = frozenset(
    {"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"}
    | {"locked", "locked_at", "locked_by"}
)

_page_kinds: dict[type[Page], str] = {}


def track(model: type[Model], kind: str, pk_of: Callable[[Any], int] = lambda instance: instance.pk) -> None:
    """Records every save and delete of `model` as a change of the object `pk_of(instance)` of `kind`."""
    track_related(model, kind, lambda instance: [pk_of(instance)])


def track_related(
    model: type[Model], kind: str, resolve: Resolve, *, ignored: frozenset[str] = frozenset()
) -> None:
    """Records every save and delete of `model` as a change of the objects of `kind` that `resolve` returns.

    Before a deletion, `resolve` is called while relations can still be followed. `None` among its pks is
    ignored (a relation that is not set), and so is a save of `ignored` fields only.
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
    """Records changes of a many-to-many relation as changes of the `kind` objects on its `model` side."""

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
    """The pks of the `model` objects that the relation links to `instance`."""
    names = {field.related_model: field.attname for field in through._meta.fields if field.is_relation}
    rows = through._default_manager.filter(**{names[type(instance)]: instance.pk})
    return list(rows.values_list(names[model], flat=True))


def track_pages(model: type[Page], kind: str) -> None:
    """Records all changes of pages of `model`, and of pages above them, as changes of `kind`.

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
    """Marks a page whose path or state changes and that has pages below, which change with it."""
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
