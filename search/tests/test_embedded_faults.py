"""The embedded engine's files: damaged, of somebody else, on a full disk, used by many at once."""

import faulthandler
import json
import os
import pwd
import random
import resource
import signal
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.engines import EngineUnavailable
from search.engines.embedded import EmbeddedEngine, orphan_files
from search.engines.embedded import engine as embedded_engine
from search.engines.embedded import store as embedded_store

from .library import index, make_document, result_ids, search
from .storm import child, wait


@pytest.fixture
def embedded(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    engine.rebuild().commit()
    index(engine, *[make_document(pk=pk, title="Poste de nuit", body="mot " * 500) for pk in range(1, 50)])
    return engine


def live_folder(engine):
    return engine.store.root / engine.store.pointer()["live"]


def segments(engine):
    return [file for file in live_folder(engine).glob("*") if file.suffix != ".json"]


def truncate(engine):
    for file in live_folder(engine).glob("*.*"):
        os.truncate(file, file.stat().st_size // 2)


def empty_segments(engine):
    for file in segments(engine):
        os.truncate(file, 0)


def remove_segments(engine):
    for file in segments(engine):
        file.unlink()


def remove_folder(engine):
    for file in live_folder(engine).glob("*"):
        file.unlink()
    live_folder(engine).rmdir()


DAMAGES = {
    "truncated": truncate,
    "with empty segments": empty_segments,
    "without segments": remove_segments,
    "without its folder": remove_folder,
    "without pointer": lambda engine: (engine.store.root / embedded_store.POINTER).unlink(),
    "with half a pointer": lambda engine: (engine.store.root / embedded_store.POINTER).write_text('{"li'),
    "without description": lambda engine: (live_folder(engine) / embedded_store.ABOUT).unlink(),
    "of another version": lambda engine: (live_folder(engine) / embedded_store.ABOUT).write_text(
        '{"layout": "old", "facets": []}'
    ),
    "with a broken meta.json": lambda engine: (live_folder(engine) / "meta.json").write_text("{}"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_names_the_remedy_and_the_remedy_works(embedded, damage):
    root = embedded.store.root
    DAMAGES[damage](embedded)
    engine = EmbeddedEngine(root)  # a process that starts now

    for attempt in (
        lambda: search(engine, "nuit", facets=("kind",)),
        lambda: index(engine, make_document(pk=1), version=2),
        engine.status,
        lambda: list(engine.entries()),
    ):
        with pytest.raises(EngineUnavailable, match="search_reindex"):
            attempt()

    rebuild = engine.rebuild()
    rebuild.commit()
    index(engine, make_document(pk=7))
    assert result_ids(engine) == result_ids(embedded) == [7]


def test_a_process_that_dies_of_a_truncated_index_is_followed_by_one_that_says_so(tmp_path):
    """tantivy maps its files: the system may end who reads where one is gone (SIGBUS). gunicorn starts
    another process, which names the remedy; `maintenance` looks every quarter of a minute and applies it.
    """
    root = tmp_path / "index"

    def makes() -> None:
        engine = EmbeddedEngine(root)
        engine.rebuild().commit()
        index(engine, *[make_document(pk=pk, title="Poste de nuit") for pk in range(1, 50)])

    def dies() -> None:
        faulthandler.disable()
        engine = EmbeddedEngine(root)
        assert len(result_ids(engine, "nuit", limit=100)) == 49
        empty_segments(engine)
        result_ids(engine, "nuit", facets=("kind",))

    def heals() -> None:
        engine = EmbeddedEngine(root)
        for attempt in (lambda: search(engine, "nuit", facets=("kind",)), engine.status):
            with pytest.raises(EngineUnavailable, match="search_reindex"):
                attempt()
        engine.rebuild().commit()
        index(engine, make_document(pk=7))
        assert result_ids(engine) == [7]

    assert wait([child(makes)]) == [0]
    wait([child(dies)])
    assert wait([child(heals)]) == [0]


def test_what_a_writer_left_that_was_killed_in_its_commit_stops_no_other(embedded):
    """tantivy names a file of deletions by its segment and by how many operations there were until then."""
    folder = live_folder(embedded)
    about = json.loads((folder / embedded_store.COMMIT).read_text())
    left = [
        folder / f"{segment['segment_id'].replace('-', '')}.{about['opstamp'] + number}.del"
        for segment in about["segments"]
        for number in range(1, 20)
    ]
    for file in left:
        file.write_bytes(b"half of")

    index(embedded, make_document(pk=1, title="Poste de jour"), version=2)

    assert result_ids(embedded, "jour") == [1]
    assert [file for file in left if file.exists() and file.read_bytes() == b"half of"] == []


def test_files_of_a_writer_that_was_killed_are_removed_by_the_next(embedded, monkeypatch):
    """Killed with segments on the disk that no commit names, and half of a file that was to replace one."""
    folder, honest = live_folder(embedded), embedded_engine.apply

    def deadly(*args) -> None:
        honest(*args)
        while len(list(folder.glob("*.store"))) < 4:  # its threads write what does not fit into memory
            time.sleep(0.01)
        (folder / ".tmpAbCdEf").write_bytes(b"half of")
        os.kill(os.getpid(), signal.SIGKILL)

    def dies() -> None:
        monkeypatch.setattr(embedded_engine, "apply", deadly)
        dice = random.Random(1)
        bodies = (" ".join(f"{dice.getrandbits(40):x}" for _ in range(3000)) for _ in range(40))
        index(
            EmbeddedEngine(embedded.store.root),
            *(make_document(pk=100 + n, body=b) for n, b in enumerate(bodies)),
        )

    assert wait([child(dies)]) == [-signal.SIGKILL]
    assert len(list(folder.glob("*.store"))) >= 4

    index(embedded, make_document(pk=1, title="Poste de jour"), version=2)

    about = json.loads((folder / embedded_store.COMMIT).read_text())
    named = {segment["segment_id"].replace("-", "") for segment in about["segments"]}
    assert {file.stem for file in folder.glob("*.store")} == named
    assert not list(folder.glob(".tmp*"))
    assert result_ids(embedded, "jour") == [1]
    assert len(result_ids(embedded, limit=100)) == 49


def test_what_a_process_wrote_that_has_ended_is_removed_once_it_is_merged(embedded):
    """tantivy alone knows the files of its own process only."""
    folder, root = live_folder(embedded), embedded.store.root
    for number in range(30):
        engine = EmbeddedEngine(root) if number % 2 else embedded
        index(engine, make_document(pk=200 + number, title="Orage"))

    index(embedded, make_document(pk=1, title="Poste de jour"), version=2)

    about = json.loads((folder / embedded_store.COMMIT).read_text())
    assert len(list(folder.glob("*.store"))) <= len(about["segments"]) + 1  # of the very last merge
    assert len(result_ids(embedded, "orage", limit=100)) == 30


def test_files_are_not_removed_while_somebody_opens_them(embedded, monkeypatch):
    monkeypatch.setattr(orphan_files, "WRITE_LOCK_SECONDS", 0.1)
    (left := live_folder(embedded) / f"{'0' * 32}.store").write_bytes(b"left")
    with embedded_store.locked(live_folder(embedded) / orphan_files.OPENING, seconds=0):
        with pytest.raises(EngineUnavailable, match="keeps opening"):
            index(embedded, make_document(pk=99))
        assert left.exists()

    assert index(embedded, make_document(pk=99)) == []
    assert not left.exists()


@contextmanager
def somebody_else(folder: Path):
    """Acts as a user whom the folder is closed to: « nobody » for root, whom no permission stops."""
    if os.geteuid():
        folder.chmod(0)
    else:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        else:
            folder.chmod(0o700)


def test_an_index_of_another_user(embedded):
    root = embedded.store.root
    root.chmod(0o700)
    with somebody_else(root):
        for engine in (embedded, EmbeddedEngine(root)):
            for attempt in (lambda e=engine: index(e, make_document()), engine.status, engine.rebuild):
                with pytest.raises(EngineUnavailable, match="chown -R"):
                    attempt()

    assert index(embedded, make_document(pk=99)) == []
    embedded.rebuild().abort()


@contextmanager
def full_disk(room: int = 2000):
    """No file may grow beyond `room` bytes: what the system says of it is what it says of a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_under_the_embedded_engine(embedded):
    many = [make_document(pk=pk, title=f"Poste {pk}", body=f"mot{pk} " * 300) for pk in range(100, 160)]
    with full_disk():
        for attempt in (lambda: index(embedded, *many), embedded.rebuild):
            with pytest.raises(EngineUnavailable, match="no room left"):
                attempt()
        assert len(result_ids(embedded, limit=100)) == 49

    assert index(embedded, *many) == []
    assert len(result_ids(embedded, limit=200)) == 109
    embedded.rebuild().commit()


def test_a_writer_that_never_ends_is_waited_for_only_so_long(embedded, monkeypatch):
    monkeypatch.setattr(embedded_store, "WRITE_LOCK_SECONDS", 0.2)
    with embedded.store.writing(), pytest.raises(EngineUnavailable, match="keeps writing"):
        index(embedded, make_document(pk=99))

    assert index(embedded, make_document(pk=99)) == []


def test_threads_write_and_search_at_once(embedded):
    """A version of the storm in `test_kill.py` small enough for every run."""
    errors = []

    def write(start):
        try:
            for pk in range(start, start + 4):
                index(embedded, make_document(pk=pk, title="Orage"))
                assert pk in result_ids(embedded, "orage", limit=100)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(1000 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert search(embedded, "orage").total == 16
