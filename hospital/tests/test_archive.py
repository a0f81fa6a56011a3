"""The archive of a backup: what was put in comes out, and nothing else is taken for it."""

import io
import json
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest

from hospital.backup import archive
from hospital.backup.sealing import PIECE, Opening, Sealing, Unusable

KEY = "correct horse battery staple, 32 and more"
CONTENTS = {
    "database/rows": b"rows" * 1000,
    "uploads/ab/abc": bytes(range(256)) * 9000,
    "uploads/cd/empty": b"",
}


@pytest.fixture(params=["", KEY], ids=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(tmp_path: Path, key: str) -> Path:
    """An archive of three files."""
    path = tmp_path / "archive"
    with archive.writing(path, key) as writer:
        for name, content in CONTENTS.items():
            (tmp_path / "one").write_bytes(content)
            assert writer.add(name, tmp_path / "one")
        writer.finish({"engine": "sqlite"})
    return path


def unpacked(path: Path, key: str) -> dict[str, bytes]:
    room = path.parent / "room"
    room.mkdir()
    archive.unpack(path, key, room)
    return {
        str(one.relative_to(room)): one.read_bytes()
        for one in room.rglob("*")
        if one.is_file() and one.name != archive.MANIFEST
    }


def test_what_was_put_in_comes_out(made: Path, key: str) -> None:
    assert unpacked(made, key) == CONTENTS


def test_only_its_owner_reads_it(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("part", [0.0, 0.3, 0.7, 0.999])
def test_a_part_of_it_is_not_taken_for_the_whole(made: Path, key: str, part: float) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(Unusable):
        unpacked(made, key)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.99])
def test_a_bit_that_was_changed_is_noticed_or_means_nothing(made: Path, key: str, part: float) -> None:
    content = bytearray(made.read_bytes())
    content[int(len(content) * part)] ^= 1
    made.write_bytes(content)

    with suppress(Unusable):  # what is packed has bits that nobody reads
        found = unpacked(made, key)
        assert (key, found) == ("", CONTENTS)


def test_a_file_that_is_gone_meanwhile_is_left_out(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "archive", "") as writer:
        assert not writer.add("uploads/ab/gone", tmp_path / "gone")
        writer.finish({})

    assert unpacked(tmp_path / "archive", "") == {}


@pytest.mark.parametrize("name", ["../outside", "/outside", "uploads/../../outside"])
def test_nothing_is_written_outside_of_the_room(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "archive", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())

    with pytest.raises(Unusable, match="no backup of ours"):
        unpacked(tmp_path / "archive", "")
    assert not list(tmp_path.rglob("outside"))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("uploads/ab/link")
    entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "archive", "w:gz") as tar:
        tar.addfile(entry)

    with pytest.raises(Unusable, match="no backup of ours"):
        unpacked(tmp_path / "archive", "")


@pytest.mark.parametrize("listed", [[], [{"name": "other", "size": 0, "sha256": ""}]])
def test_files_and_manifest_must_agree(tmp_path: Path, listed: list[dict[str, object]]) -> None:
    manifest = json.dumps({"format": archive.FORMAT, "files": listed}).encode()
    with tarfile.open(tmp_path / "archive", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("uploads/ab/one"), io.BytesIO())
        entry = tarfile.TarInfo(archive.MANIFEST)
        entry.size = len(manifest)
        tar.addfile(entry, io.BytesIO(manifest))

    with pytest.raises(Unusable, match="archive"):
        unpacked(tmp_path / "archive", "")


# ── Encryption ──────────────────────────────────────────────────────────────


def sealed(content: bytes) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, KEY)
    sealing.write(content)
    sealing.finish()
    return file.getvalue()


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_any_length_is_sealed_and_opened(length: int) -> None:
    content = bytes(length)
    assert io.BufferedReader(Opening(io.BytesIO(sealed(content)), KEY)).read() == content


def test_the_same_is_never_sealed_the_same_way_twice() -> None:
    assert sealed(b"the same") != sealed(b"the same")


def test_another_key_is_told_from_damage() -> None:
    with pytest.raises(Unusable, match="not the key"):
        Opening(io.BytesIO(sealed(b"secret")), "another")
    with pytest.raises(Unusable, match="set BACKUP_KEY"):
        Opening(io.BytesIO(sealed(b"secret")), "")


def test_pieces_cannot_be_exchanged_or_left_out() -> None:
    whole = sealed(bytes(3 * PIECE))
    head, step = len(sealed(b"")) - 16, PIECE + 16
    one, two, rest = whole[head : head + step], whole[head + step : head + 2 * step], whole[head + 2 * step :]
    for other in (two + one + rest, two + rest, one + two, one + rest):
        with pytest.raises(Unusable, match="damaged"):
            io.BufferedReader(Opening(io.BytesIO(whole[:head] + other), KEY)).read()
