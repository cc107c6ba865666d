"""Who may read what: one `Viewer` per request, one set of tokens per viewer.

Everything that can be read carries the tokens that open it: `access_tokens` of a search document and
`visible_to(viewer)` of a queryset say the same thing, and `tests/test_leaks.py` holds them together.
A viewer who holds none of an object's tokens does not learn that it exists. Nothing here asks the database:
`members.viewers` makes the viewer of an account.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

PUBLIC = "public"
PRO = "pro"
EDITOR = "editor"
MANAGER = "manager"

Answer = TypeVar("Answer")
Version = tuple[int, int, str]


def profession_token(code: str) -> str:
    """Opens what is reserved for one profession. `code`: the official one, « 60 » for nurses."""
    return f"pro:{code}"


def group_token(group_id: int) -> str:
    """Opens what members of one community group read."""
    return f"group:{group_id}"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who reads. Made by `viewers.viewer_for`, once per request; tests may make one by hand."""

    user_id: int | None = None
    tokens: frozenset[str] = frozenset({PUBLIC})
    # Verified professions only: official codes and slugs, in the same order.
    profession_codes: tuple[str, ...] = ()
    profession_slugs: tuple[str, ...] = ()
    # Where verified professionals say that they practise. Orders what they find; opens nothing.
    region_slugs: tuple[str, ...] = ()
    department_codes: tuple[str, ...] = ()
    # Has asked for a verification that nobody has decided yet. Opens nothing.
    is_waiting: bool = False
    # Answers of `once`, by key; None: nothing is remembered.
    memo: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    # Says under which content version the viewer's request reads (`core.content`); None: nothing is kept.
    content_version: Callable[[], Version] | None = field(default=None, compare=False, repr=False)

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    @property
    def is_verified(self) -> bool:
        return PRO in self.tokens

    @property
    def is_manager(self) -> bool:
        return MANAGER in self.tokens

    @property
    def is_editor(self) -> bool:
        return EDITOR in self.tokens

    @property
    def group_ids(self) -> frozenset[int]:
        """Groups that the viewer is a member of."""
        return frozenset(int(t.removeprefix("group:")) for t in self.tokens if t.startswith("group:"))

    def once(self, key: str, ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers, remembered for one request. A viewer made by hand asks each time."""
        if self.memo is None:
            return ask()
        if key not in self.memo:
            self.memo[key] = ask()
        return self.memo[key]


VISITOR = Viewer()
