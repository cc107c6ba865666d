from collections.abc import Iterable
from hashlib import blake2b

from core.text import slug_of
from home.pages import ListPage

TITLE_LENGTH, REFERENCE_LENGTH = 60, 40


class Slugs:
    """Addresses of the new pages of a batch: title and reference, told apart from those that exist.

    One query a batch; Wagtail's own numbering would ask once per page of the same title.
    """

    def __init__(self, index: ListPage, source: str, new: Iterable[tuple[str, str]]):
        self._slugs: dict[str, str] = {}
        wanted = {reference: _slug(title, reference) for title, reference in new}
        taken = set(index.get_children().filter(slug__in=wanted.values()).values_list("slug", flat=True))
        for reference, slug in wanted.items():
            if slug in taken:
                digest = blake2b(f"{source} {reference}".encode(), digest_size=4).hexdigest()
                slug = f"{slug}-{digest}"
            taken.add(slug)
            self._slugs[reference] = slug

    def of(self, reference: str) -> str:
        return self._slugs[reference]


def _slug(title: str, reference: str) -> str:
    parts = [
        slug_of(title)[:TITLE_LENGTH].strip("-"),
        slug_of(reference)[:REFERENCE_LENGTH].strip("-")
        or blake2b(reference.encode(), digest_size=4).hexdigest(),
    ]
    return "-".join(filter(None, parts))
