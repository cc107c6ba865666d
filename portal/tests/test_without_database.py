"""A database that is down: health checks answer, pages say that they come back, logs name no account."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]
# Asked of the whole stack, from the WSGI handler on, by a reader who is signed in or not.
ASK = """
import json, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.test import Client
said = {}
for cookie in ("", "x" * 32):
    for path in ("/healthz", "/readyz", "/", "/compte/connexion/", "/communaute/"):
        client = Client(raise_request_exception=False)
        if cookie:
            client.cookies["sessionid"] = cookie
        response = client.get(path, headers={"host": "127.0.0.1"})
        answer = [response.status_code, dict(response.headers), response.content.decode()]
        said[f"{path} {bool(cookie)}"] = answer
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> subprocess.CompletedProcess:
    folder = str(tmp_path_factory.mktemp("down"))
    env = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "DATA_DIR": folder,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",  # the discard port: nobody listens
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "LOG_FORMAT": "json",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.fixture(scope="module")
def said(run) -> dict[str, list]:
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("signed_in", [False, True])
def test_health_checks_answer(said, signed_in):
    assert said[f"/healthz {signed_in}"][0] == 200
    status, _headers, body = said[f"/readyz {signed_in}"]
    assert (status, json.loads(body)["database"]) == (503, "down")


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("path", ["/", "/compte/connexion/", "/communaute/"])
def test_pages_say_that_the_portal_comes_back(said, path, signed_in):
    status, headers, body = said[f"{path} {signed_in}"]
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert "De retour dans un instant" in body
    assert "'unsafe-" not in headers["Content-Security-Policy"]


def test_each_line_of_the_log_names_its_request_and_no_account(run):
    lines = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
    requests = [line for line in lines if line.get("event") == "request_finished"]
    assert len(requests) >= 4
    assert all(line["request_id"] for line in requests)
    assert not any("user_id" in line for line in requests)
