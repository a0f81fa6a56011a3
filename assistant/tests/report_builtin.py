"""How the built-in provider does on the set of questions: the half that its threshold is fitted on, and the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.providers import phrases
from assistant.providers.builtin import ENOUGH, BuiltIn
from assistant.tests.asking import answer
from assistant.tests.proving import faults_in
from assistant.tests.question_set.reading import Asked, questions
from assistant.tests.question_set.world import TODAY, World, plant
from hospital import clock

TRIED = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
FEWEST_ANSWERED, MOST_ANSWERED = 0.85, 0.05


@dataclass(frozen=True)
class Outcome:
    """What came of a question. `is_right`: all that was expected stands in the answer."""

    asked: Asked
    text: str
    is_answered: bool
    is_right: bool
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Shares of the questions in scope that were answered and answered rightly, and of those out of it answered."""

    in_scope: int
    answered: float
    right: float
    out_of_scope: int
    wrongly_answered: float
    faults: int

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> "Figures":
        inside = [one for one in outcomes if one.asked.is_in_scope]
        outside = [one for one in outcomes if not one.asked.is_in_scope]
        return cls(
            len(inside),
            _share(one.is_answered for one in inside),
            _share(one.is_right for one in inside),
            len(outside),
            _share(one.is_answered for one in outside),
            sum(len(one.faults) for one in outcomes),
        )

    @property
    def is_enough(self) -> bool:
        return self.answered >= FEWEST_ANSWERED and self.wrongly_answered <= MOST_ANSWERED and not self.faults

    def __str__(self) -> str:
        return (
            f"in scope {self.in_scope}: {self.answered:.1%} answered, {self.right:.1%} rightly; "
            f"out of scope {self.out_of_scope}: {self.wrongly_answered:.1%} answered; "
            f"{self.faults} statements not traced"
        )


def _share(these: Iterable[bool]) -> float:
    known = list(these)
    return sum(known) / len(known) if known else 0.0


def ask_all(world: World, asked: Iterable[Asked], *, enough: float = ENOUGH) -> list[Outcome]:
    provider = BuiltIn(enough=enough)
    return [_ask(provider, world, one) for one in asked]


def _ask(provider: BuiltIn, world: World, one: Asked) -> Outcome:
    before = (one.before,) if one.before else ()
    given = answer(provider, one.question, by=world.doctor, patient=world.whose(one.whose), before=before)
    is_answered = bool(given.text) and given.text not in phrases.ALLOWED
    said = given.text.casefold()
    is_right = is_answered and all(word.casefold() in said for word in one.expected)
    faults = tuple(faults_in(given.text, given.sources)) if is_answered else ()
    return Outcome(one, given.text, is_answered, is_right and one.is_in_scope, faults)


def fitted(world: World) -> float:
    """The threshold that does best on the half that is there for it; of equal ones, the middle."""
    asked = [one for one in questions() if not one.is_held_out]
    scores = {}
    for enough in TRIED:
        figures = Figures.of(ask_all(world, asked, enough=enough))
        scores[enough] = figures.right - 2 * figures.wrongly_answered
    best = [enough for enough, score in scores.items() if score >= max(scores.values()) - 1e-9]
    return best[len(best) // 2]


def report() -> str:
    """In an empty, migrated database; what is printed with the rest of the assistant's report."""
    with clock.pretending(TODAY):
        world = plant()
        lines = [f"Built-in provider, threshold {ENOUGH}, fitted anew on the first half: {fitted(world)}"]
        for name, half in (("fitted on", False), ("held out", True)):
            outcomes = ask_all(world, [one for one in questions() if one.is_held_out is half])
            lines.append(f"  {name}: {Figures.of(outcomes)}")
        return "\n".join(lines)
