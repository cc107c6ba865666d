"""What the documents show is there, and light."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = [
    (document, target)
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
]

pytestmark = pytest.mark.database_free


def test_the_readme_shows_the_portal():
    assert any(document.name == "README.md" for document, _target in PICTURES)


@pytest.mark.parametrize(("document", "target"), PICTURES)
def test_a_picture_is_there_and_light(document: Path, target: str):
    picture = document.parent / target
    assert picture.is_file()
    assert picture.stat().st_size < 120_000
