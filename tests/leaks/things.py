"""What is read: each thing of the leak matrix, with words that stand nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from hashlib import blake2b

from .people import NOBODY, VISITOR

Names = frozenset[str]


@cache  # the matrix looks for each of them on every surface
def word(name: str) -> str:
    """A nonsense word of its own for every name: letters only, far from every other, stemmed by nobody."""
    digest = blake2b(name.encode(), digest_size=7).digest()
    return "".join("bdfgjklmnprtvz"[byte % 14] + "aiou"[byte // 14 % 4] for byte in digest) + "k"


@dataclass(frozen=True)
class Thing:
    """One readable thing, and who may read it: written by hand, not asked of the code."""

    name: str
    readers: Names = NOBODY
    # Surfaces (patterns) on which its readers may meet it; empty: on every surface.
    only_on: tuple[str, ...] = ()
    # Surfaces on which its readers must meet it.
    shown_on: tuple[str, ...] = ()
    # What others may meet on some surfaces: pattern → viewers.
    also: Mapping[str, Names] = field(default_factory=dict)
    # Nothing is said of what somebody reads of themselves.
    owner: str = ""
    # Found by search, with these values of facets: « profession », « kind »…
    facets: Mapping[str, tuple[str, ...]] | None = None

    @property
    def title(self) -> str:
        return word(f"{self.name} title")

    @property
    def body(self) -> str:
        return word(f"{self.name} body")

    @property
    def slug(self) -> str:
        return word(f"{self.name} slug")

    @property
    def words(self) -> tuple[str, ...]:
        return self.title, self.body, self.slug

    def allowed(self, viewer: str, surface: str, *, for_everybody: bool = False) -> bool:
        """Whether this viewer may meet the thing there. `for_everybody`: a surface without viewers."""
        who = VISITOR if for_everybody else viewer
        here = not self.only_on or matches(surface, self.only_on)
        if who in self.readers and here:
            return True
        return any(viewer in viewers and matches(surface, [p]) for p, viewers in self.also.items())

    def expected(self, viewer: str, surface: str) -> bool:
        return viewer in self.readers and matches(surface, self.shown_on)


def matches(surface: str, patterns) -> bool:
    return any(fnmatchcase(surface, pattern) for pattern in patterns)
