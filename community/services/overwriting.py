"""Two people, or two windows, correct the same thing: the second does not replace the first unseen.

A form carries the `version` of the texts that it was opened on; the command compares it with what is there.
"""

from collections.abc import Sequence
from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Group, Post, Thread


def texts_of(thing: Group | Post | Thread) -> tuple[str, ...]:
    """What several may correct, as it is stored."""
    if isinstance(thing, Group):
        return thing.name, thing.description, thing.rules
    return (thing.body,) if isinstance(thing, Post) else (thing.title,)


def version(thing: Group | Post | Thread) -> str:
    """16 hexadecimal digits, the same for the same texts."""
    return blake2b("\0".join(texts_of(thing)).encode(), digest_size=8).hexdigest()


def refuse_overwriting(thing: Group | Post | Thread, wanted: Sequence[str], seen: str) -> None:
    """`thing`: as it is now, locked. `seen`: its version when the form was opened; empty: not asked."""
    if seen and seen != version(thing) and texts_of(thing) != tuple(wanted):
        raise ValidationError(
            _(
                "Somebody has changed this since you opened the page. Your text is below: compare it with"
                " what is there now, then save again to replace it."
            ),
            code="changed",
        )
