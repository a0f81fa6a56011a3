"""Pictures: how large they say they are, and whether they are whole. Nothing is unpacked into memory."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
MOST_UNPACKED = 330_000_000  # 40 million pixels of four times 16 bits, and the filter byte of each row
MOST_CHUNKS = 50_000
STEP = 65_536
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
JPEG_SCAN, JPEG_END = 0xDA, b"\xff\xd9"
# Samples of a pixel by the colour type of PNG, and of its seven passes: first column and row, steps. ISO/IEC 15948.
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def check_png(path: Path) -> None:
    """Refuse what is too large, damaged, or says another size than it has."""
    with path.open("rb") as file:
        file.seek(8)
        length, name = struct.unpack(">I4s", _exactly(file, 8))
        if (length, name) != (13, b"IHDR"):
            raise _broken()
        width, height, depth, colour, _compression, _filter, interlaced = struct.unpack(
            ">IIBBBBB", _exactly(file, 13)
        )
        _refuse_large(width, height)
        bits = depth * SAMPLES.get(colour, 4)
        sizes = [(width, height)] if not interlaced else _passes(width, height)
        expected = sum(rows * ((columns * bits + 7) // 8 + 1) for columns, rows in sizes if columns and rows)
        file.seek(8)
        if expected > MOST_UNPACKED or _unpacked(_data_of(file), most=expected) != expected or file.read(1):
            raise _broken()
    _open(path, "PNG")


def check_jpeg(path: Path) -> None:
    """Refuse what is too large, damaged or cut off."""
    with path.open("rb") as file:
        file.seek(2)
        width, height = _jpeg_size(file)
        _refuse_large(width, height)
        if not _goes_on_to(file, JPEG_END):
            raise _broken()
    _open(path, "JPEG")


def _open(path: Path, kind: str) -> None:
    """Only the header is read, and of PNG the checksums."""
    try:
        with Image.open(path, formats=(kind,)) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise _broken() from error


def _refuse_large(width: int, height: int) -> None:
    if not width or not height:
        raise _broken()
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise ValidationError(
            _("This picture has %(width)s × %(height)s pixels; at most %(most)s million are kept."),
            code="too_many_pixels",
            params={"width": width, "height": height, "most": MOST_PIXELS // 1_000_000},
        )


def _broken() -> ValidationError:
    return ValidationError(_("This picture is damaged or not whole."), code="broken")


def _exactly(file: BinaryIO, size: int) -> bytes:
    read = file.read(size)
    if len(read) != size:
        raise _broken()
    return read


def _passes(width: int, height: int) -> list[tuple[int, int]]:
    return [(-((x - width) // dx), -((y - height) // dy)) for x, y, dx, dy in ADAM7]


def _data_of(file: BinaryIO) -> Iterator[bytes]:
    """What the picture's chunks hold, in steps, until the last chunk, with which the file has to end."""
    for _number in range(MOST_CHUNKS):
        length, name = struct.unpack(">I4s", _exactly(file, 8))
        if name == b"IEND":
            _exactly(file, 4)
            return
        if name != b"IDAT":
            file.seek(length + 4, 1)
            continue
        while length:
            read = _exactly(file, min(STEP, length))
            length -= len(read)
            yield read
        _exactly(file, 4)
    raise _broken()


def _unpacked(data: Iterator[bytes], *, most: int) -> int:
    """How many bytes the data unpacks to; it is left off a little after `most`."""
    unpacker, size = zlib.decompressobj(), 0
    for read in data:
        while read and size <= most:
            try:
                size += len(unpacker.decompress(read, STEP * 4))
            except zlib.error as error:
                raise _broken() from error
            read = unpacker.unconsumed_tail  # noqa: PLW2901 what is left of this step
    return size


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Width and height, with the file standing behind the head of its first scan."""
    size = (0, 0)
    for _number in range(MOST_CHUNKS):
        start, marker = struct.unpack(">BB", _exactly(file, 2))
        if start != 0xFF:
            raise _broken()
        if marker == 0xFF:
            file.seek(-1, 1)  # filled up
        elif marker not in JPEG_ALONE:
            size = _segment(file, marker) or size
            if marker == JPEG_SCAN:
                return size
    raise _broken()


def _segment(file: BinaryIO, marker: int) -> tuple[int, int] | None:
    """Go past a segment; what it says of the picture's size, if it is the one that says it."""
    (length,) = struct.unpack(">H", _exactly(file, 2))
    if length < 2:
        raise _broken()
    content = _exactly(file, length - 2)
    if marker not in JPEG_FRAMES or len(content) < 5:
        return None
    _depth, height, width = struct.unpack(">BHH", content[:5])
    return width, height


def _goes_on_to(file: BinaryIO, end: bytes) -> bool:
    """Whether these bytes come from here on. In the data of a JPEG they can stand for nothing else."""
    last = b""
    while read := file.read(STEP):
        if end in last + read:
            return True
        last = read[-1:]
    return False
