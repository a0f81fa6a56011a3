"""What is let in into a chart and what is not: by what a file is, in a moment, without a trace of the refused."""

import resource
import time
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hospital.uploads import TooLargeUpload
from patients import files
from patients.files import pdfs, store
from patients.tests import hostile
from patients.tests.hostile import LET_IN, NAMES, REFUSED, Build, upload

MOST_SECONDS = 1.0


def what_lies_there() -> list[Path]:
    return [path for path in store.folder().rglob("*") if path.is_file()]


def processor_time() -> float:
    """Of this process and of those that it has started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.parametrize(("what", "name", "build", "code"), REFUSED, ids=[one[0] for one in REFUSED])
def test_it_is_refused_in_a_moment_and_nothing_is_kept(what: str, name: str, build: Build, code: str) -> None:
    file = upload(name, build())
    before = processor_time()

    with pytest.raises(ValidationError) as refused:
        files.let_in(file)

    assert processor_time() - before < MOST_SECONDS
    assert refused.value.code == code
    assert len(refused.value.messages[0]) > 15
    assert what_lies_there() == []


def test_there_are_many_ways() -> None:
    assert len(REFUSED) + len(NAMES) > 60


@pytest.mark.parametrize(("what", "name", "build", "media_type"), LET_IN, ids=[one[0] for one in LET_IN])
def test_what_people_send_is_let_in_byte_by_byte(what: str, name: str, build: Build, media_type: str) -> None:
    content = build()

    kept = files.let_in(upload(name, content, "text/html"))

    assert (kept.media_type, kept.size) == (media_type, len(content))
    [path] = what_lies_there()
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_pages_are_counted() -> None:
    assert files.let_in(upload("a.pdf", hostile.pdf())).pages == 1
    assert files.let_in(upload("a.png", hostile.png())).pages is None


def test_what_is_not_put_into_a_chart_goes_away() -> None:
    kept = files.let_in(upload("a.png", hostile.png()))
    assert len(what_lies_there()) == 1
    del kept

    assert what_lies_there() == []


@pytest.mark.parametrize(("given", "shown"), NAMES)
def test_a_name_is_for_reading_only(given: str, shown: str) -> None:
    kept = files.let_in(upload(given, hostile.pdf()))

    assert kept.name == shown
    [path] = what_lies_there()
    assert path.parent == store.folder() / store.INCOMING
    assert len(kept.name) <= 200


def test_the_largest_is_let_in_and_one_byte_more_is_not(settings: Any) -> None:
    settings.LARGEST_DOCUMENT = 1000
    assert files.let_in(upload("a.txt", b"a" * 1000)).size == 1000

    with pytest.raises(ValidationError, match="larger than") as refused:
        files.let_in(upload("a.txt", b"a" * 1001))
    assert refused.value.code == "too_large"

    with pytest.raises(ValidationError, match="larger than"):
        files.let_in(TooLargeUpload("a.txt", b""))


def test_memory_stays_flat() -> None:
    flood = hostile.raw_png(9, 9, zlib.compress(b"\0" * 60_000_000))
    large = upload("a.txt", b"a" * 15_000_000)
    tracemalloc.start()
    for file in (upload("a.png", flood), large, upload("a.pdf", hostile.pdf_saying(b"9"))):
        try:
            files.let_in(file)
        except ValidationError:
            continue
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 5_000_000


def test_a_pdf_that_takes_too_long_takes_nobody_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(pdfs, "APART", endless)
    monkeypatch.setattr(pdfs, "CHECK", (0.1, 600))
    before = time.monotonic()

    with pytest.raises(ValidationError) as refused:
        pdfs.check_pdf(tmp_path)

    assert refused.value.code == "too_complex"
    assert time.monotonic() - before < 5


def test_what_looks_into_a_pdf_has_little_of_everything(tmp_path: Path) -> None:
    """It is given four seconds and 600 MB; here it is given none of the memory."""
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.pdf())

    assert pdfs.ask("check", path, limits=(4, 600), most=9) == {"pages": 1}
    assert pdfs.ask("check", path, limits=(4, 20), most=9)["refused"] in {"too_complex", "broken"}
