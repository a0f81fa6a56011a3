"""What is printed: values stay values, every name can be read, and whoever cannot see the page hears it."""

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst

from hospital import paper

FOOT = "Northfield"
FRAME = '#let values = json(bytes(sys.inputs.values))\n#set document(title: values.title)\n#set text(lang: "en")\n'
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


def letter(**values: Any) -> pypdf.PdfReader:
    data = {"foot": FOOT, "from": "Ward 3", "day": "12 Apr 2026", "fictitious": "", "about": "", "signed": ""}
    made = paper.pdf("letter", data | {"paragraphs": []} | values, title="Discharge letter")
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_letter_says_what_it_was_given() -> None:
    printed = text_of(letter(about="Amara Nwosu", paragraphs=["Seen today.", "Well again."]))

    for words in ("Discharge letter", "Amara Nwosu", "Seen today.", "Well again.", "Page 1 of 1", FOOT):
        assert words in printed


@pytest.mark.parametrize(
    "evil",
    [
        '#import "@preview/cetz:0.3.0"',
        '#sys.inputs #read("/etc/passwd") $ x $ *b* _i_ `c` @ref <label>',
        '<script>alert(1)</script> "; ] ) } \\',
        "{{ settings.SECRET_KEY }} {% debug %}",
    ],
)
def test_markup_in_a_value_is_printed_as_it_stands(evil: str) -> None:
    assert evil in text_of(letter(about=evil))


@pytest.mark.parametrize(
    "name",
    ["Nguyễn Thị Hương", "Ελένη Παπαδοπούλου", "Олена Шевченко", "Zoë Müller-Şahin", "O’Connor", "שרה כהן"],
)
def test_names_of_many_scripts_have_letters(name: str) -> None:
    reader = letter(about=name)

    assert is_accessible(reader)
    assert "\0" not in text_of(reader)


def test_a_name_with_many_marks_spoils_no_other_word() -> None:
    """What is read aloud and copied: a letter with a dot below must not lend its dot to the others."""
    assert "Nguyễn Thị Hương is active" in text_of(letter(about="Nguyễn Thị Hương is active"))


def test_an_arabic_name_is_set_with_joined_letters() -> None:
    reader = letter(about="محمد الأحمد")

    assert is_accessible(reader)
    fonts: Any = reader.pages[0]["/Resources"]
    names = [str(font.get_object()["/BaseFont"]) for font in fonts["/Font"].values()]
    assert any("NotoSansArabic" in name for name in names), names


def test_a_sign_without_a_letter_is_a_box_and_the_page_says_so() -> None:
    reader = letter(about="王秀英")

    assert "A box" in text_of(reader)
    assert "A box" not in text_of(letter(about="Amara Nwosu"))


def test_it_is_tagged_and_has_a_title_and_a_language() -> None:
    reader = letter()

    assert is_accessible(reader)
    assert reader.metadata is not None
    assert reader.metadata.title == "Discharge letter"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]


def test_a_template_that_is_wrong_is_an_error(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong.typ").write_text("#let x = ")
    monkeypatch.setattr(paper, "TEMPLATES", tmp_path)

    with pytest.raises(typst.TypstError):
        paper.pdf("wrong", {}, title="x")


def test_no_template_asks_for_what_would_have_to_be_fetched() -> None:
    for template in paper.TEMPLATES.glob("*.typ"):
        assert "@" not in template.read_text(), template.name


def is_accessible(reader: pypdf.PdfReader) -> bool:
    """Whether it says of itself that it is PDF/UA-1, which typst has checked."""
    root: Any = reader.trailer["/Root"]
    return bool(root["/MarkInfo"]["/Marked"]) and b"<pdfuaid:part>1<" in root["/Metadata"].get_data()


# ── What cannot be tagged ────────────────────────────────────────────────────


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paper, "TEMPLATES", tmp_path)
    return tmp_path


def test_what_cannot_be_tagged_is_printed_all_the_same(templates: Path) -> None:
    (templates / "bare.typ").write_text(f'{FRAME}#image(bytes(values.drawing), format: "svg")')

    made = paper.pdf("bare", {"drawing": SQUARE}, title="Without a description")

    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" not in made


def test_a_template_that_is_wrong_is_not_printed(templates: Path) -> None:
    (templates / "wrong.typ").write_text(f"{FRAME}#nonsense")

    with pytest.raises(Exception, match="nonsense"):
        paper.pdf("wrong", {}, title="Wrong")
