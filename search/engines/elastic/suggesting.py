"""Suggests titles that complete what is being typed, in one request for all kinds."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool, ConstantScore, Prefix, Query, Term

from ...analysis.analyzer import token
from ...analysis.words import fold
from ...documents import split_id
from ...query import SuggestQuery
from ..common import SUGGESTED_SPARE, milliseconds, typed_words, words_field
from . import query as q
from .client import ask_all

TITLE, TITLE_WORDS, START = "title", words_field("title"), "start"


def suggest(client: Elasticsearch, index: str, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
    whole, beginning = typed_words(query)
    if not (beginning and query.kinds):
        return {}
    answers = ask_all(client, index, [_body(query, kind, whole, beginning) for kind in query.kinds])
    now = milliseconds(query.now)
    pks_by_kind = {}
    for kind, answer in zip(query.kinds, answers, strict=True):
        alive = [hit["_id"] for hit in answer["hits"]["hits"] if hit["sort"][-1] > now]
        if alive:
            pks_by_kind[kind] = [split_id(document_id)[1] for document_id in alive[: query.limit]]
    return pks_by_kind


def _body(query: SuggestQuery, kind: str, whole: Sequence[str], beginning: str) -> dict[str, Any]:
    readable = [q.readable(query.tokens), Term("kind", kind)]
    words = [_whole(word) for word in whole] + [_beginning(TITLE_WORDS, beginning)]
    # A title that begins with what was typed: with the first word, or with the beginning of the only one.
    first = Term(START, fold(whole[0])) if whole else _beginning(START, beginning)
    selected = Bool(filter=[*readable, *words], should=[ConstantScore(filter=first)])
    return {
        "query": selected.to_dict(),
        "size": query.limit * SUGGESTED_SPARE,
        "sort": ["_score", {"order": "desc"}, {"until": "desc"}],
        "track_total_hits": False,
        "_source": False,
    }


def _whole(word: str) -> Query:
    """A word that was typed to its end: as written, or in another form."""
    return Bool(should=[Term(TITLE_WORDS, fold(word)), Term(TITLE, token(word))])


def _beginning(field: str, beginning: str) -> Query:
    return Prefix(field, beginning)
