"""CPU per request of the pages that people open most, on PostgreSQL with gunicorn, eight requests at once.

Usage: DATABASE_URL=postgres://… make bench [ROUNDS=3 REQUESTS=200]. Loads the demo content into an empty
database and starts gunicorn on a free port of 127.0.0.1; everything it starts ends with it. CHECKOUT names
another checkout of the portal whose code is measured instead.

First each page at one URL, for visitors (rendered, then from the cache) and for somebody signed in; then a
replay of 600 requests by 30 members over pages that each of them may read, right after a restart and once
more. CPU is that of gunicorn's processes and of the database's, if it runs on this machine.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import psycopg

HERE = Path(__file__).resolve().parents[1]
ROOT = Path(os.environ.get("CHECKOUT", HERE))
sys.path.insert(0, str(HERE))

from tests.ports import free_port

ROUNDS = int(os.environ.get("ROUNDS", "3"))
REQUESTS = int(os.environ.get("REQUESTS", "200"))
AT_ONCE = 8
MEMBERS, REPLAYED = 30, 600
# By which the database's processes that serve us are told from others.
NAME = f"bench-{os.getpid()}"
TICKS = os.sysconf("SC_CLK_TCK")
PRIVATE = {"groups", "group", "thread"}
# A cookie that keeps a visitor's page from being taken from the cache.
UNCACHED = "messages=none"


def main() -> None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL database that may be filled with demo content.")
    run("migrate", "--verbosity", "0")
    run("demo")
    run("collectstatic", "--noinput", "--verbosity", "0")
    with server() as (port, pid):
        cookie = sign_in(port, "infirmier@pairs.example", "demo-pairs")
        single = measure(port, cookie, addresses(port, cookie), pid)
        print(f"memory after load: {memory(pid):.0f} MiB (PSS of gunicorn's processes)")
    replay = json.loads(output("bench/readers.py", str(MEMBERS), str(REPLAYED)))
    with server() as (port, pid):
        for when in ("after a restart", "once more"):
            report(when, replay, single, cpu(port, [one[1:] for one in replay["requests"]], pid))


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py",
         "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=environment(), start_new_session=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def environment() -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "PGAPPNAME": NAME, "RATE_LIMITS": "false"}
    return os.environ | own


def run(*arguments: str) -> None:
    quiet = environment() | {"LOG_LEVEL": "ERROR"}
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=quiet, check=True)


def output(script: str, *arguments: str) -> str:
    command = [sys.executable, str(HERE / script), *arguments]
    quiet = environment() | {"LOG_LEVEL": "ERROR"}
    return subprocess.run(command, cwd=ROOT, env=quiet, check=True, capture_output=True, text=True).stdout


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if get(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not start")


def get(port: int, path: str, cookie: str = "", encoding: str = "identity") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Accept-Encoding": encoding} | ({"Cookie": cookie} if cookie else {})
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, body


def sign_in(port: int, email: str, password: str) -> str:
    """The session's cookie header, as a browser would hold it after the sign-in form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/compte/connexion/")
    response = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', response.read().decode())[1]
    csrf = re.search(r"csrftoken=[^;]+", response.getheader("Set-Cookie"))[0]
    form = urlencode({"csrfmiddlewaretoken": token, "login": email, "password": password})
    headers = {"Cookie": csrf, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/compte/connexion/", form, headers)
    response = connection.getresponse()
    response.read()
    session = re.search(r"sessionid=[^;]+", str(response.headers))
    if not session:
        sys.exit(f"signing in failed with status {response.status}")
    return f"{csrf}; {session[0]}"


def addresses(port: int, cookie: str) -> dict[str, str]:
    def first(path: str, pattern: str, who: str = "") -> str:
        return re.search(pattern, get(port, path, who)[1])[1]

    group = "/communaute/plaies-et-cicatrisation/"
    return {
        "home": "/",
        "jobs": "/emplois/",
        "offer": first("/emplois/?profession=toutes", r'href="([^"]*/emplois/[a-z][^"?]+/)"'),
        "search": "/recherche/?q=plaie",
        "groups": "/communaute/",
        "group": group,
        "thread": first(group, r'href="(/communaute/[\w-]+/\d+-[\w-]+/)', cookie),
    }


def measure(port: int, cookie: str, pages: dict[str, str], pid: int) -> dict[str, float]:
    """Prints a line for each page; the figures of who is signed in, by page."""
    print(f"CPU ms a request, {AT_ONCE} at once, median of {ROUNDS} rounds of {REQUESTS}")
    print(f"{'page':10} {'visitor':>10} {'cached':>10} {'signed in':>10} {'HTML, kB':>10}", flush=True)
    signed_in = {}
    for label, path in pages.items():
        cells = ["-", "-"]
        if label not in PRIVATE:
            cells = [f"{single(port, path, UNCACHED, pid):.1f}", f"{single(port, path, '', pid):.1f}"]
        signed_in[label] = single(port, path, cookie, pid)
        size = len(get(port, path, cookie)[1].encode()) / 1000
        print(f"{label:10} {cells[0]:>10} {cells[1]:>10} {signed_in[label]:>10.1f} {size:>10.0f}", flush=True)
    return signed_in


def single(port: int, path: str, cookie: str, pid: int) -> float:
    cpu(port, [(path, cookie)] * AT_ONCE * 2, pid)  # warms up
    return median(cpu(port, list(islice(cycle([(path, cookie)]), REQUESTS)), pid) for _ in range(ROUNDS))


def report(when: str, replay: dict, single: dict[str, float], found: float) -> None:
    asked = [label for label, _path, _cookie in replay["requests"]]
    alone = sum(single[label] for label in asked) / len(asked)
    print(
        f"replay {when}: {len(asked)} requests by {replay['members']} members, {found:.1f} ms;"
        f" the same pages at one URL each {alone:.1f} ms, × {found / alone:.2f}",
        flush=True,
    )


def cpu(port: int, asked: Sequence[tuple[str, str]], pid: int) -> float:
    """CPU milliseconds a request of (path, cookie) in turn, of the server's and the database's processes."""
    before = used(pid)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (path, _cookie), (status, _body) in zip(
            asked, pool.map(lambda one: get(port, *one, "gzip"), asked), strict=True
        ):
            if status != 200:
                sys.exit(f"{path} answered {status}")
    after = used(pid)
    return sum(after[one] - before.get(one, 0) for one in after) * 1000 / len(asked)


def used(pid: int) -> dict[int, float]:
    """Seconds by process: the server with its children, and the database's that serve it."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
        rows = connection.execute(query, [NAME]).fetchall()
    return processes(pid, frozenset(backend for (backend,) in rows))


def seconds_of(pid: int) -> float:
    """User and system seconds of a process and its children."""
    return sum(processes(pid).values())


def processes(pid: int, others: frozenset[int] = frozenset()) -> dict[int, float]:
    seconds = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        number = int(process.name)
        if number in others or pid in (number, int(fields[1])):
            seconds[number] = (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


def memory(pid: int) -> float:
    """MiB of the server and its children, shared pages divided among them."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sums = (Path(f"/proc/{one}/smaps_rollup").read_text() for one in (pid, *children))
    return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) for text in sums) / 1024


if __name__ == "__main__":
    main()
