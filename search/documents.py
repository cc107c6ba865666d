"""What the engines hold: one `Document` per thing that can be found."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

Key = tuple[str, int]  # kind, pk

# `json.dumps` would make one for each document.
_encoded = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Document:
    """One searchable object, as plain text and codes."""

    kind: str  # news, job, training, thread, group, person
    pk: int
    title: str
    # Labels that a reader may type: professions, specialties, themes and their synonyms, place, employer.
    keywords: str
    body: str  # plain text, no markup
    access: frozenset[str]  # tokens (see members.access); empty: nobody
    date: datetime  # aware; sorts by date and freshness use it
    expires_at: datetime | None = None  # aware; found by nobody from then on
    # Aware; the next thing that happens (a session), for the order of what comes soon.
    begins_at: datetime | None = None
    # Somebody asked, and was answered (threads).
    answered: bool = False
    # facet name → slugs, e.g. {"profession": ("infirmier",), "theme": (), "contract": ("cdi",)}
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.pk}"


def split_id(document_id: str) -> Key:
    """« job:12 » → ("job", 12)."""
    kind, _, pk = document_id.rpartition(":")
    return kind, int(pk)


def by_kind(keys: Iterable[Key]) -> dict[str, list[int]]:
    """kind → pks."""
    grouped: dict[str, list[int]] = {}
    for kind, pk in keys:
        grouped.setdefault(kind, []).append(pk)
    return grouped


def fingerprint(document: Document) -> str:
    """32 hexadecimal digits, the same on every host for equal documents.

    Engines store it with the document when it is written; the drift check compares it with what the
    database says now.
    """
    content = [
        document.kind,
        document.pk,
        document.title,
        document.keywords,
        document.body,
        sorted(document.access),
        _moment(document.date),
        _moment(document.expires_at),
        _moment(document.begins_at),
        document.answered,
        {name: sorted(values) for name, values in document.facets.items() if values},
    ]
    return hashlib.blake2b(_encoded(content).encode(), digest_size=16).hexdigest()


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat() if value else None
