"""A whole new index, on every engine: filled beside the live one, swapped at once, one at a time."""

import os
import signal
import subprocess
import sys
import time

import pytest
from elastic_transport import ConnectionTimeout

from search import facets
from search.engines import EngineUnavailable, RebuildRunning
from search.engines.base import Change
from search.engines.elastic import ServerEngine
from search.engines.elastic import rebuild as server_rebuild
from search.engines.embedded import EmbeddedEngine

from .conftest import SERVER_ENGINES, make_engine, removed
from .library import index, make_document, result_ids, search


def changes(*documents, version=1):
    return [Change(document.id, version, document) for document in documents]


def indexes(engine) -> set[str]:
    """Names of everything that takes room."""
    if isinstance(engine, EmbeddedEngine):
        return {folder.name for folder in engine.store.root.iterdir() if folder.is_dir()}
    return set(engine.indexes._all())


def another(engine):
    """The same portal's engine on another host."""
    if isinstance(engine, EmbeddedEngine):
        return EmbeddedEngine(engine.store.root)
    return ServerEngine(engine.name, engine.client, engine.indexes.alias)


def test_readers_see_the_old_index_until_the_new_one_is_whole(engine):
    index(engine, make_document(pk=1, title="Ancien"))
    rebuild = engine.rebuild()
    rebuild.add(changes(make_document(pk=2, title="Nouveau"), make_document(pk=3, title="Nouveau")))

    assert rebuild.count() == 2
    assert (result_ids(engine, "ancien"), result_ids(engine, "nouveau")) == ([1], [])

    rebuild.commit()
    assert result_ids(engine, "ancien") == []
    assert set(result_ids(engine, "nouveau")) == set(result_ids(another(engine), "nouveau")) == {2, 3}
    assert engine.status()["documents"] == 2


def test_writes_go_on_after_a_swap_in_every_process(engine):
    other = another(engine)
    index(other, make_document(pk=1))
    engine.rebuild().commit()

    index(other, make_document(pk=2))

    assert result_ids(engine) == result_ids(other) == [2]


def test_states_may_arrive_in_any_order(engine):
    rebuild = engine.rebuild()
    rebuild.add(changes(make_document(pk=1, title="Cinq"), make_document(pk=2), version=5))
    rebuild.add(changes(make_document(pk=1, title="Quatre"), version=4))
    rebuild.add([Change("job:2", 6, None), Change("job:3", 6, None)])
    assert rebuild.count() == 1
    rebuild.add(changes(make_document(pk=2), version=5))
    rebuild.commit()

    assert result_ids(engine, "cinq") == [1]
    assert search(engine).total == 1
    index(engine, make_document(pk=1, title="Trois"), version=3)
    assert result_ids(engine, "cinq") == [1]


def test_refused_documents_are_reported_and_the_others_kept(engine):
    rebuild = engine.rebuild()

    refusals = [
        *rebuild.add(changes(make_document(pk=1), make_document(pk=2, colour=("red",)))),
        *rebuild.flush(),
    ]
    rebuild.commit()

    assert [refusal.document_id for refusal in refusals] == ["job:2"]
    assert result_ids(engine) == [1]


def test_an_aborted_rebuild_leaves_nothing(engine):
    index(engine, make_document(pk=1))
    before = indexes(engine)
    rebuild = engine.rebuild()
    rebuild.add(changes(make_document(pk=2)))

    rebuild.abort()

    assert indexes(engine) == before
    assert result_ids(engine) == [1]
    engine.rebuild().commit()


def test_the_previous_index_is_kept_and_only_that_one(engine):
    first = indexes(engine)
    engine.rebuild().commit()
    second = indexes(engine) - first
    assert first < indexes(engine)

    engine.rebuild().commit()

    assert len(indexes(engine)) == 2
    assert second < indexes(engine) and not first & indexes(engine)


def test_only_one_rebuild_at_a_time_also_from_elsewhere(engine):
    rebuild = engine.rebuild()

    for other in (engine, another(engine)):
        with pytest.raises(RebuildRunning):
            other.rebuild()

    rebuild.abort()
    another(engine).rebuild().abort()


def test_after_the_end_nothing_can_be_added(engine):
    rebuild = engine.rebuild()
    rebuild.commit()
    rebuild.abort()  # what an error handler may do; the live index stays

    assert result_ids(engine) == []
    index(engine, make_document(pk=1))
    assert result_ids(engine) == [1]


def test_a_rebuild_repairs_an_engine_without_index(bare_engine):
    rebuild = bare_engine.rebuild()
    rebuild.add(changes(make_document(pk=1)))
    rebuild.commit()

    assert result_ids(bare_engine) == [1]


def test_reset_removes_everything(engine):
    engine.rebuild().commit()
    running = engine.rebuild()
    running.abort()

    engine.reset()

    assert isinstance(engine, ServerEngine) or not engine.store.root.exists()
    assert isinstance(engine, EmbeddedEngine) or not engine.indexes._all()
    with pytest.raises(EngineUnavailable):
        search(engine)
    engine.reset()


def test_another_mapping_says_that_a_rebuild_is_due(engine, monkeypatch):
    index(engine, make_document(pk=1, region=("corse",)))
    monkeypatch.setitem(facets._facets, "shape", facets.Facet("shape", "shape", "Shape", dict))

    assert engine.status()["current"] is False
    response = search(engine, facets=("shape", "region"))
    assert response.counts == {"shape": {}, "region": {"corse": 1}}
    assert result_ids(engine, filters={"shape": ("online",)}) == []

    engine.rebuild().commit()
    assert engine.status()["current"] is True
    assert index(engine, make_document(pk=2, shape=("online",))) == []
    assert result_ids(engine, filters={"shape": ("online",)}) == [2]


def test_documents_with_a_facet_that_the_live_index_does_not_know_are_refused(engine, monkeypatch):
    monkeypatch.setitem(facets._facets, "shape", facets.Facet("shape", "shape", "Shape", dict))

    refusals = index(engine, make_document(pk=1), make_document(pk=2, shape=("online",)))

    assert [refusal.document_id for refusal in refusals] == ["job:2"]
    assert result_ids(engine) == [1]


# --- Killed while rebuilding ------------------------------------------------------------------------------

REBUILD_AND_HANG = """
import sys, time, django
django.setup()
from pathlib import Path
from search.engines.embedded import EmbeddedEngine
rebuild = EmbeddedEngine(Path(sys.argv[1])).rebuild()
print("building", flush=True)
time.sleep(60)
"""


def test_a_killed_rebuild_blocks_nobody_and_its_half_index_goes(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild().commit()
    process = subprocess.Popen(
        [sys.executable, "-c", REBUILD_AND_HANG, str(tmp_path / "index")],
        stdout=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
    )
    try:
        assert process.stdout.readline().strip() == b"building"
        with pytest.raises(RebuildRunning):
            engine.rebuild()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert len(indexes(engine)) == 2

    engine.rebuild().commit()

    assert len(indexes(engine)) == 2  # the live one and the one before
    assert result_ids(engine) == []


@pytest.mark.parametrize("bare_engine", SERVER_ENGINES, indirect=True)
def test_a_silent_rebuild_on_another_host_is_taken_over(engine, monkeypatch):
    silent = engine.rebuild()
    monkeypatch.setattr(server_rebuild, "LOCK_SECONDS", -1)
    silent._lock.renew(now=True)
    monkeypatch.undo()

    mine = another(engine).rebuild()

    silent._lock._renewed = time.monotonic() - 3600
    with pytest.raises(EngineUnavailable, match="took this rebuild over"):
        silent.add(changes(make_document(pk=1)))
    silent.abort()
    mine.commit()
    assert result_ids(engine) == []


def test_a_refusal_is_told_however_late(engine):
    """Servers are sent the next changes before they have answered."""
    rebuild = engine.rebuild()
    told = []
    for pk in range(1, 8):
        facets = {"profession": ("infirmier",)} if pk != 3 else {"unheard-of": ("x",)}
        told += rebuild.add([Change(f"job:{pk}", 1, make_document(pk=pk, **facets))])
    assert rebuild.count() == 6
    told += rebuild.flush()
    rebuild.commit()
    assert [refusal.document_id for refusal in told] == ["job:3"]
    assert search(engine).total == 6


@pytest.mark.parametrize("kind", SERVER_ENGINES)
def test_a_bulk_that_fails_ends_the_rebuild(kind, tmp_path):
    def fail(*_args, **_options):
        raise ConnectionTimeout("too late")

    engine = make_engine(kind, tmp_path)
    rebuild = engine.rebuild()
    rebuild.send = fail
    with pytest.raises(EngineUnavailable):
        for pk in range(1, 8):
            rebuild.add([Change(f"job:{pk}", 1, make_document(pk=pk))])
    with pytest.raises(EngineUnavailable):
        rebuild.commit()
    rebuild.abort()
    assert not indexes(engine)
    removed(engine)
