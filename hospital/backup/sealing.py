"""Encrypting a stream: AES-256-GCM in pieces, so that nothing is read that was not sealed with the key.

MAGIC, salt, check value, then pieces of PIECE bytes. Each piece is sealed under its number and whether it is the
last: pieces that are exchanged, left out or cut off are noticed. The key comes from the pass phrase by scrypt; the
check value, also from there, tells a wrong key from a damaged file.
"""

import io
import os
from hmac import compare_digest
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"hospital backup 1\n"
SALT, CHECK, TAG = 16, 16, 16
PIECE = 1 << 20


class Unusable(Exception):
    """An archive cannot be used, or not here; in words for the administrator."""


def is_sealed(path: "os.PathLike[str]") -> bool:
    with open(path, "rb") as file:  # noqa: PTH123 any path will do
        return file.read(len(MAGIC)) == MAGIC


def _derive(key: str, salt: bytes) -> tuple[AESGCM, bytes]:
    made = Scrypt(salt=salt, length=32 + CHECK, n=1 << 15, r=8, p=1).derive(key.encode())
    return AESGCM(made[:32]), made[32:]


def _nonce(number: int, *, last: bool) -> bytes:
    """Never twice with one key: each archive has its own salt."""
    return number.to_bytes(11, "big") + bytes([last])


class Sealing(io.RawIOBase):
    """A stream that writes to `file` what is written to it, sealed. Without `close` the end is missing."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file, self._number, self._waiting = file, 0, bytearray()
        salt = os.urandom(SALT)
        self._cipher, check = _derive(key, salt)
        self._head = MAGIC + salt + check
        file.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview", /) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last piece."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


class Opening(io.RawIOBase):
    """A stream that reads what `Sealing` wrote. Raises Unusable for a wrong key and for whatever was changed."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        if not key:
            raise Unusable("This archive is encrypted: set BACKUP_KEY to the key with which it was made.")
        self._file, self._number, self._left = file, 0, b""
        self._head = file.read(len(MAGIC) + SALT + CHECK)
        self._cipher, check = _derive(key, self._head[len(MAGIC) : -CHECK])
        if not compare_digest(check, self._head[-CHECK:]):
            raise Unusable("BACKUP_KEY is not the key with which this archive was encrypted.")
        self._next = file.read(PIECE + TAG)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        while not self._left and self._next:
            self._left = self._open()
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)

    def _open(self) -> bytes:
        piece, self._next = self._next, self._file.read(PIECE + TAG)
        try:
            opened = self._cipher.decrypt(_nonce(self._number, last=not self._next), piece, self._head)
        except InvalidTag as error:
            raise Unusable("The archive is damaged or cut off: nothing was restored from it.") from error
        self._number += 1
        return opened
