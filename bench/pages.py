"""CPU per request of the pages that people open most, on PostgreSQL with gunicorn.

Usage: DATABASE_URL=postgres://… make bench [ROUNDS=3 SECS=4]. Loads the demo content into an empty database,
starts gunicorn on a free port of 127.0.0.1, signs a demo account in, and hands the addresses to `page-bench`
when PAGE_BENCH names it (it drives wrk); without it, a plain loop measures the server processes' CPU time.
Everything it starts ends with it.

« searches » are several questions in turn, as readers ask them. With SEARCH_URL all of their CPU is ours; the
embedded engine's own part is in it.
"""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.ports import free_port

REQUESTS = 200
SEARCHES = (
    "/recherche/?q=plaie",
    "/recherche/?q=infirmier+nuit",
    "/recherche/?q=kin%C3%A9",
    "/recherche/?q=douleur+chronique",
    "/recherche/?q=vaccination+grippe",
    "/recherche/",
    "/recherche/?q=soins&profession=toutes&type=job",
    "/recherche/?q=douleur&profession=toutes&theme=douleur",
    "/recherche/?q=soins&profession=toutes&page=2",
    "/recherche/?profession=toutes&page=2",
)
ROUNDS = int(os.environ.get("ROUNDS", "3"))
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL database that may be filled with demo content.")
    run("migrate", "--verbosity", "0")
    run("demo")
    run("collectstatic", "--noinput", "--verbosity", "0")
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py",
         "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=environment(), start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(port)
        cookie = sign_in(port, "infirmier@pairs.example", "demo-pairs")
        pages = addresses(port, cookie)
        if tool := os.environ.get("PAGE_BENCH"):
            hand_over(tool, port, cookie, pages, server.pid)
        else:
            measure(port, cookie, pages, server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def environment() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "LOG_LEVEL": "ERROR"}


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(), check=True)


def wait_for(port: int) -> None:
    for _ in range(150):
        try:
            if get(port, "/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not start")


def get(port: int, path: str, cookie: str = "", encoding: str = "identity") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Accept-Encoding": encoding} | ({"Cookie": cookie} if cookie else {})
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, body


def sign_in(port: int, email: str, password: str) -> str:
    """The session's cookie header, as a browser would hold it after the sign-in form."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
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

    return {
        "home": "/",
        "jobs": "/emplois/",
        "offer": first("/emplois/?profession=toutes", r'<h2[^>]*><a href="([^"]*/emplois/[^"?]+)"'),
        "search": "/recherche/?q=plaie",
        "threads": "/communaute/plaies-et-cicatrisation/",
        "thread": first(
            "/communaute/plaies-et-cicatrisation/", r'href="(/communaute/[\w-]+/\d+-[\w-]+/)', cookie
        ),
    }


PRIVATE = {"threads", "thread"}


def hand_over(tool: str, port: int, cookie: str, pages: dict[str, str], pid: int) -> None:
    def site(name: str, chosen: dict[str, str], *more: str) -> list[str]:
        urls = [part for label, path in chosen.items() for part in ("--u", f"{label}={path}")]
        return ["--name", name, "--base", f"http://127.0.0.1:{port}", "--pid", str(pid), *more, *urls]

    public = {label: path for label, path in pages.items() if label not in PRIVATE}
    command = [sys.executable, tool, "--conc", "8", "--rounds", str(ROUNDS), *site("visitor", public)]
    subprocess.run([*command, *site("professional", pages, "--cookie", cookie)], check=True)


def measure(port: int, cookie: str, pages: dict[str, str], pid: int) -> None:
    print(f"{'page':10} {'visitor':>10} {'signed in':>10}   (CPU ms per request, median of {ROUNDS} rounds)")
    for label, paths in {**{label: (path,) for label, path in pages.items()}, "searches": SEARCHES}.items():
        visitor = "-" if label in PRIVATE else f"{cpu(port, paths, '', pid):.1f}"
        print(f"{label:10} {visitor:>10} {cpu(port, paths, cookie, pid):>10.1f}", flush=True)


def cpu(port: int, paths: Sequence[str], cookie: str, pid: int) -> float:
    """Median over rounds of the server processes' CPU milliseconds per request, of addresses in turn."""
    rounds = []
    for _ in range(ROUNDS):
        before = seconds_of(pid)
        for path in islice(cycle(paths), REQUESTS):
            status, _body = get(port, path, cookie, "gzip")
            if status != 200:
                sys.exit(f"{path} answered {status}")
        rounds.append((seconds_of(pid) - before) * 1000 / REQUESTS)
    return sorted(rounds)[len(rounds) // 2]


def seconds_of(pid: int) -> float:
    """User and system seconds of a process and its children."""
    ticks = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(process.name) == pid or int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


if __name__ == "__main__":
    main()
