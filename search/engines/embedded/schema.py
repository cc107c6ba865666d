"""The schema of the embedded index, and its entries made of documents."""

import hashlib
import json
import time
import zlib
from collections.abc import Collection, Iterable
from datetime import datetime

import tantivy

from ...analysis import analyzer
from ...analysis.synonyms import CAPITALS_ONLY
from ...documents import Document, fingerprint
from ...facets import indexed_facets
from ...query.plan import capital_acronyms
from ..base import REINDEX
from ..common import (
    TEXTS,
    UnknownFacetError,
    facet_values,
    first_word,
    milliseconds,
    sort_keys,
    text_streams,
    words_field,
)
from ..compiler import ANSWERED

# Splits at spaces and does nothing else: texts come as tokens.
TOKENS = "tokens"
NEVER = 2**63 - 1  # expiry of what does not expire

# Raised when a field or its analysis changes: the index must then be built anew.
LAYOUT = 7


def facet_field(name: str) -> str:
    return f"facet_{name}"


def layout() -> str:
    """The hash of the schema without facets: an index with another one cannot be read."""
    said = [LAYOUT, analyzer.version(), sorted(CAPITALS_ONLY), tantivy.__version__.split(".")[:2]]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=4).hexdigest()


def facet_names() -> list[str]:
    return sorted(indexed_facets())


def build_schema(facet_names: Iterable[str]) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name=TOKENS)
        builder.add_text_field(words_field(name), tokenizer_name=TOKENS)
    for name in ("id", "access", "acronyms", "start", "week", "answered"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("kind", *map(facet_field, facet_names)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("pk", "deleted_at"):
        builder.add_unsigned_field(name, fast=True, indexed=True)
    # Not fast: a range over its few terms costs less than one over the value of every document.
    builder.add_unsigned_field("expiry", indexed=True)
    for name in (
        "key",
        "kind_code",
        "expires",
        "version",
        "order",
        "closing",
        "session",
        "fingerprint_1",
        "fingerprint_2",
    ):
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field("shown", stored=True)
    return builder.build()


def week_of(moment: datetime) -> int:
    """Number of a week, to look among the newest documents first."""
    return int(moment.timestamp()) // (7 * 24 * 3600)


def key_of(document_id: str) -> int:
    """A number for an id, to read it from a fast field."""
    return int.from_bytes(hashlib.blake2b(document_id.encode(), digest_size=8).digest())


def kind_code(kind: str) -> int:
    """A number for a kind, to read it from a fast field."""
    return zlib.crc32(kind.encode())


def entry(document: Document, version: int, known_facets: Collection[str]) -> tantivy.Document:
    """Raises `UnknownFacetError`, also for a facet that the index was made without (`known_facets`)."""
    doc = tantivy.Document()
    _identify(doc, document.id, version)
    for name, tokens in text_streams(document).items():
        doc.add_text(name, tokens)
    for token in document.access:
        doc.add_text("access", token)
    for acronym in capital_acronyms(document.title, document.keywords, document.body):
        doc.add_text("acronyms", acronym)
    if start := first_word(document.title):
        doc.add_text("start", start)
    for name, values in facet_values(document).items():
        if name not in known_facets:
            raise UnknownFacetError(f"the index does not know the facet {name}: run `{REINDEX}`")
        for value in values:
            doc.add_text(facet_field(name), value)
    doc.add_text("week", str(week_of(document.date)))
    doc.add_text("kind", document.kind)
    if document.answered:
        doc.add_text("answered", ANSWERED)
    doc.add_unsigned("kind_code", kind_code(document.kind))
    doc.add_unsigned("pk", document.pk)
    for name, key in sort_keys(document).items():
        doc.add_unsigned(name, key)
    for name in ("expires", "expiry"):
        doc.add_unsigned(name, milliseconds(document.expires_at) if document.expires_at else NEVER)
    digest = fingerprint(document)
    doc.add_unsigned("fingerprint_1", int(digest[:16], 16))
    doc.add_unsigned("fingerprint_2", int(digest[16:], 16))
    shown = [document.kind, document.pk, document.keywords]
    doc.add_bytes("shown", json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace"))
    return doc


def tombstone(document_id: str, version: int) -> tantivy.Document:
    """The tombstone of a deleted document: its version, which refuses older states for a while."""
    doc = tantivy.Document()
    _identify(doc, document_id, version)
    doc.add_unsigned("deleted_at", int(time.time()))
    return doc


def _identify(doc: tantivy.Document, document_id: str, version: int) -> None:
    doc.add_text("id", document_id)
    doc.add_unsigned("key", key_of(document_id))
    doc.add_unsigned("version", version)
