"""An encrypted backup opens whole, with its own key, or not at all."""

import io
import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from blind_index.secret import SecretBytes
from escrow.operation import backup
from escrow.operation.backup import Holdings, check, make_backup, restore
from escrow.operation.backup_file import (
    CHUNK_BYTES,
    ChunkReader,
    ChunkWriter,
    UnusableBackup,
)
from escrow.operation.private_files import wipe
from escrow.operation.snapshot import snapshot
from escrow.sealing import sealing_key

SEED = SecretBytes(bytes(range(32)))
KEY = sealing_key(SEED)


def sealed(data, kind="api"):
    file = io.BytesIO()
    writer = ChunkWriter(file, kind, KEY)
    writer.write(data)
    writer.close()
    return file.getvalue()


def opened(data, kind="api", seed=SEED):
    return ChunkReader(io.BytesIO(data), kind, seed).read()


SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(size):
    data = bytes(i % 251 for i in range(size))
    assert opened(sealed(data)) == data


@pytest.mark.parametrize("at", [0, 40, 1500, 2000, -1])
def test_an_altered_byte_is_found(at):
    altered = bytearray(sealed(bytes(5000)))
    altered[at] ^= 1
    with pytest.raises(UnusableBackup):
        opened(bytes(altered))


def test_a_cut_file_does_not_pass_for_a_whole_one():
    whole = sealed(bytes(2 * CHUNK_BYTES + 5))
    with pytest.raises(UnusableBackup, match="cut"):
        opened(whole[:-100])
    last = 4 + 5 + 72  # the last chunk: length, plaintext, overhead of the AEAD
    with pytest.raises(UnusableBackup, match="cut"):
        opened(whole[:-last])


def test_swapped_chunks_are_found():
    whole = sealed(bytes(3 * CHUNK_BYTES))
    start = whole.index(b"\n") + 1
    size = 4 + CHUNK_BYTES + 72
    one, two = whole[start : start + size], whole[start + size : start + 2 * size]
    swapped = whole[:start] + two + one + whole[start + 2 * size :]
    with pytest.raises(UnusableBackup):
        opened(swapped)


def test_another_program_or_key_is_refused_in_words():
    with pytest.raises(UnusableBackup, match="another program"):
        opened(sealed(b"x"), kind="trustee")
    with pytest.raises(UnusableBackup, match="another key"):
        opened(sealed(b"x"), seed=SecretBytes(bytes(32)))
    with pytest.raises(UnusableBackup, match="not a backup"):
        opened(b"nonsense\n")


@pytest.fixture
def holdings(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "x.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (a)")
        database.executemany("INSERT INTO t VALUES (?)", [(b"canary" * 50,)] * 500)
        database.commit()
    (folder / "other").write_bytes(b"other file")
    return Holdings(
        kind="api",
        folder=folder,
        databases={"x.sqlite3": folder / "x.sqlite3"},
        files={"other": folder / "other"},
        notes=("a note",),
        lacks="keys",
    )


def rows(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT count(*) FROM t").fetchone()[0]


def test_a_backup_is_restored_with_every_file(holdings, tmp_path):
    out = tmp_path / "backup"
    manifest = make_backup(holdings, KEY, out)
    assert [entry.name for entry in manifest.entries] == ["other", "x.sqlite3"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert b"canary" not in out.read_bytes()
    seen = []
    restore(out, "api", SEED, tmp_path / "new", seen.append)
    assert seen == [tmp_path / "new"]
    assert rows(tmp_path / "new" / "x.sqlite3") == 500
    assert (tmp_path / "new" / "other").read_bytes() == b"other file"


def test_no_copy_is_left_in_the_data_directory(holdings, tmp_path):
    make_backup(holdings, KEY, tmp_path / "backup")
    names = {path.name for path in holdings.folder.iterdir()}
    assert not any(name.endswith((".snapshot", ".unfinished")) for name in names)
    assert backup.last_backup(holdings.folder) is not None


def test_a_backup_is_of_one_moment_while_others_write(holdings, tmp_path):
    stop = threading.Event()

    def write():
        with closing(sqlite3.connect(holdings.folder / "x.sqlite3")) as database:
            while not stop.is_set():
                # Always two rows at once: a torn copy has an odd count.
                database.executemany("INSERT INTO t VALUES (?)", [(b"x",)] * 2)
                database.commit()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(3):
            copy = tmp_path / f"copy-{number}"
            snapshot(holdings.folder / "x.sqlite3", copy, lambda *_: None)
            assert rows(copy) % 2 == 0
    finally:
        stop.set()
        thread.join()


def test_a_place_that_is_not_empty_is_refused(holdings, tmp_path):
    out = tmp_path / "backup"
    make_backup(holdings, KEY, out)
    with pytest.raises(UnusableBackup, match="not empty"):
        restore(out, "api", SEED, holdings.folder, lambda _: None)
    with pytest.raises(UnusableBackup, match="there already"):
        make_backup(holdings, KEY, out)


def test_what_cannot_be_marked_as_restored_is_not_left_behind(holdings, tmp_path):
    out, new = tmp_path / "backup", tmp_path / "new"
    make_backup(holdings, KEY, out)

    def refuse(_):
        raise UnusableBackup("the passphrase is wrong")

    with pytest.raises(UnusableBackup, match="passphrase"):
        restore(out, "api", SEED, new, refuse)
    assert list(new.iterdir()) == []


def test_a_damaged_database_makes_no_backup(holdings, tmp_path):
    path = holdings.folder / "x.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096 * 2 : 4096 * 5] = bytes(4096 * 3)
    path.write_bytes(data)
    with pytest.raises(UnusableBackup, match=r"damaged|copied"):
        make_backup(holdings, KEY, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_check_says_what_it_found_and_leaves_nothing(holdings, tmp_path):
    out, looked = tmp_path / "backup", []
    make_backup(holdings, KEY, out)
    before = set(tmp_path.rglob("*"))

    def look(folder, manifest):
        looked.append(folder)
        assert rows(folder / "x.sqlite3") == 500
        return list(manifest.notes)

    lines = check(out, "api", SEED, look)
    assert "a note" in lines
    assert lines[-1] == "not in it: keys"
    assert not looked[0].exists()
    assert set(tmp_path.rglob("*")) == before


def test_a_wiped_file_is_overwritten_before_it_goes(tmp_path):
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret")
    other.hardlink_to(path)
    wipe(path)
    assert not path.exists()
    assert other.read_bytes() == bytes(6)
    wipe(path)


def test_keys_are_made_once_and_read_back(tmp_path):
    public = backup.make_backup_key(tmp_path / "key")
    seed = backup.read_backup_key(tmp_path / "key")
    assert backup.read_recipient(public) == sealing_key(seed)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(UnusableBackup):
        backup.make_backup_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UnusableBackup, match="chmod 600"):
        backup.read_backup_key(tmp_path / "key")
    with pytest.raises(UnusableBackup, match="public backup key"):
        backup.read_recipient(tmp_path / "key")
    with pytest.raises(UnusableBackup, match="cannot be read"):
        backup.read_recipient(tmp_path / "nowhere")
