"""Rebuilds that are killed at each step or race, a database that hangs up, a worker that is asked to end."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

from search.tests.storm import child, outcome, stopped, wait, write_something

# (module, name, which call of it): the process is killed before it does this.
REBUILD = [
    ("search.index.rebuild", "rebuild_begins", 1),
    ("search.index.rebuild", "_fill", 1),
    ("search.index.rebuild", "_add", 3),
    ("search.index.rebuild", "_replay", 1),
    ("search.index.rebuild", "_compare", 1),
    ("search.index.rebuild", "rebuild_ends", 1),
    ("search.index.rebuild", "_forget", 1),
    ("search.index.rebuild", "drain", 1),
]
STEPS = {
    "embedded": [
        ("search.engines.embedded.store", "OpenIndex.create", 1),
        ("search.engines.embedded.store", "Store.swap", 1),
        ("os", "fsync", 1),  # the pointer is written, and not in its place yet
        ("search.engines.embedded.store", "_sync", 1),  # it is in its place
        ("search.engines.embedded.store", "Store.tidy", 2),
    ],
    "server": [
        ("search.engines.elastic.indexes", "Indexes.new_name", 1),
        ("search.engines.elastic.indexes", "Indexes.swap", 1),
        ("search.engines.elastic.indexes", "Indexes.tidy", 2),
        ("search.engines.elastic.rebuild", "Lock.release", 1),
    ],
}
LOCK_SECONDS = 1  # of a killed rebuild on a server, until another may start
QUERIES = 14  # of a drain, the connection is lost before each in turn
TERM_ROWS = 50  # of a batch, in the worker that is asked to end
TERM_WRITE = 0.2  # seconds of a write there


def steps() -> dict[str, Any]:
    """Step → what is wrong after a rebuild was killed before it, and after the next one."""
    from django.conf import settings

    kind = "embedded" if settings.SEARCH_KIND == "embedded" else "server"
    found = {}
    for step in [*REBUILD, *STEPS[kind]]:
        write_something(5)
        (code,) = wait([child(lambda step=step: _rebuild_until(*step))])
        found[f"{step[1]} {step[2]}"] = (code == -signal.SIGKILL, wait([child(_recovers)]) == [0])
    return {"steps": found}


def _rebuild_until(module: str, name: str, call: int) -> None:
    from search.engines.elastic import rebuild as server
    from search.index import rebuild

    rebuild.BATCH, server.LOCK_SECONDS = 100, LOCK_SECONDS
    owner: Any = import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    honest, left = getattr(owner, last), iter(range(call - 1, -1, -1))

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return honest(*args, **kwargs)

    setattr(owner, last, deadly)
    rebuild.rebuild()


def _recovers() -> None:
    """Without another rebuild, and with one."""
    from search.index import state
    from search.index.drift import sweep

    write_something(5)
    state.REBUILD_SILENCE = timedelta(0)
    sweep(thorough=True)
    _is_whole()
    write_something(5)
    _rebuild_when_free()
    _is_whole()
    names = list(_indexes())
    assert len(names) <= 2, names  # the live one and the one before


def _is_whole() -> None:
    found = outcome()
    assert (found["clean"], found["rows"], found["doubled"]) == (True, 0, 0), found


def _rebuild_when_free() -> None:
    from search.engines.base import RebuildRunning
    from search.index.rebuild import rebuild

    until = time.monotonic() + 10 * LOCK_SECONDS
    while True:
        try:
            rebuild()
            return
        except RebuildRunning:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def _indexes() -> Iterator[str]:
    from search.engines import get_engine

    engine: Any = get_engine()
    if engine.name == "embedded":
        yield from (folder.name for folder in engine.store.root.iterdir() if folder.is_dir())
    else:
        yield from engine.indexes._all()


def lost() -> dict[str, Any]:
    """Drains whose connection to the database is lost before one of their queries."""
    codes = []
    for query in range(QUERIES):
        write_something(3)
        codes += wait([child(lambda query=query: _drain_without_connection(query))])
    return {"codes": codes}


def _drain_without_connection(after: int) -> None:
    from django.db import connection

    from search.index.drain import drain

    left = iter(range(after, -1, -1))

    def hangs_up(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if next(left, None) == 0:
            context["connection"].connection.close()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hangs_up):
        drain(force=True)


def hosts() -> dict[str, Any]:
    """Two hosts that start a rebuild at the same moment, while somebody writes."""
    from search.engines.base import RebuildRunning
    from search.index.rebuild import rebuild

    def at_once() -> None:
        while not stopped[0]:
            pass
        try:
            rebuild()
        except RebuildRunning:
            sys.exit(3)

    codes = []
    for _round in range(3):
        stopped[0] = 0
        pids = [child(at_once), child(at_once), child(lambda: write_something(10))]
        time.sleep(0.2)
        stopped[0] = 1
        codes.append(sorted(wait(pids)))
    return {"codes": codes}


def sigterm() -> dict[str, Any]:
    """A worker with much to drain on a slow engine is asked to end."""
    from django.core.management import call_command

    from search.engines import get_engine
    from search.index import drain
    from search.index.outbox import changed
    from search.models import OutboxRow
    from search.tests.memory import KIND, NoteSource

    def slowly() -> None:
        engine = get_engine()
        honest, drain.BATCH = engine.write, TERM_ROWS

        def write(changes: Any) -> Any:
            time.sleep(TERM_WRITE)
            return honest(changes)

        engine.write = write  # type: ignore[method-assign]
        call_command("maintenance")

    changed(KIND, list(NoteSource().eligible().values_list("pk", flat=True)))
    waiting = OutboxRow.objects.count()
    pid = child(slowly)
    until = time.monotonic() + 30
    while OutboxRow.objects.count() == waiting and time.monotonic() < until:
        time.sleep(0.02)
    started = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    codes = wait([pid])
    left = OutboxRow.objects.all()
    return {
        "codes": codes,
        "seconds": time.monotonic() - started,
        "left": left.count(),
        "claimed": left.exclude(not_before=None).count(),
    }
