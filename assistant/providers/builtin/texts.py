"""Sentences that answer: chosen by the words of the question that they explain, from one source."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.providers.builtin.asked import Asked
from assistant.providers.builtin.evidence import Evidence, Read, Sentence
from assistant.providers.builtin.quoting import Draft, Statement, sentences_in
from assistant.providers.builtin.words import stands_in, stems

MOST_SENTENCES = 3
MOST_OF_A_DOCUMENT = 8
SHARE_OF_TITLE = 0.999  # of the words of a question: then the document itself is asked for
KINDS = ("note", "document", "allergy", "problem", "prescription", "appointment", "patient")
OF_REPORTS = ("examination", "assessment", "plan")


def from_texts(asked: Asked, evidence: Evidence) -> Draft:
    """The best answer that one source gives; of equal ones that whose title was named, then the newest."""
    own_name = stems(" ".join(one.title for one in evidence.of("patient_summary") if one.kind == "patient"))
    wanted = [word for word in asked.content if not stands_in(word, own_name)]
    if asked.section and not wanted:
        return _section_of_newest(asked, evidence)
    best, highest = Draft(), (0.0, 0, 0)
    for source in evidence.of_kind(*KINDS):
        draft = _summary(source, wanted) or _chosen(asked, wanted, source)
        rank = (
            draft.explains,
            -len(draft.statements),
            sum(stands_in(word, source.title_stems) for word in wanted),
        )
        if draft.statements and rank > highest:
            best, highest = draft, rank
    return best


def _section_of_newest(asked: Asked, evidence: Evidence) -> Draft:
    for source in evidence.of_kind("note", "document"):
        found = sentences_in(source, asked.section)
        if found:
            return Draft([Statement(one.text, source) for one in found[:MOST_OF_A_DOCUMENT]], 1.0)
    return Draft()


def _summary(source: Read, wanted: Sequence[str]) -> Draft | None:
    """What a document found, where it is asked for by its title: its findings, its impression, what is to follow."""
    if source.kind != "document" or not wanted:
        return None
    if sum(stands_in(word, source.title_stems) for word in wanted) < SHARE_OF_TITLE * len(wanted):
        return None
    found = [one for one in sentences_in(source, "") if one.section in OF_REPORTS] or sentences_in(source, "")
    return Draft([Statement(one.text, source) for one in found[:MOST_OF_A_DOCUMENT]], 1.0)


@dataclass
class _Choice:
    """Sentences of a source, taken one by one while each explains a word more."""

    left: list[str]
    sentences: list[Sentence]

    def take(self, among: Sequence[Sentence]) -> bool:
        best = max(among, key=self._gain, default=None)
        if best is None or not self._gain(best):
            return False
        self.sentences.append(best)
        self.left = [word for word in self.left if not stands_in(word, best.stems)]
        return True

    def _gain(self, sentence: Sentence) -> int:
        return sum(stands_in(word, sentence.stems) for word in self.left)


def _chosen(asked: Asked, wanted: Sequence[str], source: Read) -> Draft:
    among = sentences_in(source, asked.section if source.kind in {"note", "document"} else "")
    choice = _Choice(list(wanted), [])
    while choice.left and len(choice.sentences) < MOST_SENTENCES and choice.take(among):
        pass
    if not wanted or not choice.sentences:
        return Draft()
    left = [word for word in choice.left if not stands_in(word, source.title_stems)]
    in_order = sorted(choice.sentences, key=lambda one: one.number)
    return Draft([Statement(one.text, source) for one in in_order], 1 - len(left) / len(wanted))
