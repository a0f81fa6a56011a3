"""Looks into a PDF in a process of its own, with little time and memory; run by patients.files.pdfs, never imported.

`python -I apart.py check|text|leaves PATH SECONDS MEGABYTES MOST` prints JSON: of `check` either how many pages there are
or why it is refused, of `text` what is written on the pages, at most MOST signs of it, of `leaves` the same page by page.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

MOST_OBJECTS = 300_000
MOST_DEPTH = 60
ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
           "/Sound", "/RichMediaExecute", "/GoTo3DView"}  # fmt: skip
OTHER_FILES = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/EmbeddedFile"}
# Searched for where nothing is packed, in case the file says otherwise of itself than a viewer will find.
IN_THE_OPEN = {"JavaScript": "javascript", "Launch": "action", "EmbeddedFile": "embedded_file",
               "EmbeddedFiles": "embedded_file", "RichMedia": "embedded_file"}  # fmt: skip
# By the names of errors; with any other the file is broken.
STUMBLES = {"MemoryError": "too_complex", "RecursionError": "too_complex", "LimitReachedError": "too_complex",
            "DependencyError": "encrypted"}  # fmt: skip


class NotLetIn(Exception):
    """With the code of the reason."""


def limit(seconds: int, megabytes: int) -> None:
    """What this process may use from here on. Elsewhere than on Unix only the clock of the caller counts."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 there is none on Windows

    size = megabytes * 1_000_000
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def check(path: str, most: int) -> dict[str, Any]:
    """How many pages it has, after everything in it has been looked at. `most` is how many pages it may have."""
    from pypdf import PdfReader  # noqa: PLC0415 under the limits

    with open(path, "rb") as file:  # noqa: PTH123 a process that starts quickly
        content = file.read()
    if b"%%EOF" not in content[-2048:]:
        raise NotLetIn("broken")
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted or "/Encrypt" in reader.trailer:
        raise NotLetIn("encrypted")
    in_the_open(content)
    for one in objects(reader):
        look_at(one)
    return {"pages": pages_of(reader, most)}


def in_the_open(content: bytes) -> None:
    """A name may write any of its letters as # and two digits."""
    for name, code in IN_THE_OPEN.items():
        letters = "".join(f"(?:{one}|#{ord(one):02x}|#{ord(one):02X})" for one in name)
        if re.search(f"/{letters}(?![0-9A-Za-z_#])".encode(), content):
            raise NotLetIn(code)


def objects(reader: Any) -> Iterator[Any]:
    """Everything in the file, each once."""
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise NotLetIn("too_complex")
    yield reader.trailer
    for number, generation in numbers:
        yield reader.get_object(IndirectObject(number, generation, reader))


def look_at(one: Any) -> None:
    """Refuse what acts by itself or carries other files, in this object and in all that is written inside it."""
    inside = [(one, 0)]
    while inside:
        value, depth = inside.pop()
        if depth > MOST_DEPTH:
            raise NotLetIn("too_complex")
        if isinstance(value, dict):
            look_at_entries(value)
            inside += [(dict.__getitem__(value, name), depth + 1) for name in value]
        elif isinstance(value, list):
            inside += [(list.__getitem__(value, place), depth + 1) for place in range(len(value))]


def look_at_entries(entries: dict[Any, Any]) -> None:
    act = plain(entries, "/S")
    if "/JS" in entries or "/JavaScript" in entries or act == "/JavaScript":
        raise NotLetIn("javascript")
    if act in ACTIONS or "/XFA" in entries:
        raise NotLetIn("action")
    opening = plain(entries, "/OpenAction")
    if isinstance(opening, dict) and plain(opening, "/S") != "/GoTo":
        raise NotLetIn("action")
    carried = {str(plain(entries, "/Type")), str(plain(entries, "/Subtype"))} & OTHER_FILES
    if carried or "/EmbeddedFiles" in entries or "/EF" in entries:
        raise NotLetIn("embedded_file")


def plain(entries: dict[Any, Any], name: str) -> Any:
    """The value itself, also where the entry only refers to it."""
    value: Any = dict.get(entries, name)
    return value.get_object() if hasattr(value, "get_object") else value


def pages_of(reader: Any, most: int) -> int:
    """As many as the document says; the first of them has to be there."""
    top = plain(plain(reader.trailer, "/Root"), "/Pages")
    number = int(top["/Count"])
    if number > most:
        raise NotLetIn("too_many_pages")
    page: Any = top
    for _step in range(MOST_DEPTH):
        if page.get("/Kids") is None:
            break
        page = page["/Kids"][0].get_object()
    if number < 1 or page.get("/Type") != "/Page":
        raise NotLetIn("broken")
    return number


def text(path: str, most: int) -> dict[str, Any]:
    """What is written on the pages, until there is enough."""
    return {"text": "\n\n".join(leaves(path, most)["leaves"])[:most]}


def leaves(path: str, most: int) -> dict[str, Any]:
    """What is written on each page, until there is enough."""
    from pypdf import PdfReader  # noqa: PLC0415 under the limits

    found: list[str] = []
    size = 0
    for page in PdfReader(path, strict=False).pages:
        found.append(page.extract_text())
        size += len(found[-1])
        if size > most:
            break
    return {"leaves": found}


def main(verb: str, path: str, seconds: str, megabytes: str, most: str) -> None:
    limit(int(seconds), int(megabytes))
    try:
        answer = {"check": check, "text": text, "leaves": leaves}[verb](path, int(most))
    except NotLetIn as reason:
        answer = {"refused": str(reason)}
    except Exception as error:  # noqa: BLE001 over whatever pypdf stumbles, the file is at fault
        answer = {"refused": STUMBLES.get(type(error).__name__, "broken")}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:6])
