"""Several processes at once on one database and one index; run by test_kill.py in a process of its own.

    python -m search.tests.storm kill|drains|rebuild|steps|hosts|lost|sigterm

The last line of its output is a JSON object: what happened, and how index and database differ at the end.
"""

import json
import mmap
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import django

KILLS = 50
KILLING = 90.0  # seconds that they may take
SECONDS = 3.0  # of writers and drains at once
PATIENCE = 60.0  # seconds, until a rebuild met a change on a busy machine
OBJECTS = 600
DYING = 30.0  # seconds, until PostgreSQL lets go of the rows of a process that was killed
PAUSE = 0.005  # of a process between two pieces of work: SQLite is not fair to those who wait

stopped = mmap.mmap(-1, 1)  # one byte that all processes share


def child(work: Callable[[], None]) -> int:
    """Forks; the child works on connections and an engine of its own, and never returns."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        random.seed(os.getpid())
        work()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def write_something(objects: int) -> None:
    """Some edits, some that hide, show, delete or create; each with its row, in its transaction."""
    from django.db import transaction

    from search.index.outbox import changed
    from search.tests.memory import KIND
    from taxonomy.models import Theme

    for _number in range(objects):
        with transaction.atomic():
            mine = list(Theme.objects.filter(slug__startswith="note-").values_list("pk", flat=True))
            token = f"{random.getrandbits(64):x}"
            pk = random.choice(mine)
            match random.randrange(6):
                case 0:
                    Theme.objects.filter(pk=pk).update(name=f"hidden {token}")
                case 1:
                    Theme.objects.filter(pk=pk).delete()
                case 2:
                    pk = Theme.objects.create(name=token, slug=f"note-{token}").pk
                case _:
                    Theme.objects.filter(pk=pk).update(name=f"Edited {token}")
            changed(KIND, pk)


def until_stopped(work: Callable[[], object]) -> Callable[[], None]:
    def loop() -> None:
        while not stopped[0]:
            work()
            time.sleep(PAUSE)

    return loop


def kill() -> dict[str, Any]:
    """Drains killed with -9 at random moments, from their first query to after their last."""
    from search.index.drain import drain

    killed, longest, deadline = 0, 0.02, time.monotonic() + KILLING
    while killed < KILLS and time.monotonic() < deadline:
        write_something(5)
        started = time.monotonic()
        pid = child(lambda: drain(force=True))
        time.sleep(random.uniform(0, longest))
        os.kill(pid, signal.SIGKILL)
        _pid, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            killed += 1
            longest = min(longest * 1.2, 0.5)
        else:
            longest = max((time.monotonic() - started) * 0.7, 0.01)
    return {"killed": killed}


def drains() -> dict[str, Any]:
    """Three drains and two writers at once."""
    from search.index.drain import drain

    work = [lambda: write_something(3)] * 2 + [lambda: drain(force=random.random() < 0.3)] * 3
    pids = [child(until_stopped(one)) for one in work]
    time.sleep(SECONDS)
    return {"codes": _stop(pids)}


def rebuild() -> dict[str, Any]:
    """New indexes while two writers and a drain are at work."""
    from search.index import rebuild as module
    from search.index.drain import drain

    module.BATCH = 25  # a long rebuild of few objects
    work = [lambda: write_something(1)] * 2 + [lambda: drain()]
    pids = [child(until_stopped(one)) for one in work]
    replayed, rebuilds, started = 0, 0, time.monotonic()
    while time.monotonic() < started + SECONDS or (not replayed and time.monotonic() < started + PATIENCE):
        replayed += module.rebuild().replayed
        rebuilds += 1
    return {"codes": _stop(pids), "rebuilds": rebuilds, "replayed": replayed}


def _stop(pids: list[int]) -> list[int]:
    stopped[0] = 1
    return wait(pids)


def wait(pids: list[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def outcome() -> dict[str, Any]:
    """After a last drain: does the index say what the database says?"""
    from search import engines
    from search.index.drain import drain
    from search.index.drift import compare
    from search.models import OutboxRow

    report, deadline = drain(force=True), time.monotonic() + DYING
    while OutboxRow.objects.exists() and time.monotonic() < deadline:
        time.sleep(PAUSE)
        report = drain(force=True)
    drift = compare()
    ids = [document_id for document_id, _version in engines.get_engine().entries()]
    return {
        "clean": drift.clean,
        "drift": drift.ids,
        "compared": drift.compared,
        "refused": report.refused,
        "unavailable": report.unavailable,
        "rows": OutboxRow.objects.count(),
        "doubled": len(ids) - len(set(ids)),
    }


def main() -> None:
    django.setup()

    from search import engines, sources
    from search.index.outbox import changed
    from search.index.rebuild import rebuild as rebuild_index
    from search.tests import killed
    from search.tests.memory import KIND, NoteSource, notes

    sources._sources.clear()
    sources.register(NoteSource())
    try:
        changed(KIND, [theme.pk for theme in notes(OBJECTS)])
        # In a process of its own: an engine that was opened is not carried over a fork.
        wait([child(lambda: rebuild_index())])
        work = {"kill": kill, "drains": drains, "rebuild": rebuild}
        work |= {"steps": killed.steps, "hosts": killed.hosts, "lost": killed.lost, "sigterm": killed.sigterm}
        result = work[sys.argv[1]]()
        print(json.dumps(result | outcome()))
    finally:
        engines.get_engine().reset()


if __name__ == "__main__":
    main()
