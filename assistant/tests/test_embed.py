"""Texts become vectors: the same each time, near where they mean the same, from files that are what they should be."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import embedding
from assistant.embedding import DIMENSIONS, MOST_PIECES, NotAsExpected, checked, embed
from assistant.retrieval.vectors import likeness, vectors_of

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("onnxruntime", "tokenizers", "chromadb", "httpx", "numpy")


def test_what_means_the_same_is_near() -> None:
    heart, attack, train = embed(["heart attack", "myocardial infarction", "The train to Berlin is late."])
    assert len(heart) == DIMENSIONS
    assert likeness(heart, heart) == pytest.approx(1.0, abs=1e-5)
    assert likeness(heart, attack) > 0.5 > 0.2 > likeness(heart, train)


def test_the_order_is_kept_and_company_changes_little() -> None:
    texts = ["a long text about the kidneys and what they do " * 8, "short", "middle of the road " * 5]
    together = embed(texts)
    for text, vector in zip(texts, together, strict=True):
        assert likeness(embed([text])[0], vector) > 0.98  # eight bits, and other padding
    assert embed([]) == []


def test_what_comes_after_the_last_piece_is_not_read() -> None:
    start = "vitamin " * (MOST_PIECES + 20)
    assert embed([start + "cholera"]) == embed([start + "football"])


def test_it_may_be_asked_by_several_threads_at_once() -> None:
    texts = [f"patient {number} has a cough" for number in range(12)]
    expected = [embed([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: embed([text])[0], texts)) == expected


@pytest.mark.parametrize("content", [b"", b"another model"])
def test_a_file_that_is_another_is_not_used(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    for path in (file, tmp_path / "missing"):
        with pytest.raises(NotAsExpected, match="not the one that is expected"):
            checked(path, embedding.MODEL_SHA256)


def test_the_tokenizer_that_came_along_is_the_one() -> None:
    assert checked(embedding.TOKENIZER, embedding.TOKENIZER_SHA256)


def test_a_passage_is_found_by_what_it_is_called() -> None:
    named, unnamed = vectors_of(
        [("Gout", "Treatment", "Take it twice daily."), ("", "", "Take it twice daily.")]
    )
    (asked,) = embed(["How is gout treated?"])
    assert likeness(asked, named) > likeness(asked, unnamed) + 0.2


@pytest.mark.mongo_slow("no database is asked")
def test_a_process_that_searches_nothing_does_not_load_it() -> None:
    code = (
        "import sys, django; django.setup(); import hospital.urls, hospital.celery, assistant.tasks;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    env = {"DJANGO_SETTINGS_MODULE": "hospital.settings", "HOSPITAL_DEBUG_DEFAULT": "on"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
