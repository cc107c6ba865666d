"""Build rate, size and answer times of every engine over corpora of any size.

    make bench-search ARGS="--sizes 10000,100000 --engines embedded,elasticsearch --seconds 5"

The embedded engine and those that the environment names (ELASTICSEARCH_TEST_URL, OPENSEARCH_TEST_URL), each
with an index of its own that is removed at the end. The site's database and index are not touched.

p50, p95: milliseconds of the whole call, median and 95th percentile. engine: median of what a server says
that it took, or of the time that was not ours. CPU: median of the CPU time inside tantivy, in all threads.
ours: median CPU of this process outside the engine. A busy machine changes CPU times least.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
os.environ.setdefault("DATA_DIR", tempfile.gettempdir())

import django

django.setup()

from bench.corpus import NOW, Corpus
from bench.scratch import SERVERS
from search.engines.base import Change, Engine, IndexUnusable
from search.engines.elastic import ServerEngine
from search.engines.elastic.client import make_client
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.snapshot import Snapshot
from search.engines.embedded.store import OpenIndex
from search.facets import since_moments
from search.index.rebuild import BATCH
from search.query import SearchQuery, Sort, SuggestQuery
from search.query.text import parse_text
from search.results.facet_panel import counted
from search.sources import sources
from search.tests import judged

INDEX = "bench-search"
TOKENS = frozenset({"public", "pro", "pro:60", *(f"group:{number}" for number in range(1, 9))})
LAST_PAGE = 9_980
# Questions that engines may keep something of, once for a new reader each time and once for the same.
KEPT = ("page: frequent words", "list, no word", "list of jobs, no word")
# Words that many documents of this corpus hold: 5 to 38 in a hundred, « plaie » 12.
WORDS = ["plaie", "douleur", "vaccin", "diabète", "soins", "nuit", "urgence", "prévention", "équipe", "suivi"]
PAIRS = ["plaie pansement", "douleur enfant", "soins domicile", "nuit urgences", "HTA diabète"]
PHRASES = ['"à domicile"', '"prise en charge"', '"centre de santé"', '"temps plein"', '"équipe de nuit"']
TYPOS = [
    "pansemant",
    "kinésitérapie",
    "pharmacein",
    "cicatrisassion",
    "traitemant",
    "vacination",
    "infirmeir",
]
PREFIXES = ["pla", "doul", "vacc", "diab", "infir", "urg", "tra", "form", "kiné", "pha"]


@dataclass
class Spent:
    """What one question cost, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    engine: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        worst = quantiles(self.wall, n=20)[-1] if len(self.wall) > 1 else self.wall[0]
        shown = (median(self.wall), worst, median(self.engine), median(self.cpu), median(self.ours))
        return " ".join(f"{value:9.1f}" for value in shown)


class Meter:
    """Counts what is spent inside the engine's own library or server, whoever calls it: seconds."""

    def __init__(self) -> None:
        self.took = self.cpu = 0.0
        self._mutex = threading.Lock()  # hits and counts may be looked for at once

    def timed(self, call: Callable) -> Callable:
        def measured(*args, **kwargs):
            cpu = time.thread_time()
            try:
                return call(*args, **kwargs)
            finally:
                with self._mutex:
                    self.cpu += time.thread_time() - cpu

        return measured

    def answered(self, call: Callable) -> Callable:
        """A server says itself how long it took; the client's CPU is ours."""

        def measured(*args, **kwargs):
            answer = call(*args, **kwargs)
            self.took += answer["took"] / 1000
            return answer

        return measured


class Watched:
    """Stands before a tantivy searcher: what is inside its calls is the engine's."""

    def __init__(self, searcher, meter: Meter) -> None:
        self._searcher, self._meter = searcher, meter

    def __getattr__(self, name: str):
        value = getattr(self._searcher, name)
        return self._meter.timed(value) if callable(value) else value


def make_engine(name: str, index: str, folder: Path, meter: Meter) -> Engine:
    if name == "embedded":
        open_snapshot = OpenIndex.snapshot

        def snapshot(self: OpenIndex) -> Snapshot:
            found = open_snapshot(self)
            if not isinstance(found.searcher, Watched):
                found.searcher = Watched(found.searcher, meter)
            return found

        OpenIndex.snapshot = snapshot  # type: ignore[method-assign]
        return EmbeddedEngine(folder / index)
    client = make_client(name, os.environ[SERVERS[name]], api_key="", ca_certs="", timeout=60)
    client.search = meter.answered(client.search)  # type: ignore[method-assign]
    client.msearch = meter.answered(client.msearch)  # type: ignore[method-assign]
    return ServerEngine(name, client, index)


def questions() -> dict[str, list[SearchQuery] | list[SuggestQuery]]:
    asked = SearchQuery(tokens=TOKENS, now=NOW)
    nurse = {"profession": ("infirmier",)}

    def each(texts: Sequence[str], query: SearchQuery = asked, **more) -> list[SearchQuery]:
        return [replace(query, text=parse_text(text), **more) for text in texts]

    decaying = tuple(kind for kind, source in sources().items() if source.boosts_recency)
    page = replace(
        asked, facets=page_facets(), filters=nurse, kinds=tuple(sources()), decaying_kinds=decaying
    )
    job_facets = tuple(counted(sources()["job"].facets))
    jobs = replace(asked, facets=job_facets, filters=nurse, kinds=("job",), since=since_moments(NOW))
    return {
        "word + profession": each(WORDS, filters=nurse),
        "two words": each(PAIRS),
        "phrase": each(PHRASES),
        "correction": each(TYPOS),
        "page: judged queries": each([one.typed for one in judged.queries()], page),
        "page: frequent words": each([*WORDS, *PAIRS], page),
        "list, no word": each([""], page),
        "list of jobs, no word": each([""], jobs),
        "deep page": each(WORDS[:4], page, offset=LAST_PAGE, filters={}),
        "date sort": each(WORDS, sort=Sort.DATE),
        "suggestion": [SuggestQuery(TOKENS, NOW, prefix, tuple(sources())) for prefix in PREFIXES],
    }


def page_facets() -> tuple[str, ...]:
    """What `/recherche/` counts: what several kinds share (see `facet_panel.facet_names`)."""
    shared = Counter(name for source in sources().values() for name in source.facets)
    return ("kind", *counted(name for name, sharing in shared.items() if sharing > 1))


def ask(engine: Engine, meter: Meter, queries: Sequence, seconds: float, *, anew: bool) -> Spent:
    """Asks them in turn for some seconds, at least once each after one round to warm up.

    `anew`: each as a reader of his own, of whom no engine has kept anything.
    """
    answer = engine.suggest if isinstance(queries[0], SuggestQuery) else engine.search
    for query in queries:
        answer(query)
    spent, until = Spent(), time.monotonic() + seconds
    while time.monotonic() < until or len(spent.wall) < len(queries):
        query = queries[len(spent.wall) % len(queries)]
        if anew:
            query = replace(query, tokens=query.tokens | {f"reader:{len(spent.wall)}"})
        meter.took = meter.cpu = 0.0
        wall, cpu = time.perf_counter(), time.process_time()
        answer(query)
        ours = time.process_time() - cpu - meter.cpu
        wall = time.perf_counter() - wall
        spent.wall.append(wall * 1000)
        spent.engine.append((meter.took or wall - ours) * 1000)
        spent.cpu.append(meter.cpu * 1000)
        spent.ours.append(ours * 1000)
    return spent


def build(engine: Engine, corpus: Corpus, size: int) -> None:
    """Fills a new index; making the documents is not counted."""
    changes = (Change(document.id, 1, document) for document in corpus.documents(size))
    wall = cpu = 0.0
    server = server_cpu(engine)
    target, done = engine.rebuild(), 0
    try:
        while batch := list(islice(changes, BATCH)):
            started = time.perf_counter(), time.process_time()
            if refusals := target.add(batch):
                sys.exit(f"refused: {refusals[0]}")
            wall, cpu = wall + time.perf_counter() - started[0], cpu + time.process_time() - started[1]
            done += len(batch)
            if sys.stderr.isatty():
                print(f"\r{done}/{size} ", end="", file=sys.stderr)
        started = time.perf_counter(), time.process_time()
        if refusals := target.flush():
            sys.exit(f"refused: {refusals[0]}")
        target.commit()
        wall, cpu = wall + time.perf_counter() - started[0], cpu + time.process_time() - started[1]
    except BaseException:
        target.abort()
        raise
    print(
        f"  built: {size / wall:,.0f} documents/s, {wall:.0f} s; "
        f"CPU of this process {cpu / size * 1e6:.0f} µs a document"
        f", of the server {(server_cpu(engine) - server) / size * 1e6:.0f}"
    )


def server_cpu(engine: Engine) -> float:
    """Seconds that the server's process has used."""
    if not isinstance(engine, ServerEngine):
        return 0.0
    nodes = engine.client.nodes.stats(metric="process")["nodes"].values()
    return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000


def weight(engine: Engine, index: str, folder: Path) -> str:
    if isinstance(engine, ServerEngine):
        size = engine.client.indices.stats(index=index)["_all"]["primaries"]["store"]["size_in_bytes"]
        nodes = engine.client.nodes.stats(metric="jvm")["nodes"].values()
        heap = sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes)
        return f"{size / 1e6:,.0f} MB on disk; Java heap in use {heap / 1e6:,.0f} MB"
    size = sum(path.stat().st_size for path in (folder / index).rglob("*") if path.is_file())
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own, peak = (int(status[name].split()[0]) / 1000 for name in ("RssAnon", "VmHWM"))
    return f"{size / 1e6:,.0f} MB on disk; this process {own:,.0f} MB of its own, {peak:,.0f} MB at most"


def available() -> Iterator[str]:
    yield "embedded"
    yield from (name for name, variable in SERVERS.items() if os.environ.get(variable))


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--sizes", default="10000,100000", help="documents, separated by commas")
    parser.add_argument("--engines", default=",".join(available()))
    parser.add_argument("--seconds", type=float, default=3.0, help="for each kind of question")
    parser.add_argument("--keep", type=Path, help="a folder: indexes stay, and are used again next time")
    parser.add_argument("--only", default="", help="questions that begin with this")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="bench-search-"))
    try:
        for size in map(int, options.sizes.split(",")):
            for name in options.engines.split(","):
                measure(name, size, folder, options)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(name: str, size: int, folder: Path, options: argparse.Namespace) -> None:
    meter = Meter()
    index = f"{INDEX}-{size}"
    engine = make_engine(name, index, folder, meter)
    try:
        print(f"\n{name}, {size:,} documents", flush=True)
        if not (options.keep and holds(engine, size)):
            engine.reset()
            build(engine, Corpus(), size)
        print(f"  weighs: {weight(engine, index, folder)}")
        print(f"  {'ms':24} {'p50':>9} {'p95':>9} {'engine':>9} {'CPU':>9} {'ours':>9}")
        for title, queries in questions().items():
            if title.startswith(options.only):
                for anew in (True, False) if title in KEPT else (True,):
                    spent = ask(engine, meter, queries, options.seconds, anew=anew)
                    print(f"  {title if anew else '  asked again':24} {spent}", flush=True)
    finally:
        if not options.keep:
            engine.reset()


def holds(engine: Engine, size: int) -> bool:
    """Whether a run before this one left its index."""
    try:
        status = engine.status()
    except IndexUnusable:
        return False
    return bool(status["current"]) and status["documents"] == size


if __name__ == "__main__":
    main()
