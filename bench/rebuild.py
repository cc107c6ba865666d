"""How many objects a second a rebuild reads from the database and writes to the index; is memory flat?

    DATABASE_URL=postgres://… make bench-rebuild ARGS="100000"

N threads of two posts (1 kB in all) in 40 groups, with themes and professions. The database must hold no
discussions, or those of an earlier run with as many threads, and keeps them: use one of its own. The engine
is the one that the settings name (SEARCH_URL …), with an index of its own that is removed at the end.

CPU: of this process for each object, and of the thread alone that reads objects and makes documents. Memory:
MB resident after each quarter.
"""

import io
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.scratch import settle

settle("rebuild")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from bench.corpus import GROUPS, NOW, Corpus
from community.models import Group, Post, TaggedThread, Thread
from search import engines
from search.index.rebuild import rebuild
from taxonomy.models import Profession, Theme

AT_ONCE = 2_000


def fill(count: int) -> None:
    """The same at each run."""
    professions, themes = list(Profession.objects.order_by("pk")), list(Theme.objects.order_by("pk"))
    groups = Group.objects.bulk_create(
        Group(name=f"Groupe {n}", slug=f"bench-{n + 500}") for n in range(GROUPS)
    )
    for group, profession in zip(groups, professions, strict=False):
        group.professions.add(profession)
    dice = random.Random(20260302)
    corpus = Corpus().documents(count)
    while documents := list(islice(corpus, AT_ONCE)):
        threads = Thread.objects.bulk_create(
            Thread(
                group=groups[document.pk % GROUPS],
                title=document.title[:150],
                slug=f"bench-{document.pk}",
                last_activity_at=NOW - timedelta(minutes=document.pk),
                post_count=2,
                answer_count=document.pk % 2,
            )
            for document in documents
        )
        Post.objects.bulk_create(
            post
            for thread, document in zip(threads, documents, strict=True)
            for post in _posts(thread, document.body, dice.choice(professions))
        )
        TaggedThread.objects.bulk_create(
            TaggedThread(content_object=thread, tag=theme)
            for thread in threads
            for theme in dice.sample(themes, dice.choice((0, 1, 1, 2)))
        )
        Thread.requested_professions.through.objects.bulk_create(
            Thread.requested_professions.through(thread=thread, profession=dice.choice(professions))
            for thread in threads
            if dice.random() < 0.5
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _posts(thread: Thread, text: str, profession: Profession) -> Iterator[Post]:
    middle = len(text) // 2
    for position, part in enumerate((text[:middle], text[middle:]), start=1):
        yield Post(
            thread=thread,
            position=position,
            text=part,
            body=f"<p>{part}</p>",
            profession=profession if position > 1 else None,
        )


def measure() -> None:
    quarters: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        if done * 4 >= total * (len(quarters) + 1):
            quarters.append((done, _resident()))

    started, cpu, own = time.monotonic(), time.process_time(), time.thread_time()
    report = rebuild(progress)
    seconds, cpu, own = time.monotonic() - started, time.process_time() - cpu, time.thread_time() - own
    each = 1e6 / report.documents
    print(f"{report.documents} objects in {seconds:.1f} s: {report.documents / seconds:.0f} a second")
    print(f"CPU for each: {cpu * each:.0f} µs, {own * each:.0f} of them in the thread that sets the pace")
    print("memory: " + ", ".join(f"{megabytes} MB after {done}" for done, megabytes in quarters))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    call_command("migrate", verbosity=0)
    call_command("setup_site", verbosity=0, stdout=io.StringIO())
    if not Thread.objects.exists():
        # In a process of its own: what it leaves in memory is not the rebuild's.
        subprocess.run([sys.executable, __file__, "fill", str(count)], check=True)
    elif Thread.objects.filter(slug__startswith="bench-").count() != count or Thread.objects.count() != count:
        sys.exit("Set DATABASE_URL to a database without discussions, or with those of such a run.")
    try:
        measure()
    finally:
        engines.get_engine().reset()


if __name__ == "__main__":
    fill(int(sys.argv[2])) if sys.argv[1:2] == ["fill"] else main()
