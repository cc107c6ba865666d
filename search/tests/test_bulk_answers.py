"""Answers of a search server to a bulk that say less, or something else, than they should."""

from types import SimpleNamespace

import pytest

from search.engines import EngineUnavailable
from search.engines.base import Change, IndexUnusable, RejectedDocument
from search.engines.elastic import ServerEngine
from search.engines.elastic import engine as module
from search.engines.elastic.client import make_client

from .library import make_document

ACCEPTED = {"status": 200}


@pytest.fixture
def server(monkeypatch):
    """Its `answer(action)` is what is said of one change; `limit`: changes in one bulk."""
    said = SimpleNamespace(answer=lambda action: ACCEPTED, limit=100, bulks=[])

    def bulk(client, actions, **options):
        sent = list(actions)
        said.bulks.append([action["_id"] for action in sent])
        if len(sent) > said.limit or any("enorme" in str(action.get("_source")) for action in sent):
            raise module.ApiError("too large", SimpleNamespace(status=413), {})
        for action in sent:
            item = said.answer(action)
            if item:
                yield item["status"] < 300, {action["_op_type"]: {"_id": action["_id"], **item}}

    monkeypatch.setattr(module, "streaming_bulk", bulk)
    return said


def write(*bodies: str) -> list[RejectedDocument]:
    engine = ServerEngine("elasticsearch", make_client("elasticsearch", "http://127.0.0.1:9", timeout=1), "x")
    changes = [
        Change(f"job:{pk}", 1, make_document(pk=pk, body=body)) for pk, body in enumerate(bodies, start=1)
    ]
    return list(engine.write(changes))


def test_a_document_too_large_for_the_server_stands_in_no_others_way(server):
    refusals = write("un", "deux", "énorme", "quatre", "cinq")

    assert [refusal.document_id for refusal in refusals] == ["job:3"]
    assert "too large" in refusals[0].reason
    alone = [bulk for bulk in server.bulks if "job:3" not in bulk]
    assert sorted(document_id for bulk in alone for document_id in bulk) == [
        "job:1",
        "job:2",
        "job:4",
        "job:5",
    ]


def test_a_bulk_too_large_for_the_server_goes_in_pieces(server):
    server.limit = 2

    assert write(*["texte"] * 7) == []
    assert max(len(bulk) for bulk in server.bulks[-2:]) <= 2


@pytest.mark.parametrize("error", ["some words", None, {"type": "never_seen_exception"}, ["a list"]])
def test_an_error_of_a_kind_never_seen_is_a_refusal_of_that_one(server, error):
    server.answer = lambda action: {"status": 500, "error": error} if action["_id"] == "job:2" else ACCEPTED

    assert [refusal.document_id for refusal in write("un", "deux", "trois")] == ["job:2"]


def test_an_index_that_is_gone_is_no_refusal(server):
    server.answer = lambda action: {"status": 404, "error": {"type": "index_not_found_exception"}}

    with pytest.raises(IndexUnusable):
        write("un")


def test_what_was_not_answered_for_is_not_taken_for_written(server):
    server.answer = lambda action: None if action["_id"] == "job:2" else ACCEPTED

    with pytest.raises(EngineUnavailable, match="did not answer for everything"):
        write("un", "deux", "trois")


def test_a_document_that_cannot_be_sent_is_answered_for(server):
    odd = Change("job:9", 1, make_document(pk=9, nonsense=("x",)))
    engine = ServerEngine("elasticsearch", make_client("elasticsearch", "http://127.0.0.1:9", timeout=1), "x")

    assert [refusal.document_id for refusal in engine.write([odd])] == ["job:9"]
