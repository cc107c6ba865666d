"""What it takes to run many saved searches for what is new since the day before, on every engine.

    make bench-saved-searches ARGS="--searches 10000 --size 100000 --engines embedded,elasticsearch"

The queries that `alerts` asks (published since, the newest first, without counts), over the corpora of
`bench/search.py`; the embedded engine and those that the environment names. Seconds for all of them, one by
one, and CPU of this process. What the database does for those with news is not in it.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import search as bench  # sets Django up

# isort: split
from alerts.queries import OVERLAP, published_since
from bench.corpus import CONTRACTS, NOW, Corpus
from search.query import SearchQuery
from search.query.text import parse_text

INDEX = "bench-saved-searches"


def saved_searches(count: int, corpus: Corpus) -> Iterator[SearchQuery]:
    """Half of them words, half filters only; of one kind or of all."""
    dice = random.Random(805)
    asked = SearchQuery(tokens=bench.TOKENS, now=NOW)
    for number in range(count):
        profession = dice.choices(corpus.professions, cum_weights=corpus.profession_weights)[0]["slug"]
        filters = {"profession": (profession,)}
        kind = dice.choice(("job", "job", "training", "news", "thread", ""))
        if kind == "job":
            filters |= {"region": (dice.choice(corpus.regions),), "contract": (dice.choice(CONTRACTS),)}
        elif kind:
            filters |= {"theme": (dice.choice(corpus.themes)["slug"],)}
        query = replace(
            asked,
            # Readers have professions and groups of their own: no engine may count on equal filters.
            tokens=asked.tokens | {f"group:{1000 + number}"},
            kinds=(kind,) if kind else (),
            filters=filters,
            text=parse_text(dice.choice((*bench.WORDS, *bench.PAIRS)) if dice.random() < 0.5 else ""),
        )
        yield published_since(query, NOW - timedelta(days=1) - OVERLAP)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--searches", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--engines", default=",".join(bench.available()))
    options = parser.parse_args()
    corpus, folder = Corpus(), Path(tempfile.mkdtemp())
    try:
        for name in options.engines.split(","):
            engine = bench.make_engine(name, INDEX, folder, bench.Meter())
            print(f"{name}, {options.size:,} documents, {options.searches:,} saved searches")
            bench.build(engine, corpus, options.size)
            queries = list(saved_searches(options.searches, corpus))
            wall, cpu = time.perf_counter(), time.process_time()
            found = sum(bool(engine.search(query).hits) for query in queries)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            print(f"  all of them: {wall:.1f} s, CPU {cpu:.1f} s; {found:,} found something new")
            engine.reset()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
