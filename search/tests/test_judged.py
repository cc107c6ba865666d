"""What readers judged relevant comes first, on every engine. `make judge` prints the report."""

from statistics import mean

import pytest

from .conftest import EVERY_ENGINE, make_engine, removed
from .judged import documents, judge, queries, report
from .library import index

ENOUGH = 0.97


@pytest.mark.parametrize("name", EVERY_ENGINE)
def test_what_was_judged_relevant_comes_first(name, tmp_path):
    engine = make_engine(name, tmp_path)
    try:
        engine.rebuild().commit()
        assert not index(engine, *documents())
        verdicts = judge(engine)
    finally:
        removed(engine)
    print(f"\n{name}: {report(verdicts)}")
    assert mean(verdict.ndcg for verdict in verdicts) >= ENOUGH, report(verdicts)


@pytest.mark.database_free
def test_every_judged_document_exists():
    known = {document.id for document in documents()}

    judged = list(queries())

    assert len(judged) >= 80
    assert {name for query in judged for name in query.grades} <= known
