"""What logs must not tell: keys of the links that mails carry, values of variables."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.logging import logging_config
from portal.middleware import client_address
from search.engines.timing import engine_seconds, start_timing, timed

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]

RESET = "/compte/mot-de-passe/oublie/1-c8x2kq-7d0f5e0a9b/"
CONFIRM = "/compte/adresse/lien/MQ:1abcde:K3yOfTheLink/"
CHOICE = "/compte/notifications/choix/12.reply.9f8eK3yOfTheLink/"
ALERT = "/compte/recherches/lien/12.saved_search-4.9f8eK3yOfTheLink/"


def logged(log_format: str, record: logging.LogRecord) -> str:
    config = logging_config(log_format, "INFO")["formatters"]["default"]
    return config.pop("()")(**config).format(record)


def record(message: str, *args: str, **kwargs) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, **kwargs)


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("address", [RESET, CONFIRM, CHOICE, ALERT])
def test_keys_of_links_are_not_logged(log_format, address):
    said = logged(log_format, record("Not Found: %s", address, exc_info=None))
    assert "/compte/" in said
    assert not any(key in said for key in ("c8x2kq", "7d0f5e0a9b", "K3yOfTheLink"))


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_errors_are_logged_without_the_values_of_variables(log_format):
    password = "".join(["une phrase", " que personne", " ne connaît"])
    try:
        int("x", base=len(password[:2]))
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    said = logged(log_format, record("Internal Server Error", exc_info=info))
    assert "ValueError" in said
    assert password not in said


@pytest.mark.parametrize(
    ("proxies", "reported", "logged_address"),
    [
        (0, "", "127.0.0.1"),
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "9.9.9.9, 5.5.5.5", "5.5.5.5"),
        (2, "9.9.9.9, 5.5.5.5,10.0.0.1", "5.5.5.5"),
        (3, "5.5.5.5", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_our_proxies_report(rf, settings, proxies, reported, logged_address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    asked = rf.get("/", headers={"X-Forwarded-For": reported} if reported else {})
    assert client_address(asked) == logged_address


@pytest.fixture
def lines(tmp_path):
    """Asks a portal for pages in a process with its real log: what each line of it says."""
    ask = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client(raise_request_exception=False, enforce_csrf_checks=True)
for host, path in (("127.0.0.1", "/healthz"), ("127.0.0.1", "/absent/"), ("evil.example", "/")):
    client.get(path, headers={"host": host})
client.post("/compte/connexion/", headers={"host": "127.0.0.1"})
from portal import health
health.HttpResponse = None
client.get("/static/a.txt", headers={"host": "127.0.0.1"})
client.get("/healthz?broken", headers={"host": "127.0.0.1"})
"""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.txt").write_text("a file that is streamed")
    env = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DATA_DIR": str(tmp_path), "LOG_FORMAT": "json"}
    command = [sys.executable, "-W", "ignore", "-c", ask]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stderr.splitlines()]


def test_each_request_is_one_line_that_says_what_it_cost(lines):
    assert [(line["request"], line["code"]) for line in lines] == [
        ("GET /healthz", 200),
        ("GET /absent/", 404),
        ("GET /", 400),
        ("POST /compte/connexion/", 403),
        ("GET /static/a.txt", 200),
        ("GET /healthz?broken", 500),
    ]
    assert all(line["duration_ms"] > 0 and line["engine_ms"] == 0.0 for line in lines)
    assert lines[0]["queries"] == 0
    assert lines[1]["queries"] > 0
    assert "DisallowedHost" in lines[2]["reason"]
    assert "CSRF" in lines[3]["reason"]
    assert "TypeError" in lines[5]["exception"]


def test_the_time_of_all_calls_of_an_engine_is_added_up():
    def slow():
        time.sleep(0.01)

    def broken():
        time.sleep(0.01)
        raise ValueError

    start_timing()
    timed(slow)()
    with pytest.raises(ValueError):
        timed(broken)()
    assert 0.02 <= engine_seconds() < 1
    start_timing()
    assert engine_seconds() == 0


@pytest.mark.parametrize(("level", "told"), [("INFO", False), ("DEBUG", True)])
def test_tasks_that_succeed_are_told_to_developers_only(level, told):
    handlers = logging_config("json", level)["handlers"]
    assert (logging.getLevelName(handlers["problems"]["level"]) <= logging.INFO) is told
