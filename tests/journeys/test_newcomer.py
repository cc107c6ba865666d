"""Somebody with a fresh checkout: `make demo`, the address that it prints, an account that it prints."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ..ports import free_port
from .browser import DESKTOP, new_context

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds; three minutes on a machine that does nothing else


@pytest.fixture
def demo(tmp_path) -> Iterator[tuple[str, Path]]:
    """(address, file of what it prints) of a demo that starts; it ends like by Ctrl-C."""
    port = free_port()
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    said = tmp_path / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            ["make", "demo", f"PORT={port}"],
            cwd=ROOT,
            env=env | {"DATA_DIR": str(tmp_path / "data")},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}/", said
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=30)


def wait_for(port_open: str, said: Path) -> None:
    host, port = port_open.removeprefix("http://").rstrip("/").split(":")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"Nothing listens after {PATIENCE} s: {said.read_text()[-2000:]}")


def test_one_command_starts_a_portal_that_looks_lived_in(browser, demo):
    address, said = demo
    wait_for(address, said)
    words = said.read_text()
    assert address in words
    account = re.search(r"infirmier@\S+", words)[0]
    password = re.search(r"password (\S+?):", words)[1]
    with new_context(browser, address, DESKTOP) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto("/compte/connexion/")
        page.fill("[name=login]", account)
        page.fill("[name=password]", password)
        page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
        expect(page.locator("form[data-forget-drafts]")).to_be_attached()
        page.goto("/recherche/?q=plaie")
        assert page.locator("article.result").count() >= 10
        page.goto("/communaute/")
        assert page.locator("a[href^='/communaute/']").count() > 10
