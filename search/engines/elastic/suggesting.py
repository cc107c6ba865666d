"""Completions of what is being typed, from titles: one request, whatever the number of kinds."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Bool, ConstantScore, Match, Prefix, Query, Term

from ...analysis.words import fold
from ...documents import split_id
from ...query import SearchQuery, SuggestQuery
from ..common import typed_words
from . import query as q
from .client import ask_all

TITLE, TITLE_WORDS, START = "title", "title.words", "start"


def suggest(client: Elasticsearch, index: str, query: SuggestQuery) -> Mapping[str, Sequence[int]]:
    whole, beginning = typed_words(query)
    if not (beginning and query.kinds):
        return {}
    answers = ask_all(client, index, [_body(query, kind, whole, beginning) for kind in query.kinds])
    found = {
        kind: [split_id(hit["_id"])[1] for hit in answer["hits"]["hits"]]
        for kind, answer in zip(query.kinds, answers, strict=True)
    }
    return {kind: pks for kind, pks in found.items() if pks}


def _body(query: SuggestQuery, kind: str, whole: Sequence[str], beginning: str) -> dict[str, Any]:
    readable = q.base(SearchQuery(tokens=query.tokens, now=query.now, kinds=(kind,)))
    words = [_whole(word) for word in whole] + [_beginning(TITLE_WORDS, beginning)]
    # A title that begins with what was typed: with the first word, or with the beginning of the only one.
    first = Term(START, fold(whole[0])) if whole else _beginning(START, beginning)
    selected = Bool(filter=[*readable, *words], should=[ConstantScore(filter=first)])
    return {
        "query": selected.to_dict(),
        "size": query.limit,
        "sort": ["_score", {"order": "desc"}],
        "track_total_hits": False,
        "_source": False,
    }


def _whole(word: str) -> Query:
    """A word that was typed to its end: as written, or in another form."""
    return Bool(should=[Term(TITLE_WORDS, fold(word)), Match(TITLE, word)])


def _beginning(field: str, beginning: str) -> Query:
    return Prefix(field, beginning)
