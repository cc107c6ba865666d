"""Many people write and search at once while the index is rebuilt: is anything lost, how soon is it found?

    DATABASE_URL=postgres://… make bench-storm ARGS="--engines embedded,elasticsearch,opensearch --minutes 5"

The database must be one that may be filled (none named: an SQLite file of its own). `--engines`: one storm
after the other, servers at the addresses of the environment (ELASTICSEARCH_TEST_URL, OPENSEARCH_TEST_URL);
else one, on the engine that the settings name (SEARCH_URL …). Each has an index of its own.

Writers save one of their objects, look for it until it is found, and think for a while; searchers search; a
worker runs as in production; half-way a new index is built and swapped in. What was made is removed at the
end. What was aimed at is said to be reached or missed; the last line is JSON. Exit code 1: something failed,
or index and database differ.

« visible »: seconds from before the save until a search finds it. memory: MB of all processes besides files,
before the rebuild and at the end: the first writes of a process make its memory grow to what it keeps.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.scratch import SERVERS, settle

settle("storm")

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from search import engines, sources
from search.engines.base import EngineUnavailable
from search.index.outbox import changed
from search.index.rebuild import rebuild
from search.models import OutboxRow
from search.query import SearchQuery
from search.query.text import parse_text
from search.tests.memory import KIND, NoteSource
from search.tests.storm import child, outcome, stopped, wait
from taxonomy.models import Theme

MINE = 10  # objects of each writer
OTHERS = 2_000  # objects that nobody touches
WRITER_THINKS, SEARCHER_THINKS = 4.0, 1.0  # seconds at most
WARM_UP = 0.25  # seconds for each process, before the time begins
GIVEN_UP = 30.0  # seconds until a save that nobody finds is lost
LOOK_EVERY = 0.1  # seconds: looking must not be what keeps the machine busy

VISIBLE = 1.0  # seconds at p95
GROWTH = 1.1  # of memory, from before the rebuild to the end


def ask(text: str) -> int:
    tokens = frozenset({"public"})
    query = SearchQuery(tokens, timezone.now(), parse_text(text), kinds=(KIND,), facets=("kind",))
    return engines.get_engine().search(query).total


def write(mine: list[int], report: dict[str, Any]) -> None:
    token = f"mot{random.getrandbits(48):x}"
    pk, started = random.choice(mine), time.monotonic()
    with transaction.atomic():
        Theme.objects.filter(pk=pk).update(name=f"Edited {token}")
        changed(KIND, pk)
    while not ask(f'"{token}"'):
        if time.monotonic() - started > GIVEN_UP:
            report["errors"].append(f"not found: {KIND}:{pk}")
            return
        time.sleep(LOOK_EVERY)
    report["visible"].append(time.monotonic() - started)
    time.sleep(random.uniform(0, WRITER_THINKS))


def look(report: dict[str, Any]) -> None:
    ask(random.choice(["edited", "note", "note edited", "nothing", '"note"']))
    report["searches"] += 1
    time.sleep(random.uniform(0, SEARCHER_THINKS))


def reporting(work: Callable[[dict[str, Any]], None], begin: float, path: Path) -> Callable[[], None]:
    """Does it from `begin` on, again and again until all are stopped; what happened is in the file then."""

    def loop() -> None:
        report: dict[str, Any] = {"errors": [], "visible": [], "searches": 0}
        with suppress(EngineUnavailable):  # all start at once
            ask("note")  # a web process that has just started reads its word lists first
        time.sleep(max(0.0, begin + random.uniform(0, WRITER_THINKS) - time.monotonic()))
        while not stopped[0]:
            try:
                work(report)
            except Exception as error:
                report["errors"].append(f"{type(error).__name__}: {error}"[:200])
                time.sleep(LOOK_EVERY)
        path.write_text(json.dumps(report))

    return loop


def storm(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    seconds = options.minutes * 60
    begin = time.monotonic() + (options.writers + options.searchers) * WARM_UP
    makers: list[Callable[[], None]] = []
    for number in range(options.writers):
        mine = [theme.pk for theme in notes(MINE, f"w{number}")]
        makers.append(
            reporting(lambda report, mine=mine: write(mine, report), begin, folder / f"writer-{number}.json")
        )
    makers += [
        reporting(look, begin, folder / f"searcher-{number}.json") for number in range(options.searchers)
    ]
    wait([child(lambda: rebuild() and None)])
    worker = child(lambda: call_command("maintenance"))
    try:
        pids = [child(one) for one in makers]
        return watched(pids, worker, begin, seconds, folder)
    finally:
        stopped[0] = 1
        os.kill(worker, signal.SIGTERM)
        wait([worker])


def watched(pids: list[int], worker: int, begin: float, seconds: float, folder: Path) -> dict[str, Any]:
    """Until the time is over; half-way a new index is built."""
    time.sleep(max(0.0, begin + seconds / 2 - time.monotonic()))
    memory = [weight([*pids, worker])]
    (rebuilt,) = wait([child(lambda: rebuild() and None)])
    time.sleep(max(0.0, begin + seconds - time.monotonic()))
    memory.append(weight([*pids, worker]))
    stopped[0] = 1
    codes = [*wait(pids), rebuilt]
    reports = [json.loads(path.read_text()) for path in folder.glob("*.json")]
    return {
        "errors": [error for report in reports for error in report["errors"]],
        "codes": sorted(set(codes)),
        "visible": sorted(value for report in reports for value in report["visible"]),
        "searches": sum(report["searches"] for report in reports),
        "memory": memory,
    }


def notes(count: int, name: str) -> list[Theme]:
    made = [Theme(name=f"Note {name} {i}", slug=f"note-{name}-{i}") for i in range(count)]
    return Theme.objects.bulk_create(made)


def weight(pids: list[int]) -> int:
    """MB that these processes hold besides files, what they share counted once."""
    return round(sum(_share(pid) for pid in pids) / 1024)


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it died, which its exit code says
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")), 0)


def told(result: dict[str, Any], options: argparse.Namespace) -> Iterator[str]:
    visible = result.pop("visible")
    result["saves"] = len(visible)
    result["p50"] = round(median(visible), 3) if visible else None
    result["p95"] = round(quantiles(visible, n=20)[-1], 3) if len(visible) > 1 else None
    before, end = result["memory"]
    yield f"{options.writers} writers, {options.searchers} searchers, {options.minutes:g} minutes"
    yield f"  saves {result['saves']}, searches {result['searches']}"
    yield f"  errors: {len(result['errors'])} {_verdict(not result['errors'] and result['codes'] == [0])}"
    kept = f"index and database agree: {result['clean']}; left in the outbox: {result['rows']}"
    yield f"  {kept} {_verdict(whole(result))}"
    reached = result["p95"] is not None and result["p95"] <= VISIBLE
    yield f"  visible after a save: p50 {result['p50']} s, p95 {result['p95']} s {_verdict(reached)}"
    yield f"  memory: {before} MB, {end} MB at the end {_verdict(end <= before * GROWTH)}"
    yield json.dumps(result | {"errors": result["errors"][:5]})


def _verdict(reached: bool) -> str:
    return "(goal reached)" if reached else "(goal MISSED)"


def whole(result: dict[str, Any]) -> bool:
    return bool(result["clean"] and not result["rows"] and not result["doubled"])


def each_engine(options: argparse.Namespace) -> int:
    """Storms one after the other, each in a process of its own; 1 when one of them failed."""
    urls = {name: os.environ[SERVERS[name]] if name in SERVERS else "" for name in options.engines}
    arguments = [f"--{name}={getattr(options, name)}" for name in ("minutes", "writers", "searchers")]
    codes = []
    for name in options.engines:
        print(f"== {name}", flush=True)
        environment = os.environ | {"SEARCH_URL": urls[name], "SEARCH_KIND": name}
        codes.append(subprocess.run([sys.executable, __file__, *arguments], env=environment).returncode)
    return int(any(codes))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--writers", type=int, default=30)
    parser.add_argument("--searchers", type=int, default=10)
    parser.add_argument("--engines", type=lambda names: names.split(","), default=[])
    options = parser.parse_args()
    if unknown := set(options.engines) - {"embedded", *SERVERS}:
        parser.error(f"unknown engines: {', '.join(sorted(unknown))}")
    if options.engines:
        sys.exit(each_engine(options))
    call_command("migrate", verbosity=0)
    sources._sources.clear()
    sources.register(NoteSource())
    try:
        with tempfile.TemporaryDirectory() as folder:
            notes(OTHERS, "other")
            result = storm(options, Path(folder)) | outcome()
    finally:
        engines.get_engine().reset()
        Theme.objects.filter(slug__startswith="note-").delete()
        OutboxRow.objects.filter(kind=KIND).delete()
    print("\n".join(told(result, options)))
    sys.exit(0 if whole(result) and not result["errors"] and result["codes"] == [0] else 1)


if __name__ == "__main__":
    main()
