"""The leak matrix: every readable thing × every kind of viewer × every surface.

`tests/leaks/expectations.py`, written by hand, says what is allowed. Each viewer fetches every surface once,
with the whole world in the database and in the index; then the test looks for every thing in the answers.
"""

from collections.abc import Iterator
from html import unescape

import pytest

from .leaks import expectations
from .leaks.people import EVERYBODY
from .leaks.surfaces import Surface, surfaces
from .support import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.full_on_sqlite]


def everything_said(response) -> str:
    """What a reader, a proxy or a script gets of an answer: its text and its headers."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    content = b"".join(response) if response.streaming else response.content
    return unescape(f"{headers}\n{content.decode(errors='replace')}")


@pytest.mark.parametrize("viewer", sorted(EVERYBODY))
def test_nobody_meets_what_they_may_not_read(viewer, world):
    client = browser_of(world.people[viewer])
    leaks, lost, wrong = [], [], []
    for surface in surfaces(world):
        said = []
        for path in surface.paths:
            response = client.get(path)
            if response.status_code == 302 and response.url.startswith("/recherche/"):
                said.append(everything_said(response))
                response = client.get(response.url)  # beyond the last page: it leads there
            assert response.status_code < 500, (path, getattr(response, "exc_info", None))
            said.append(everything_said(response))
            expected = surface.status(viewer) if surface.status else None
            if expected not in (None, response.status_code):
                wrong.append(f"{path} ({surface.name}): {response.status_code}, not {expected}")
        text = "\n".join(said)
        leaks += _leaks(viewer, surface, text)
        lost += _lost(viewer, surface, text)
    assert not leaks, "\n".join(leaks)
    assert not wrong, "\n".join(wrong)
    assert not lost, "\n".join(sorted(set(lost)))


def _leaks(viewer: str, surface: Surface, text: str) -> Iterator[str]:
    asked = " ".join(surface.paths)
    for thing in expectations.THINGS.values():
        if thing.owner == viewer or thing.allowed(viewer, surface.name, for_everybody=surface.for_everybody):
            continue
        # The address that was asked for may come back: who sent it knew it.
        found = [w for w in thing.words if w in text and w not in asked]
        if found:
            yield f"{viewer} met {thing.name} ({', '.join(found)}) on {surface.name}: {asked}"


def _lost(viewer: str, surface: Surface, text: str) -> Iterator[str]:
    for thing in expectations.THINGS.values():
        if surface.shows and thing.expected(viewer, surface.name) and not any(w in text for w in thing.words):
            yield f"{viewer} did not find {thing.name} on {surface.name}"
