"""Whether a thread page costs more when there are ten times the threads: it must not, beyond 1.2 times.

    DATABASE_URL=postgres://… make bench-growth [ROUNDS=9]

Takes the demo content, copies the database beside it (name and « _large »), multiplies threads and posts
there by ten, serves both and asks them in turns. CPU: of the server's processes; answer: what a reader waits
for, the database included. Medians over rounds of 40 requests, milliseconds.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench import pages
from tests.ports import free_port

TIMES = 10
REQUESTS = 40
ROUNDS = int(os.environ.get("ROUNDS", "9"))
GROUP = "/communaute/plaies-et-cicatrisation/"


def main() -> None:
    small = os.environ.get("DATABASE_URL", "")
    if not small.startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL database that may be filled with demo content.")
    for command in ("migrate", "demo"):
        pages.run(command)
    pages.run("collectstatic", "--noinput", "--verbosity", "0")
    large = _copy(small)
    os.environ["DATABASE_URL"] = large
    subprocess.run([sys.executable, __file__, "grow"], check=True, env=pages.environment())
    servers = [_serve(url) for url in (small, large)]
    try:
        cookies = [_ready(port) for port, _process in servers]
        thread = pages.addresses(servers[0][0], cookies[0])["thread"]
        for label, path in (("thread", thread), ("group", GROUP)):
            _compare(label, path, servers, cookies)
    finally:
        for _port, process in servers:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _copy(url: str) -> str:
    """The address of a fresh copy."""
    import psycopg
    from psycopg import sql

    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    copy = f"{name}_large"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(copy)))
        names = (sql.Identifier(copy), sql.Identifier(name))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return urlunsplit(parts._replace(path=f"/{copy}"))


def grow() -> None:
    import django

    django.setup()
    from django.db import connection

    from community.models import Post, Thread

    for thread in list(Thread.objects.all()):
        posts = list(Post.objects.filter(thread=thread))
        thread.accepted_post = None
        for _copy_number in range(TIMES - 1):
            thread.pk = None
            thread.save(force_insert=True)
            for post in posts:
                post.pk, post.thread, post.idempotency_key = None, thread, None
            Post.objects.bulk_create(posts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Thread.objects.count()} threads, {Post.objects.count()} posts")


def _serve(url: str) -> tuple[int, subprocess.Popen]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(
        [*command, "--workers", "1", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT,
        env=pages.environment() | {"DATABASE_URL": url},
        start_new_session=True,
    )
    return port, process


def _ready(port: int) -> str:
    pages.wait_for(port)
    return pages.sign_in(port, "infirmier@pairs.example", "demo-pairs")


def _compare(label: str, path: str, servers: list, cookies: list[str]) -> None:
    cpu: list[list[float]] = [[], []]
    answer: list[list[float]] = [[], []]
    for number in range(ROUNDS + 1):
        for side, (port, process) in enumerate(servers):
            began, used = time.monotonic(), pages.seconds_of(process.pid)
            for _ in range(REQUESTS):
                status, _body = pages.get(port, path, cookies[side])
                if status != 200:
                    sys.exit(f"{path} answered {status}")
            if number:  # the first round warms up
                cpu[side].append((pages.seconds_of(process.pid) - used) * 1000 / REQUESTS)
                answer[side].append((time.monotonic() - began) * 1000 / REQUESTS)
    for what, (few, many) in (("CPU", cpu), ("answer", answer)):
        ratio = median(many) / median(few)
        print(f"{label:8} {what:7} {median(few):6.1f} {median(many):6.1f}   × {ratio:.2f}")


if __name__ == "__main__":
    grow() if sys.argv[1:] == ["grow"] else main()
