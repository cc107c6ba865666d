"""Fields and analysis on the servers: the subset that Elasticsearch and OpenSearch share."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from ...analysis.plan import capital_acronyms
from ...analysis.synonyms import CAPITALS_ONLY
from ...analysis.words import ELISIONS, STOP_WORDS, clean
from ...documents import Document, fingerprint
from ...facets import indexed_facets
from ..common import facet_values, first_word, milliseconds, sort_keys

# When what does not expire does: a range that every document has a value of is the fastest to exclude by.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# Older states of a deleted document are refused for this long.
TOMBSTONES = "1h"

FRENCH = "portal_french"
WORDS = "portal_words"
TEXTS = ("title", "keywords", "body")
# Score of labels: how rare the word is. How long and how repetitive they are says nothing.
RARITY = "portal_rarity"


def _analysis() -> dict[str, Any]:
    filters = {
        "portal_elision": {"type": "elision", "articles": list(ELISIONS), "articles_case": True},
        "portal_stop": {"type": "stop", "stopwords": sorted(STOP_WORDS)},
        "portal_stem": {"type": "stemmer", "language": "light_french"},
    }
    # The standard tokenizer keeps « pharmacien.ne » and « infirmier·ère » in one piece.
    char_filters = {"portal_split": {"type": "mapping", "mappings": [f"{c}=>-" for c in ".·‧_:,"]}}
    before = {"type": "custom", "char_filter": ["portal_split"], "tokenizer": "standard"}
    return {
        "char_filter": char_filters,
        "filter": filters,
        "analyzer": {
            FRENCH: before
            | {"filter": ["portal_elision", "lowercase", "portal_stop", "portal_stem", "asciifolding"]},
            WORDS: before | {"filter": ["portal_elision", "lowercase", "asciifolding"]},
        },
    }


def _properties() -> dict[str, Any]:
    text = {
        "type": "text",
        "analyzer": FRENCH,
        "fields": {"words": {"type": "text", "analyzer": WORDS}},
    }
    labels = text | {
        "similarity": RARITY,
        "fields": {"words": {"type": "text", "analyzer": WORDS, "similarity": RARITY}},
    }
    keyword = {"type": "keyword"}
    return {
        "document_id": keyword,
        "kind": keyword,
        "access": keyword,
        "acronyms": keyword,
        "start": keyword,
        "answered": {"type": "boolean"},
        "facets": {"type": "object", "properties": dict.fromkeys(sorted(indexed_facets()), keyword)},
        "title": text,
        "keywords": labels,
        "body": text,
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
            "analysis": _analysis(),
            "similarity": {RARITY: {"type": "BM25", "k1": 0, "b": 0}},
        },
        "mappings": {"dynamic": "strict", "properties": _properties()},
    }


def mapping_hash() -> str:
    """Part of an index's name: another hash means that a rebuild is due."""
    said = [index_body(replicas=0), sorted(CAPITALS_ONLY)]
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=4).hexdigest()


def entry(document: Document, version: int) -> dict[str, Any]:
    """Raises `UnknownFacetError`."""
    texts = {name: clean(getattr(document, name)) for name in TEXTS}
    return {
        **texts,
        "document_id": document.id,
        "kind": document.kind,
        "access": sorted(document.access),
        "acronyms": capital_acronyms(*texts.values()),
        "start": first_word(document.title),
        "answered": document.answered,
        "facets": {name: list(values) for name, values in facet_values(document).items()},
        "date": milliseconds(document.date),
        "until": milliseconds(document.expires_at or NEVER),
        **sort_keys(document),
        "version": version,
        "fingerprint": fingerprint(document),
    }
