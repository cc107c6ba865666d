"""Optimistic locking: of two people who edit the same texts, the second does not overwrite the first unseen.

A form carries the `content_version` that it was opened on; the command that saves it calls `check_conflict`
on the locked row. A model names the fields that count in `versioned_fields`.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class Versioned(Protocol):
    versioned_fields: ClassVar[tuple[str, ...]]


def _texts(instance: Versioned) -> tuple[Any, ...]:
    return tuple(getattr(instance, name) for name in instance.versioned_fields)


def content_version(instance: Versioned) -> str:
    """16 hexadecimal digits, the same for the same texts."""
    return blake2b("\0".join(_texts(instance)).encode(), digest_size=8).hexdigest()


def check_conflict(instance: Versioned, wanted: Sequence[str], expected_version: str) -> None:
    """Raises `ValidationError` (code « changed ») when others changed the texts since the form was opened.

    `instance`: as it is now, locked. `wanted`: the new texts in the order of `versioned_fields`.
    `expected_version`: the version when the form was opened; empty: not checked.
    """
    if not expected_version or expected_version == content_version(instance):
        return
    if _texts(instance) != tuple(wanted):
        raise ValidationError(
            _(
                "Somebody has changed this since you opened the page. Your text is below: compare it with"
                " what is there now, then save again to replace it."
            ),
            code="changed",
        )
