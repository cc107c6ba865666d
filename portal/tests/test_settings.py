"""Production refuses to run unsafely, and says what to set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]
SAFE = {
    "SECRET_KEY": "Xq3-" + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP",
    "ALLOWED_HOSTS": "portail.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1/portal",
    "SITE_URL": "https://portail.example",
    "EMAIL_URL": "smtp://127.0.0.1:2525",
}


def manage(*arguments: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        **environment,
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", SAFE)
def test_production_says_what_is_missing(name, tmp_path):
    run = manage("check", tmp_path=tmp_path, **{key: value for key, value in SAFE.items() if key != name})
    assert run.returncode != 0
    assert f"{name}: " in run.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEBUG": "1"}, "DEBUG must not be set in production"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too short or too regular"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"SITE_URL": "http://portail.example"}, "SITE_URL must start with https://"),
    ],
)
def test_production_refuses_unsafe_values(change, sentence, tmp_path):
    run = manage("check", tmp_path=tmp_path, **(SAFE | change))
    assert run.returncode != 0
    assert sentence in run.stderr


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    run = manage("check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path, **SAFE)
    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout


@pytest.mark.parametrize(
    ("asked", "header"),
    [
        ({}, "max-age=31536000"),
        ({"SECURE_HSTS_SUBDOMAINS": "on"}, "max-age=31536000; includeSubDomains"),
        (
            {"SECURE_HSTS_SUBDOMAINS": "on", "SECURE_HSTS_PRELOAD": "on", "SECURE_HSTS_SECONDS": "60"},
            "max-age=60; includeSubDomains; preload",
        ),
    ],
)
def test_browsers_insist_on_https_for_no_other_name_unless_asked(asked, header, tmp_path):
    (tmp_path / "static").mkdir()
    ask = "from django.test import Client; print(Client().get('/healthz', secure=True).headers)"
    hosts = SAFE | {"ALLOWED_HOSTS": "testserver"}
    run = manage("shell", "--no-imports", "-c", ask, tmp_path=tmp_path, **(hosts | asked))
    assert f"'Strict-Transport-Security': '{header}'" in run.stdout, run.stderr


def test_demo_content_is_refused_in_production(tmp_path):
    run = manage("demo", tmp_path=tmp_path, **SAFE)
    assert run.returncode != 0
    assert "production" in run.stderr
