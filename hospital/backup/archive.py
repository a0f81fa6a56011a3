"""The archive: a packed tar of database and uploads, whose last entry is a manifest with the hash of each file."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from hospital.backup.sealing import Opening, Sealing, Unusable, is_sealed

MANIFEST = "manifest.json"
FORMAT = 1
PACKED = 1  # pages of a database pack well at once, and hardly better with patience
AT_ONCE = 1 << 20
DAMAGED = "The archive is damaged or cut off: nothing was restored from it."


class _Hashed:
    """Reads a file and remembers what it was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.hash.update(data)
        return data


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, path: Path) -> bool:
        """Put one file into the archive; False if it is not there any more."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            entry = tarfile.TarInfo(name)
            entry.size = os.fstat(file.fileno()).st_size
            entry.mode = 0o600
            hashed = _Hashed(file)
            self._tar.addfile(entry, cast("BinaryIO", hashed))
        self.files.append({"name": name, "size": entry.size, "sha256": hashed.hash.hexdigest()})
        return True

    def finish(self, manifest: dict[str, Any]) -> None:
        """Say what is in it. An archive without this is not whole."""
        text = json.dumps({"format": FORMAT, **manifest, "files": self.files}, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        self._tar.addfile(entry, io.BytesIO(text))


@contextmanager
def writing(path: Path, key: str) -> Iterator[Writer]:
    """A new archive, readable by its owner alone; encrypted if there is a key. On the disk when the block ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        sealing = Sealing(file, key) if key else None
        target = cast("BinaryIO", sealing or file)
        with (
            gzip.GzipFile(fileobj=target, mode="wb", compresslevel=PACKED, filename="", mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", bufsize=AT_ONCE) as tar,
        ):
            yield Writer(tar)
        if sealing:
            sealing.finish()
        file.flush()
        os.fsync(file.fileno())


def unpack(path: Path, key: str, folder: Path) -> dict[str, Any]:
    """Write all files of an archive into a folder and return the manifest; Unusable unless each is what was put in."""
    try:
        with ExitStack() as stack:
            file: BinaryIO = stack.enter_context(path.open("rb"))
            if is_sealed(path):
                file = io.BufferedReader(Opening(file, key), AT_ONCE)
            packed = stack.enter_context(gzip.GzipFile(fileobj=file, mode="rb"))
            tar = stack.enter_context(tarfile.open(fileobj=packed, mode="r|", bufsize=AT_ONCE))
            found = {entry.name: _take(tar, entry, folder) for entry in tar}
            while packed.read(AT_ONCE):
                """To the end, so that its check sum is looked at."""
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unusable(DAMAGED) from error
    except OSError as error:
        raise Unusable(f"{path} cannot be read, or not be unpacked: {error.strerror or error}.") from error
    return _manifest(found, folder)


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> tuple[int, str]:
    place = PurePosixPath(entry.name)
    source = tar.extractfile(entry) if entry.isreg() else None
    if source is None or place.is_absolute() or ".." in place.parts:
        raise Unusable("This archive holds something that no backup of ours does. It was not used.")
    target = folder / place
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    with target.open("xb") as file:
        while data := source.read(AT_ONCE):
            sha256.update(data)
            file.write(data)
    return entry.size, sha256.hexdigest()


def _manifest(found: dict[str, tuple[int, str]], folder: Path) -> dict[str, Any]:
    if found.pop(MANIFEST, None) is None:
        raise Unusable("The archive has no manifest: it is not whole, or it is none of ours.")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    if manifest.get("format") != FORMAT:
        raise Unusable("The archive was made by another version of this program, which is needed to read it.")
    for one in manifest["files"]:
        if found.pop(one["name"], None) != (one["size"], one["sha256"]):
            raise Unusable(
                f"{one['name']} is not what was put into the archive. Nothing was restored from it."
            )
    if found:
        raise Unusable(
            f"{min(found)} is in the archive and not in its manifest. Nothing was restored from it."
        )
    return manifest
