"""How well passages are ranked: half of TREC LiveQA-Medical, judged answers of MedQuAD.

The set lies beside the repository and is no part of it. A passage is ranked as a whole, its question as its title.
Nearest are found by comparing with all, which the server of the index does nearly as well.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from assistant.embedding import embed
from assistant.retrieval.ranking import mixed
from assistant.retrieval.searching import CANDIDATES
from assistant.retrieval.vectors import as_told, likeness, vectors_of

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "liveqa"
FIRST = 10
WORST_GRADE = 1
AIMS = {"summary": 0.70, "asked": 0.67}


@dataclass(frozen=True)
class LiveQA:
    """Questions, passages with their vectors, and the grade of each judged passage of each question."""

    questions: list[dict[str, str]]
    passages: list[dict[str, str]]
    vectors: list[list[float]]
    grades: dict[str, dict[int, int]]

    @property
    def texts(self) -> list[str]:
        return [as_told(one["question"], "", one["text"]) for one in self.passages]


def read(folder: Path) -> LiveQA:
    questions, passages = (
        [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
        for name in ("questions", "passages")
    )
    places = {passage["id"]: place for place, passage in enumerate(passages)}
    grades: dict[str, dict[int, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text().splitlines():
        question, passage, grade = line.split("\t")
        grades[question][places[passage]] = int(grade)
    vectors = vectors_of([(one["question"], "", one["text"]) for one in passages])
    return LiveQA(questions, passages, vectors, dict(grades))


def gain(grade: int) -> int:
    return (1 << (grade - 1)) - 1


def ndcg(order: Sequence[int], grades: dict[int, int]) -> float | None:
    """nDCG@10 (Järvelin and Kekäläinen 2002); what nobody has judged gains nothing. None where nothing can be gained."""
    ideal = _sum(sorted(map(gain, grades.values()), reverse=True))
    return _sum([gain(grades.get(place, WORST_GRADE)) for place in order]) / ideal if ideal else None


def _sum(gains: Sequence[int]) -> float:
    return sum(one / math.log2(rank + 2) for rank, one in enumerate(gains[:FIRST]))


def ranked(data: LiveQA, question: str, vector: Sequence[float], among: Sequence[int]) -> list[int]:
    """As a search ranks: the nearest are the candidates, then eight parts meaning and two parts words."""
    near = {place: likeness(vector, data.vectors[place]) for place in among}
    some = sorted(near, key=lambda place: -near[place])[:CANDIDATES]
    texts = data.texts
    scores = mixed([near[place] for place in some], question, [texts[place] for place in some])
    return [place for _score, place in sorted(zip(scores, some, strict=True), key=lambda one: -one[0])]


def lines() -> Iterator[str]:
    if not (folder := FOLDER).is_dir():
        yield f"   left out: {folder} is not there"
        return
    data = read(folder)
    judged = sum(map(len, data.grades.values()))
    yield f"   TREC LiveQA-Medical, one half: {len(data.questions)} questions, {len(data.passages)} passages, {judged} judged"
    for key, aim in AIMS.items():
        vectors = embed([one[key] for one in data.questions])
        all_of_them, only_judged = [], []
        for question, vector in zip(data.questions, vectors, strict=True):
            grades = data.grades[question["id"]]
            everything = range(len(data.passages))
            all_of_them.append(ndcg(ranked(data, question[key], vector, everything), grades))
            only_judged.append(ndcg(ranked(data, question[key], vector, list(grades)), grades))
        known = [one for one in all_of_them if one is not None]
        pool = [one for one in only_judged if one is not None]
        yield (
            f"   nDCG@10, question as {'summarised' if key == 'summary' else 'asked':10}: {mean(known):.3f} among all"
            f" passages (aim {aim:.2f}), {mean(pool):.3f} among those judged for the question; {len(known)} questions"
        )
