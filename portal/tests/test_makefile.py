"""The first start, on machines that lack something: one sentence says what. Nothing is installed here."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "find", "grep", "make", "mkdir", "rm", "tail", "touch", "awk", "cp", "env")
# Stands for a Python: says whether it is too old; its `-m venv` makes one that writes its orders down.
PYTHON = """#!/usr/bin/env bash
case "$*" in
  "-c import sys;"*) exit {old} ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"pip install"*) {pip} ;;
  *) echo "$*" >>orders ;;
esac
"""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder with the Makefile and a lock file; in PATH nothing but what make needs, and no Python."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").touch()
    (tmp_path / "var" / "static").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for variable in ("PYTHON", "PORT", "DATA_DIR", "MAKEFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def add_python(machine: Path, name: str, *, old: bool = False, pip: str = "true") -> None:
    python = machine / "bin" / name
    python.write_text(PYTHON.format(old=int(old), pip=pip))
    python.chmod(0o755)


def make(machine: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = ["make", "demo", f"PORT={free_port()}", *arguments]
    return subprocess.run(command, cwd=machine, env=os.environ, capture_output=True, text=True, timeout=60)


def sentences(run: subprocess.CompletedProcess) -> list[str]:
    """What it said of a failure, without make's own last line."""
    assert run.returncode != 0
    return [line for line in run.stderr.splitlines() if not line.startswith("make: ***")]


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13", "python3"])
def test_any_python_that_is_new_enough_is_taken(machine, name):
    add_python(machine, name)
    add_python(machine, "python3.99", old=True)
    run = make(machine)
    assert (run.returncode, run.stderr) == (0, "")
    assert "manage.py serve" in (machine / "orders").read_text().splitlines()[-1]


def test_without_any_python_it_says_which_is_needed(machine):
    assert sentences(make(machine)) == [
        "No Python 3.11 or newer was found: install one or name it with PYTHON=…"
    ]


def test_a_python_that_is_too_old_is_named(machine):
    add_python(machine, "python3.9", old=True)
    said = sentences(make(machine, "PYTHON=python3.9"))
    assert said == ["python3.9 is not Python 3.11 or newer: name another with PYTHON=…"]


def test_a_newer_one_is_taken_when_python3_is_too_old(machine):
    add_python(machine, "python3", old=True)
    add_python(machine, "python3.12")
    assert make(machine).returncode == 0


def test_without_a_network_it_says_so_and_leaves_nothing_half_done(machine):
    lines = "for n in 1 2 3 4; do echo 'WARNING: Retrying after NewConnectionError'; done; exit 1"
    add_python(machine, "python3.12", pip=lines)
    said = sentences(make(machine))
    assert len(said) == 1
    assert "is there a network?" in said[0]
    assert not (machine / ".venv" / ".runtime").exists()


def test_a_busy_port_is_said_before_the_set_up(machine):
    add_python(machine, "python3.12")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = make(machine, f"PORT={port}")
    said = sentences(run)
    assert len(said) == 1
    assert f"Port {port} is in use" in said[0]
    assert f"PORT={port + 1}" in said[0]
    assert not (machine / ".venv").exists()


def test_the_second_start_installs_and_says_nothing(machine):
    add_python(machine, "python3.12")
    assert "Installing" in make(machine).stdout
    run = make(machine)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
