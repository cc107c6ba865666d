"""How long a partner's file takes, and whether memory stays flat: `import_jobs` of N offers, then the index.

    DATABASE_URL=postgres://… make bench-import ARGS="10000"

The database gets the vocabulary and the site, and keeps the offers (source « bench »): use one of its own.
Wall clock and CPU seconds of the import process, its memory at a quarter of the file and at the end; then how
long the drain took and whether index and database agree.
"""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
sys.path.insert(0, str(ROOT))


def main() -> None:
    offers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for command in (["migrate", "--verbosity", "0"], ["setup_site"], ["search_reindex"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
    import django

    django.setup()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for offer in _offers(offers):
            file.write(json.dumps(offer, ensure_ascii=False) + "\n")
        file.flush()
        _import(Path(file.name))
    _drain()


def _offers(count: int) -> Iterator[dict]:
    """The same at each run; about 1 kB of text each, places and professions as in life."""
    from bench.corpus import Corpus

    corpus = Corpus()
    departments = _department_codes()
    for number, document in enumerate(corpus.documents(count)):
        words = document.body.split()
        title = re.sub(r"\s+", " ", document.title)[:110]
        code = departments[number % len(departments)]
        yield {
            "@type": "JobPosting",
            "identifier": {"@type": "PropertyValue", "value": f"BENCH-{number:06}"},
            "title": title,
            "description": "".join(
                f"<p>{' '.join(words[start : start + 40])}</p>" for start in range(0, len(words), 40)
            ),
            "employmentType": ["FULL_TIME", "cdi"],
            "relevantOccupation": {"@type": "Occupation", "name": "Infirmier"},
            "hiringOrganization": {"@type": "Organization", "name": f"Établissement {number % 400}"},
            "jobLocation": {
                "@type": "Place",
                "address": {"postalCode": f"{code}000", "addressLocality": f"Ville {number % 900}"},
            },
            "baseSalary": {
                "currency": "EUR",
                "value": {"minValue": 2000 + number % 900, "unitText": "MONTH"},
            },
            "applicationContact": {"email": "recrutement@etablissement.example"},
        }


def _department_codes() -> list[str]:
    from taxonomy.models import Department

    codes = Department.objects.order_by("code").values_list("code", flat=True)
    return [code for code in codes if code.isdigit() and len(code) == 2]


def _import(path: Path) -> None:
    from imports.record_file import RecordFile
    from jobs.imports import JobImporter

    importer = JobImporter("bench")
    memory: list[tuple[int, int]] = []

    def progress(done: int, total: int, records: int) -> None:
        memory.append((done, _resident()))

    started, cpu = time.monotonic(), time.process_time()
    with path.open("rb") as file:
        records = RecordFile(file, importer.columns, importer.required_columns)
        report = importer.run(records, progress)
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    quarter = next(kilobytes for done, kilobytes in memory if done * 4 >= memory[-1][0])
    print(f"{report.created} created, {report.refused} refused in {seconds:.0f} s ({cpu:.0f} s of CPU)")
    print(f"memory: {quarter >> 10} MB after a quarter, {memory[-1][1] >> 10} MB at the end")


def _drain() -> None:
    from django.core.management import call_command

    from search.index.drain import drain

    started, cpu = time.monotonic(), time.process_time()
    drain()
    print(f"drained in {time.monotonic() - started:.0f} s ({time.process_time() - cpu:.0f} s of CPU)")
    call_command("search_check")


def _resident() -> int:
    """Kilobytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 10


if __name__ == "__main__":
    main()
