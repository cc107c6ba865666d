"""What the documents show and lead to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = [
    (document, target)
    for document in DOCUMENTS
    for target in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
]


def test_the_readme_shows_the_portal():
    assert any(document.name == "README.md" for document, _target in PICTURES)


@pytest.mark.parametrize(("document", "target"), PICTURES)
def test_a_picture_is_there_and_light(document: Path, target: str):
    picture = document.parent / target
    assert picture.is_file()
    assert picture.stat().st_size < 120_000


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(document: Path):
    targets = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []
