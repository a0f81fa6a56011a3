"""Paper is printed in any case: tagged where that can be."""

from pathlib import Path

import pytest

from hospital import paper

FRAME = '#let values = json(bytes(sys.inputs.values))\n#set document(title: values.title)\n#set text(lang: "en")\n'
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paper, "TEMPLATES", tmp_path)
    return tmp_path


def test_what_can_be_tagged_is(templates: Path) -> None:
    (templates / "good.typ").write_text(f"{FRAME}= #values.word")

    assert b"pdfuaid" in paper.pdf("good", {"word": "Bread"}, title="Bread")


def test_what_cannot_be_tagged_is_printed_all_the_same(templates: Path) -> None:
    (templates / "bare.typ").write_text(f'{FRAME}#image(bytes(values.drawing), format: "svg")')

    made = paper.pdf("bare", {"drawing": SQUARE}, title="Without a description")

    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" not in made


def test_a_template_that_is_wrong_is_not_printed(templates: Path) -> None:
    (templates / "wrong.typ").write_text(f"{FRAME}#nonsense")

    with pytest.raises(Exception, match="nonsense"):
        paper.pdf("wrong", {}, title="Wrong")
