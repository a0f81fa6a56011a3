"""Which kinds of files are known by their first bytes: those that are let in, and those that are refused by name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEAD = 512


@dataclass(frozen=True)
class Kind:
    """A kind that is let in: its media type, and the endings that its name may have; the first is our own."""

    media_type: str
    endings: tuple[str, ...]


PDF = Kind("application/pdf", (".pdf",))
JPEG = Kind("image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG = Kind("image/png", (".png",))
TEXT = Kind("text/plain", (".txt", ".text", ".csv", ".log", ".md"))

LET_IN = "PDF, JPEG, PNG, TXT"
ACCEPT = ",".join(
    ending for kind in (PDF, JPEG, PNG, TEXT) for ending in kind.endings[:2]
)  # what browsers offer

KNOWN = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))

ARCHIVE = _("This is an archive. Send the files in it one by one.")
OFFICE = _("Documents of office programs can carry programs. Save it as PDF.")
PICTURE = _("Pictures of this kind are not kept. Save it as JPEG or PNG.")
PROGRAM = _("This is a program.")
MARKUP = _("This is a web page or other markup, not plain text. Save it as PDF.")

UNWELCOME: tuple[tuple[bytes, str, str | Promise], ...] = (
    (b"MZ", "program", PROGRAM),
    (b"\x7fELF", "program", PROGRAM),
    (b"\xcf\xfa\xed\xfe", "program", PROGRAM),
    (b"\xca\xfe\xba\xbe", "program", PROGRAM),
    (b"#!", "program", PROGRAM),
    (b"PK\x03\x04", "archive", ARCHIVE),
    (b"PK\x05\x06", "archive", ARCHIVE),
    (b"\x1f\x8b", "archive", ARCHIVE),
    (b"BZh", "archive", ARCHIVE),
    (b"\xfd7zXZ\x00", "archive", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "archive", ARCHIVE),
    (b"Rar!\x1a\x07", "archive", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", "archive", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office", OFFICE),
    (b"{\\rtf", "office", OFFICE),
    (b"GIF8", "picture", PICTURE),
    (b"BM", "picture", PICTURE),
    (b"II*\x00", "picture", PICTURE),
    (b"MM\x00*", "picture", PICTURE),
    (b"%!PS", "markup", MARKUP),
)
OFFICE_PARTS = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"word/", b"xl/", b"ppt/")
MARKED_UP = (b"<", b"mime-version:", b"content-type:")


def kind_of(head: bytes) -> Kind | None:
    """The kind that the first bytes say, if it is one that is let in and is known by its bytes."""
    return next((kind for start, kind in KNOWN if head.startswith(start)), None)


def unwelcome(head: bytes) -> tuple[str, str | Promise] | None:
    """Code and sentence for a kind that is known and refused; None where the bytes say nothing."""
    found = next(((code, text) for start, code, text in UNWELCOME if _begins(head, start)), None)
    if found and found[0] == "archive" and any(part in head for part in OFFICE_PARTS):
        return "office", OFFICE
    if found is None and (head[4:8] == b"ftyp" or head[:4] == b"RIFF"):
        return "picture", PICTURE
    if found is None and head[257:262] == b"ustar":
        return "archive", ARCHIVE
    return found or _markup(head)


def _begins(head: bytes, start: bytes) -> bool:
    """Two letters begin many a text too: then only what holds a NUL is that kind."""
    return head.startswith(start) and (len(start) > 2 or not start.isalpha() or b"\x00" in head)


def _markup(head: bytes) -> tuple[str, str | Promise] | None:
    """A text that begins as a web page, an SVG, a program for web pages or a saved mail does."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0c").lower()
    if not start.startswith(MARKED_UP) or (start[:1] == b"<" and not _begins_a_tag(start[1:2])):
        return None
    return "markup", MARKUP


def _begins_a_tag(sign: bytes) -> bool:
    return sign.isalpha() or sign in {b"!", b"?", b"/", b"%"}
