"""Whether the time of an answer tells who has an account: sign-up, forgotten password, sign-in, new address.

Usage: DATABASE_URL=postgres://… python bench/timing.py [PAIRS=200]. Loads the demo content into an empty
database and starts gunicorn on a free port of 127.0.0.1, as `bench/pages.py` does. Each pair asks with an
address that has an account and with one that has none, in random order. A classifier learns the threshold
that tells them apart best from the first half of the pairs; printed is how often it is right on the other
half. Half of the time is a guess; with 200 pairs, chance alone gives 43 to 57 %.
"""

import http.client
import os
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.pages import run, server

PAIRS = int(os.environ.get("PAIRS", "200"))
WARM_UP = 10
PASSWORD = "une phrase que personne ne devine"
# Accounts of their own, so that no limit of one account is met.
ACCOUNTS = """
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from members.models import User
password = make_password({password!r})
for number in range({count}):
    user, is_new = User.objects.get_or_create(email=f"timing{{number}}@pairs.example")
    User.objects.filter(pk=user.pk).update(password=password)
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
"""
MEMBERS = 60


@dataclass
class Browser:
    """Sends forms, each from another address: limits count addresses, and are not what is measured."""

    port: int
    cookie: str = ""
    tokens: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, **fields: str) -> float:
        """Seconds until the answer is there."""
        if path not in self.tokens:
            self.tokens[path] = self._token(path)
        form = urlencode({"csrfmiddlewaretoken": self.tokens[path], **fields})
        sender = ".".join(["10", *(str(random.randrange(1, 255)) for _ in range(3))])
        headers = {"Cookie": self.cookie, "X-Forwarded-For": sender}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        started = time.perf_counter()
        connection.request("POST", path, form, headers)
        response = connection.getresponse()
        response.read()
        seconds = time.perf_counter() - started
        connection.close()
        if response.status not in (200, 302):
            sys.exit(f"{path} answered {response.status}")
        for name in ("csrftoken", "sessionid"):
            if path == "/compte/connexion/" and (new := re.search(rf"{name}=[^;]+", str(response.headers))):
                self._keep(new[0])
        return seconds

    def _keep(self, cookie: str) -> None:
        name = cookie.split("=")[0]
        others = [part for part in self.cookie.split("; ") if part and not part.startswith(f"{name}=")]
        self.cookie = "; ".join([*others, cookie])

    def _token(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        html = response.read().decode()
        if set_cookie := re.search(r"csrftoken=[^;]+", response.getheader("Set-Cookie") or ""):
            self._keep(set_cookie[0])
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)[1]


def sign_in(port: int, email: str) -> Browser:
    browser = Browser(port)
    browser.post("/compte/connexion/", login=email, password=PASSWORD)
    browser.tokens.clear()
    return browser


def flows(port: int) -> dict[str, Callable[[str], float]]:
    visitor = Browser(port)
    members = cycle([sign_in(port, known(PAIRS + number)) for number in range(MEMBERS)])
    names = {"first_name": "Ana", "last_name": "Blin", "password1": PASSWORD, "terms": "on"}
    return {
        "sign-up": lambda email: visitor.post("/compte/inscription/", email=email, **names),
        "forgotten password": lambda email: visitor.post("/compte/mot-de-passe/oublie/", email=email),
        "sign-in": lambda email: visitor.post("/compte/connexion/", login=email, password=PASSWORD),
        "change of address": lambda email: next(members).post(
            "/compte/adresse/", email=email, action_add="1"
        ),
    }


def known(number: int) -> str:
    return f"timing{number}@pairs.example"


def unknown() -> str:
    return f"x{random.getrandbits(40):x}@pairs.example"


def measure(ask: Callable[[str], float]) -> list[tuple[float, float]]:
    """(seconds with an account, without) of each pair."""
    for number in range(WARM_UP):
        ask(known(PAIRS + number))
        ask(unknown())
    pairs = []
    for number in range(PAIRS):
        asked = [known(number), unknown()]
        order = random.sample((0, 1), 2)
        seconds = {one: ask(asked[one]) for one in order}
        pairs.append((seconds[0], seconds[1]))
    return pairs


def hit_rate(pairs: Sequence[tuple[float, float]]) -> float:
    half = len(pairs) // 2
    learnt, tried = pairs[:half], pairs[half:]
    thresholds = sorted(seconds for pair in learnt for seconds in pair)
    rates = [(rate(learnt, threshold), threshold) for threshold in thresholds]
    best = max(rates, key=lambda one: abs(one[0] - 0.5))
    found = rate(tried, best[1])
    return found if best[0] >= 0.5 else 1 - found


def rate(pairs: Sequence[tuple[float, float]], threshold: float) -> float:
    """How often « slower than the threshold: has an account » is right."""
    right = sum((known > threshold) + (unknown <= threshold) for known, unknown in pairs)
    return right / (2 * len(pairs))


def main() -> None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Set DATABASE_URL to a PostgreSQL database that may be filled with demo content.")
    os.environ |= {"TRUSTED_PROXY_COUNT": "1", "EMAIL_URL": "dummymail://"}
    run("migrate", "--verbosity", "0")
    run("demo")
    run("collectstatic", "--noinput", "--verbosity", "0")
    run("shell", "-c", ACCOUNTS.format(password=PASSWORD, count=PAIRS + MEMBERS))
    print(f"{'':20} {'account':>9} {'none':>9} {'right':>7}  ({PAIRS} pairs; medians in ms)", flush=True)
    with server() as (port, _pid):
        for name, ask in flows(port).items():
            pairs = measure(ask)
            with_account, without = (median(pair[side] for pair in pairs) * 1000 for side in (0, 1))
            print(f"{name:20} {with_account:9.1f} {without:9.1f} {hit_rate(pairs):7.0%}", flush=True)


if __name__ == "__main__":
    main()
