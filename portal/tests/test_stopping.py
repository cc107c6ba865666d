"""Ctrl-C in the terminal of a portal that serves."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.ports import free_port

pytestmark = pytest.mark.database_free
ROOT = Path(__file__).resolve().parents[2]
SLOW = """
import time

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        open("asked", "w").close()
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]
"""


@pytest.fixture
def server(tmp_path):
    """(process, its port): the portal's gunicorn before an application that takes its time."""
    (tmp_path / "slow.py").write_text(SLOW)
    port = free_port()
    config = ROOT / "deploy" / "gunicorn.conf.py"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "slow:app", "--config", config, "--bind", f"127.0.0.1:{port}"],
        cwd=tmp_path,
        env=os.environ | {"WEB_CONCURRENCY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process, port
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    return connection.getresponse().read()


def wait_until(done) -> None:
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        return ask(port, "/") == b"done"
    except OSError:
        return False


def test_what_was_asked_is_answered_and_nothing_is_printed(server, tmp_path):
    process, port = server
    wait_until(lambda: answers(port))
    got: list[bytes] = []
    asking = threading.Thread(target=lambda: got.append(ask(port, "/slow")))
    asking.start()
    wait_until((tmp_path / "asked").exists)
    os.killpg(process.pid, signal.SIGINT)
    asking.join(20)
    said, _none = process.communicate(timeout=20)
    assert got == [b"done"]
    assert (process.returncode, said) == (0, "")
