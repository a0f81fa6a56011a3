"""The questions, read; and which half of them a threshold is fitted on."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from assistant.tests.question_set import in_scope, of_guidelines, out_of_scope


@dataclass(frozen=True)
class Asked:
    """`before` is what was asked first, in a follow-up. `expected` is empty for what must not be answered."""

    whose: str
    question: str
    before: str = ""
    expected: tuple[str, ...] = ()

    @property
    def is_in_scope(self) -> bool:
        return bool(self.expected)

    @property
    def is_held_out(self) -> bool:
        """By the first bit of the SHA-256 of its text: nobody has chosen."""
        return sha256(f"{self.whose}|{self.before}|{self.question}".encode()).digest()[0] >= 128


def questions() -> list[Asked]:
    inside = f"{in_scope.QUESTIONS}\n{in_scope.ADDED}\n{of_guidelines.IN_SCOPE}"
    outside = f"{out_of_scope.QUESTIONS}\n{of_guidelines.OUT_OF_SCOPE}"
    return [*_read(inside), *_read(outside)]


def _read(lines: str) -> Iterator[Asked]:
    for line in filter(None, map(str.strip, lines.splitlines())):
        whose, text, *rest = (part.strip() for part in line.split(" | "))
        before, _arrow, question = text.rpartition(" >> ")
        expected = tuple(one.strip() for one in rest[0].split(" ; ")) if rest else ()
        yield Asked(whose, question.strip(), before.strip(), expected)
