"""deploy/upgrade: what serves goes on until a version is whole. Nothing is installed or migrated here."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]
# Stands for Python: its `-m venv` copies it; it writes down what it is asked, and fails at what FAIL names.
PYTHON = """#!/usr/bin/env bash
case "$*" in
  "-c import sys;"*) exit 0 ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *) echo "$*" >>"$ORDERS"; case "$*" in *"${FAIL:-nothing fails}"*) exit 1 ;; esac ;;
esac
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A folder with a clone of a repository that has two versions, « one » and « two »."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "PYTHON", "NO_MIGRATE"):
        monkeypatch.delenv(name, raising=False)
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    for version in ("one", "two"):
        (origin / "version").write_text(version)
        git(origin, "add", "version")
        git(origin, "-c", "user.name=x", "-c", "user.email=x@y.example", "commit", "-qm", version)
        git(origin, "tag", version)
    git(tmp_path, "clone", "--quiet", str(origin), "repository")
    (tmp_path / "portal.env").touch()
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python3.11"
    python.write_text(PYTHON)
    python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{python.parent}:{os.environ['PATH']}")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def upgrade(server: Path, version: str, **environment: str) -> subprocess.CompletedProcess:
    own = {"PORTAL_BASE": server, "PORTAL_ENV": server / "portal.env", "ORDERS": server / "orders"}
    env = os.environ | {name: str(value) for name, value in own.items()} | environment
    command = [ROOT / "deploy" / "upgrade", version]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)


def current(server: Path) -> str:
    return (server / "current" / "version").read_text()


def test_a_version_is_built_migrated_and_made_current(server):
    assert upgrade(server, "one").returncode == 0
    assert current(server) == "one"
    asked = [
        order.split("manage.py ")[-1].split()[0] for order in (server / "orders").read_text().splitlines()
    ]
    assert asked[-4:] == ["check", "collectstatic", "migrate", "setup_site"]
    before = (server / "current").resolve()
    assert upgrade(server, "main").returncode == 0
    assert current(server) == "two"
    assert (before / "version").read_text() == "one"  # what still runs of it reads its own files


@pytest.mark.parametrize("step", ["pip install", "check", "collectstatic", "migrate", "setup_site"])
def test_what_serves_stays_when_a_step_fails(server, step):
    upgrade(server, "one")
    assert upgrade(server, "two", FAIL=step).returncode != 0
    assert current(server) == "one"
    assert upgrade(server, "two").returncode == 0
    assert current(server) == "two"


def test_one_goes_back_to_a_version_without_building_it_again(server):
    for version in ("one", "two"):
        upgrade(server, version)
    (server / "orders").unlink()
    assert upgrade(server, "one").returncode == 0
    assert current(server) == "one"
    assert "pip install" not in (server / "orders").read_text()


@pytest.mark.parametrize(
    ("version", "missing", "sentence"),
    [("three", "", "« three » is no version of"), ("one", "portal.env", "portal.env cannot be read")],
)
def test_what_is_wrong_is_one_sentence(server, version, missing, sentence):
    if missing:
        (server / missing).unlink()
    run = upgrade(server, version)
    assert run.returncode != 0
    assert len(run.stderr.splitlines()) == 1
    assert sentence in run.stderr
