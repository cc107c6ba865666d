"""Questions that pages ask again and again: built and compiled once per process instead of once per request.

To build a queryset and compile it costs several times what sending its SQL does: the rules of who may read
are long. The SQL depends only on the *shape* of what is asked: how many values, which roles. So it is
compiled with stand-ins, one for each value, and sent with the values of the request in their places. The
rules stay where they are, in querysets.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

# Shapes kept: some dozens of questions, asked with few numbers of values by few kinds of readers.
MAX_SHAPES = 1024
# Stand-ins are told from what a rule compares with by itself: no constant of the code looks like them.
FIRST_NUMBER = 1_900_000_000
WORD = "\x02stand-in {}\x03"
# As text: SQLite keeps moments as such.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:")

Leaf = int | str


class Divisible(Protocol):
    """What holds values, and can be made again with others in their places."""

    def taken_apart(self) -> tuple[Hashable, list[Any]]:
        """(what decides on the shape of a query, the values in order)"""

    @classmethod
    def put_together(cls, shape: Any, leaves: Iterator[Any]) -> "Divisible": ...


Value = Leaf | None | Sequence[Leaf] | Divisible


def prepared(build: Callable[..., QuerySet], *values: Value, **constants: Hashable) -> list:
    """The rows of the queryset `build(*values, **constants)`.

    `build` hands the values on to filters and looks at them no further than which are None and how many they
    are; it may look at the constants, which are few. It reads no clock finer than the day. The queryset keeps
    no order among the values of a list, and may be asked for one of them twice.
    """
    shapes, leaves = [], []
    for value in values:
        shape, held = taken_apart(value)
        shapes.append(shape)
        leaves += held
    types = tuple(map(type, leaves))
    today = datetime.now(timezone.get_current_timezone()).date()
    question = _question(build, tuple(shapes), types, tuple(constants.items()), today)
    return question.rows(leaves)


def taken_apart(value: Value) -> tuple[Hashable, list[Any]]:
    if value is None:
        return None, []
    if isinstance(value, int | str):
        return Leaf, [value]
    if isinstance(value, list | tuple):
        leaves = padded(value)
        return len(leaves), leaves
    shape, leaves = value.taken_apart()
    # Not `type`: a request's viewer is made at first use, and until then something that stands for it.
    return (value.__class__, shape), leaves


def padded(leaves: Sequence[Any]) -> list[Any]:
    """The last value again, up to a power of two: so that lists of all lengths have few shapes."""
    missing = (1 << (len(leaves) - 1).bit_length()) - len(leaves) if leaves else 0
    return [*leaves, *leaves[-1:] * missing]


def _put_together(shape: Any, leaves: Iterator[Leaf]) -> Value:
    if shape is None:
        return None
    if shape is Leaf:
        return next(leaves)
    if isinstance(shape, int):
        return [next(leaves) for _ in range(shape)]
    kind, own_shape = shape
    return kind.put_together(own_shape, leaves)


@lru_cache(maxsize=MAX_SHAPES)
def _question(build: Callable, shapes: tuple, types: tuple, constants: tuple, day: date) -> "Question":
    stand_ins = [FIRST_NUMBER + n if kind is int else WORD.format(n) for n, kind in enumerate(types)]
    leaves = iter(stand_ins)
    return Question(build(*(_put_together(shape, leaves) for shape in shapes), **dict(constants)), stand_ins)


class Question:
    """A queryset that was compiled with stand-ins."""

    def __init__(self, queryset: QuerySet, stand_ins: Sequence[Leaf]):
        self.db = queryset.db
        compiler = queryset.query.get_compiler(using=self.db)
        try:
            self.sql, params = compiler.as_sql()
        except EmptyResultSet:
            self.sql, params = "", ()
        else:
            self.reading = Reading(queryset, compiler)
        places = {stand_in: place for place, stand_in in enumerate(stand_ins)}
        self.params = [(places.get(param), param) for param in params]
        self._check(stand_ins)

    def _check(self, stand_ins: Sequence[Leaf]) -> None:
        """Nothing of one request is left in what all of them will ask."""
        left = [str(param) for place, param in self.params if place is None]
        texts = [self.sql, *left]
        if any(str(stand_in).strip("\x02\x03") in text for stand_in in stand_ins for text in texts):
            raise TypeError(f"A value of this question became a part of it: {self.sql}")
        if any(MOMENT.match(param) for param in left):
            raise TypeError(f"This question holds a moment, which would stand still: {self.sql}")

    def rows(self, values: Sequence[Leaf]) -> list:
        if not self.sql:
            return []
        params = tuple(param if place is None else type(param)(values[place]) for place, param in self.params)
        connection = connections[self.db]  # that of this thread
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return self.reading.of(found, connection)


class Reading:
    """What a queryset makes of the rows that it finds: models with their relations, tuples, or bare values.

    Django's iterables make the same, and work out which columns go where each time.
    """

    def __init__(self, queryset: QuerySet, compiler: SQLCompiler):
        self.kind, self.fetched_with = queryset._iterable_class, queryset._prefetch_related_lookups
        self.columns = compiler.col_count if compiler.has_extra_select else None
        expressions = [column[0] for column in compiler.select[: compiler.col_count]]
        self.converters = [(n, *found) for n, found in compiler.get_converters(expressions).items()]
        if self.kind is ModelIterable:
            self._read_models(compiler)
        elif self.kind not in (ValuesListIterable, FlatValuesListIterable):
            raise TypeError(f"A prepared question gives models or values_list, not {self.kind.__name__}.")

    def _read_models(self, compiler: SQLCompiler) -> None:
        info, select = compiler.klass_info, compiler.select
        self.model, columns = info["model"], info["select_fields"]
        self.fields = slice(columns[0], columns[-1] + 1)
        self.names = [column[0].target.attname for column in select[self.fields]]
        self.related = get_related_populators(info, select, compiler.using)
        self.annotations = list((compiler.annotation_col_map or {}).items())

    def of(self, rows: list[tuple], connection: BaseDatabaseWrapper) -> list:
        if self.columns is not None:
            rows = [row[: self.columns] for row in rows]
        if self.converters:
            rows = [self._converted(row, connection) for row in rows]
        if self.kind is ModelIterable:
            made = [self._model(row, connection.alias) for row in rows]
            prefetch_related_objects(made, *self.fetched_with)
            return made
        return [row[0] for row in rows] if self.kind is FlatValuesListIterable else rows

    def _converted(self, row: tuple, connection: BaseDatabaseWrapper) -> tuple:
        values = list(row)
        for n, converters, expression in self.converters:
            for convert in converters:
                values[n] = convert(values[n], expression, connection)
        return tuple(values)

    def _model(self, row: tuple, db: str) -> Model:
        made = self.model.from_db(db, self.names, row[self.fields])
        for related in self.related:
            related.populate(row, made)
        for name, n in self.annotations:
            setattr(made, name, row[n])
        return made


def prepared_related(owners: Sequence[Model], name: str, *keys: str) -> None:
    """`prefetch_related_objects(owners, name)` as a prepared question, for a relation to many.

    `keys`: foreign keys of what is found that are read with it.
    """
    if not owners:
        return
    model = type(owners[0])
    field = model._meta.get_field(name)
    pks = list({owner.pk: None for owner in owners})
    related: dict[int, list[Model]] = {}
    if field.many_to_many:
        other, owner_id = field.m2m_reverse_field_name(), f"{field.m2m_field_name()}_id"
        for link in prepared(_links, pks, model=model, name=name, keys=keys):
            related.setdefault(getattr(link, owner_id), []).append(getattr(link, other))
    else:
        for row in prepared(_rows, pks, model=model, name=name, keys=keys):
            related.setdefault(getattr(row, field.field.attname), []).append(row)
    for owner in owners:
        queryset = field.related_model._default_manager.all()
        queryset._result_cache, queryset._prefetch_done = related.get(owner.pk, []), True
        owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset


def _links(pks: Sequence[int], model: type[Model], name: str, keys: tuple[str, ...]) -> QuerySet:
    field = model._meta.get_field(name)
    other = field.m2m_reverse_field_name()
    order = [re.sub("^(-?)", rf"\1{other}__", key) for key in field.related_model._meta.ordering]
    links = field.remote_field.through.objects.filter(**{f"{field.m2m_field_name()}__in": pks})
    return links.select_related(other, *(f"{other}__{key}" for key in keys)).order_by(*order)


def _rows(pks: Sequence[int], model: type[Model], name: str, keys: tuple[str, ...]) -> QuerySet:
    field = model._meta.get_field(name)
    rows = field.related_model._default_manager.filter(**{f"{field.field.name}__in": pks})
    # `select_related()` without a name would join every foreign key.
    return rows.select_related(*keys or (None,))
