"""How well identifiers are hidden: `python -m assistant.tests.report_privacy [NOTES] [SEEDS]`.

Each note is hidden, sent, and looked for in the bytes that arrive at a server of ours.
"""

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
if __name__ == "__main__":
    django.setup()

from assistant.privacy.checking import StillNamed, refuse_if_named
from assistant.privacy.identifiers import Identifiers
from assistant.privacy.vault import Vault, strings_of
from assistant.providers import wire
from assistant.providers.openai import OpenAi
from assistant.providers.protocol import Message, Role
from assistant.tests.privacy_set.notes import SeededNote, notes
from assistant.tests.privacy_set.people import Person
from assistant.tests.wire import OpenAiWire
from patients.models import Patient

SEEDS = (1, 2, 3, 4, 5)
NOTES = 2000
TITLES = frozenset({"mr", "mrs", "ms", "frau", "herr", "mailto", "mrn", "the", "at"})
TOKEN = re.compile(r"\[[A-Z]+_\d+[a-z]*\]")
WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]{2,})*")


def identifiers_of(person: Person) -> Identifiers:
    patient = Patient(
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        mrn=person.mrn,
        phone=person.phone,
        email=person.email,
        address=person.address,
        next_of_kin_name=person.kin_name,
        next_of_kin_phone=person.kin_phone,
    )
    return Identifiers.of(patient, codes=(person.policy,))


@dataclass
class Judged:
    """What was counted over some notes."""

    notes: int = 0
    refused: int = 0  # not sent: the last look found something
    identifiers: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)  # what was left, and of which identifier
    others: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    words: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return self.found.total() / max(1, self.others.total())

    @property
    def destroyed(self) -> float:
        return self.lost.total() / max(1, self.words)


def judge(note: SeededNote, sent: str, judged: Judged) -> None:
    """Compare a note with what would leave of it."""
    judged.notes += 1
    sent = TOKEN.sub(" ", sent)
    elsewhere = _without(note.text, note.hidden)
    there = Counter(word.casefold() for word in WORD.findall(sent))
    innocent = Counter(word.casefold() for word in WORD.findall(elsewhere))
    for identifier in note.hidden:
        judged.identifiers += 1
        judged.left += [(word, identifier) for word in _telling(identifier) if there[word] > innocent[word]]
        if identifier.casefold() in sent.casefold() and identifier.casefold() not in elsewhere.casefold():
            judged.left.append((identifier, identifier))
    for way, name in note.others:
        judged.others[way] += 1
        judged.found[way] += all(
            there[word.casefold()] < _times(note.text, word) for word in WORD.findall(name)
        )
    for sentence in note.kept:
        judged.words += len(WORD.findall(sentence))
        if sentence not in sent:
            missing = [
                word for word in WORD.findall(sentence) if there[word.casefold()] < _times(note.text, word)
            ]
            judged.lost.update(missing)


def _times(text: str, word: str) -> int:
    return sum(one.casefold() == word.casefold() for one in WORD.findall(text))


def _telling(identifier: str) -> list[str]:
    """The parts of an identifier that would name somebody by themselves."""
    words = [word.casefold() for word in WORD.findall(identifier)]
    return [word for word in words if len(word) > 2 and word not in TITLES]


def _without(text: str, hidden: tuple[str, ...]) -> str:
    for identifier in sorted(hidden, key=len, reverse=True):
        text = text.replace(identifier, " ", 1)
    return text


SECONDS = 60.0


def arrived(note: SeededNote, server: OpenAiWire, provider: OpenAi) -> str | None:
    """What the server has received of a note; None if the last look has stopped it."""
    vault = Vault(identifiers_of(note.person))

    def show(payload: bytes) -> None:
        for text in strings_of(json.loads(payload)):
            refuse_if_named(text, vault.identifiers)

    now = time.monotonic()
    try:
        with wire.sending(wire.Sending(show, now + SECONDS, now + SECONDS)):
            provider.chat([Message(Role.USER, vault.hide(note.text))])
    except StillNamed:
        return None
    text = "\n".join(strings_of(server.received[-1].data["messages"]))
    server.forget()
    return text


def judged(number: int, seed: int, server: OpenAiWire, provider: OpenAi) -> Judged:
    result = Judged()
    for note in notes(number, seed):
        text = arrived(note, server, provider)
        if text is None:
            result.refused += 1
        else:
            judge(note, text, result)
    return result


def measured(number: int, seeds: tuple[int, ...]) -> Iterator[tuple[int, Judged]]:
    """Seed by seed."""
    with OpenAiWire() as server, closing(OpenAi("key", server.base_url, "wire-1", SECONDS)) as provider:
        provider.ready()
        for seed in seeds:
            yield seed, judged(number, seed, server, provider)


def lines(
    number: int = NOTES, seeds: tuple[int, ...] = SEEDS, results: list[Judged] | None = None
) -> Iterator[str]:
    """What is to be printed: each seed, the mean and the worst."""
    results = [] if results is None else results
    yield f"Privacy: {number} notes for each of the seeds {', '.join(map(str, seeds))}"
    for seed, one in measured(number, seeds):
        results.append(one)
        ways = ", ".join(f"{way} {one.found[way] / one.others[way]:.3f}" for way in sorted(one.others))
        yield (
            f"  seed {seed}: {one.identifiers} identifiers, {len(one.left)} left, {one.refused} notes held back; "
            f"names of others found {one.recall:.3f} ({ways}); clinical words lost {one.destroyed:.4f}"
        )
    for name, values, worst in (
        ("identifiers left", [float(len(one.left)) for one in results], max),
        ("names of others found", [one.recall for one in results], min),
        ("clinical words lost", [one.destroyed for one in results], max),
    ):
        yield f"  {name}: mean {sum(values) / len(values):.4f}, worst {worst(values):.4f}"


def report(number: int = NOTES, seeds: tuple[int, ...] = SEEDS) -> list[Judged]:
    """Print it, and give what was counted."""
    results: list[Judged] = []
    for line in lines(number, seeds, results):
        print(line, flush=True)
    return results


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    report(asked[0] if asked else NOTES, SEEDS[: asked[1]] if asked[1:] else SEEDS)
