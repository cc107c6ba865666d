"""The mapping of the servers, of features that Elasticsearch and OpenSearch share."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from ...analysis import analyzer
from ...analysis.synonyms import CAPITALS_ONLY
from ...documents import Document, fingerprint
from ...facets import indexed_facets
from ...query.plan import capital_acronyms
from ..common import TEXTS, facet_values, first_word, milliseconds, sort_keys, text_streams, words_field
from ..compiler import ANSWERED

# Expiry of documents that do not expire: a range filter is fastest where every document has a value.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# Older states of a deleted document are refused for this long.
TOMBSTONES = "1h"

# Score of labels: how rare the word is. How long and how repetitive they are says nothing.
RARITY = "portal_rarity"


def _properties() -> dict[str, Any]:
    # Texts come as tokens: the server splits them at spaces and analyses nothing.
    tokens = {"type": "text", "analyzer": "whitespace"}
    labels = tokens | {"similarity": RARITY}
    keyword = {"type": "keyword"}
    shown = keyword | {"index": False, "doc_values": False}
    return {
        "document_id": keyword,
        "kind": keyword,
        "access": keyword,
        "acronyms": keyword,
        "start": keyword,
        "answered": keyword,
        "facets": {"type": "object", "properties": dict.fromkeys(sorted(indexed_facets()), keyword)},
        **{name: labels if name == "keywords" else tokens for name in TEXTS},
        **{words_field(name): labels if name == "keywords" else tokens for name in TEXTS},
        "shown_keywords": shown,
        "date": {"type": "date", "format": "epoch_millis"},
        "until": {"type": "date", "format": "epoch_millis"},
        "order": {"type": "long"},
        "closing": {"type": "long"},
        "session": {"type": "long"},
        "version": {"type": "long"},
        "fingerprint": {"type": "keyword", "index": False},
    }


def index_body(*, replicas: int | None = None) -> dict[str, Any]:
    if replicas is None:
        replicas = settings.SEARCH_REPLICAS
    return {
        "settings": {
            "index": {
                "number_of_shards": 1,
                "number_of_replicas": replicas,
                "gc_deletes": TOMBSTONES,
                "refresh_interval": "-1",  # while it is being filled
            },
            "similarity": {RARITY: {"type": "BM25", "k1": 0, "b": 0}},
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"excludes": [*TEXTS, *map(words_field, TEXTS)]},
            "properties": _properties(),
        },
    }


def mapping_hash() -> str:
    """The hash in the name of an index: another one means that a rebuild is due."""
    said = [index_body(replicas=0), analyzer.version(), sorted(CAPITALS_ONLY)]
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=4).hexdigest()


def entry(document: Document, version: int) -> dict[str, Any]:
    """Raises `UnknownFacetError`."""
    return {
        **text_streams(document),
        "shown_keywords": _encodable(document.keywords),
        "document_id": document.id,
        "kind": document.kind,
        "access": sorted(document.access),
        "acronyms": capital_acronyms(document.title, document.keywords, document.body),
        "start": first_word(document.title),
        "answered": [ANSWERED] if document.answered else [],
        "facets": {name: list(values) for name, values in facet_values(document).items()},
        "date": milliseconds(document.date),
        "until": milliseconds(document.expires_at or NEVER),
        **sort_keys(document),
        "version": version,
        "fingerprint": fingerprint(document),
    }


def _encodable(text: str) -> str:
    """Without halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode()
