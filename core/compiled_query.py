"""Querysets whose SQL is compiled once a process, and sent with other parameters each time (ADR 17).

Building the rules of who may read what, and compiling them, takes Django several times what the database
takes to answer.
"""

import secrets
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

# Some fifteen call sites, asked with few lengths of lists by few kinds of viewers; 34 kB each.
MAX_COMPILED = 300
# Placeholders fit every integer column but the small ones. Django knows that no row holds a number
# beyond the range of its column; the database would refuse it.
LOWEST, HIGHEST = 100_000_000, 2**31 - 1

Value = int | str


class Shape(NamedTuple):
    """All of an argument that its SQL depends on."""

    kind: type | None = None  # of its values: int or str; None: a constant
    length: int | None = None  # of a list; None: one value
    constant: Hashable = None


def compiled_query(build: Callable[..., QuerySet], *args: Any) -> list:
    """Returns the rows of `build(*args)`: models, `values_list` or `values`, as the queryset says.

    Each int and str among the arguments, and each item of a list or tuple, becomes a parameter of the SQL:
    `build` may compare fields with it, and neither looks at it nor computes with it. A list may hold its last
    item several times. Other arguments must be hashable and few: they decide on the SQL, as today's date
    does. What cannot be compiled so is asked as the plain queryset.
    """
    shapes, values = [], []
    for arg in args:
        shape, own = _shape_of(arg)
        shapes.append(shape)
        values += own
    compiled = None
    if settings.COMPILED_QUERIES and not any(isinstance(value, int) and value > HIGHEST for value in values):
        compiled = _compile(build, tuple(shapes), timezone.localdate())
    return compiled.rows(values) if compiled else list(build(*args))


def _is_value(arg: Any) -> bool:
    return isinstance(arg, int | str) and not isinstance(arg, bool | Enum)


def _shape_of(arg: Any) -> tuple[Shape, list[Value]]:
    if _is_value(arg):
        return Shape(int if isinstance(arg, int) else str), [arg]
    if isinstance(arg, list | tuple) and arg and _is_value(arg[0]):
        # Up to a power of two, so that lists of all lengths have few shapes.
        padding = (1 << (len(arg) - 1).bit_length()) - len(arg)
        values = [*arg, *arg[-1:] * padding]
        return Shape(int if isinstance(arg[0], int) else str, len(values)), values
    return Shape(constant=tuple(arg) if isinstance(arg, list) else arg), []


class CompiledQuery:
    """SQL with, for each parameter, its constant or the index of the value that takes its place."""

    def __init__(self, queryset: QuerySet, placeholders: Sequence[Value]) -> None:
        """Raises EmptyResultSet where Django knows that nothing is selected."""
        self.queryset, self.using = queryset, queryset.db
        self.compiler: SQLCompiler = queryset.query.get_compiler(self.using)
        self.sql, self.params = self.compiler.as_sql()
        indexes = {placeholder: index for index, placeholder in enumerate(placeholders)}
        self.indexes = [indexes.get(param) if _is_value(param) else None for param in self.params]

    def same_as(self, other: "CompiledQuery") -> bool:
        """Whether both differ in nothing but the values of their placeholders."""
        return self.sql == other.sql and self._constants() == other._constants()

    def _constants(self) -> list[Any]:
        """Parameters, without those that are placeholders. Sets may hand these on in another order."""
        pairs = zip(self.params, self.indexes, strict=True)
        return [(param,) if index is None else None for param, index in pairs]

    def rows(self, values: Sequence[Value]) -> list:
        # Backends wrap integers in types of their own.
        params = tuple(
            param if index is None else type(param)(values[index])
            for param, index in zip(self.params, self.indexes, strict=True)
        )
        compiler = copy(self.compiler)
        compiler.connection = connections[self.using]  # that of this thread
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)  # type: ignore[method-assign]
        queryset = self.queryset.all()
        queryset.query.get_compiler = lambda *args, **kwargs: compiler  # type: ignore[method-assign]
        with prepared_statements(compiler.connection):
            return list(queryset)


@contextmanager
def prepared_statements(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """PostgreSQL gets values beside the statement, and plans it once a connection (ADR 22).

    Not while Django logs queries: it reads their text from a cursor of its own.
    """
    if connection.vendor != "postgresql" or connection.queries_logged:
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    usual, session.cursor_factory = session.cursor_factory, psycopg.Cursor
    try:
        yield
    finally:
        session.cursor_factory = usual


@lru_cache(maxsize=MAX_COMPILED)
def _compile(build: Callable[..., QuerySet], shapes: tuple[Shape, ...], today: date) -> CompiledQuery | None:
    """Compiles twice with random placeholders; None: the SQL is not the same for all values."""
    try:
        first, second = (_with_placeholders(build, shapes) for _ in range(2))
    except EmptyResultSet:  # of these constants; or a placeholder is beyond the range of its column
        return None
    if first.same_as(second):
        return first
    warnings.warn(f"Not compiled, computes with its arguments: {build}", RuntimeWarning, stacklevel=3)
    return None


def _with_placeholders(build: Callable[..., QuerySet], shapes: Iterable[Shape]) -> CompiledQuery:
    placeholders: list[Value] = []

    def placeholder(kind: type) -> Value:
        number = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        value = number if kind is int else f"placeholder-{number}-{secrets.token_hex(8)}"
        placeholders.append(value)
        return value

    args: list[Any] = []
    for shape in shapes:
        if shape.kind is None:
            args.append(shape.constant)
        elif shape.length is None:
            args.append(placeholder(shape.kind))
        else:
            args.append([placeholder(shape.kind) for _ in range(shape.length)])
    return CompiledQuery(build(*args), placeholders)
