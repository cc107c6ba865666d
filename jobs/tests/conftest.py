"""Fixtures of the tests of imports."""

import json

import pytest
import time_machine

from .partner import NOW, run


@pytest.fixture
def today(site):
    """The site on the day that the samples were written for."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def send(tmp_path):
    """Imports these offers as one file of the source « baie »; returns the exit code."""

    def send(*offers: dict, options=()) -> int:
        file = tmp_path / "baie.jsonl"
        file.write_text("".join(json.dumps(offer) + "\n" for offer in offers), encoding="utf-8")
        return run(file, *options)

    return send


@pytest.fixture
def refusals(send, tmp_path):
    """The refused fields of these offers, with the reasons."""

    def refusals(*offers: dict) -> dict[str, str]:
        report = tmp_path / "report.jsonl"
        send(*offers, options=["--report", str(report)])
        rows = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
        return {row["field"]: row["reason"] for row in rows}

    return refusals
