"""Copying from the database of this process to that of another, in batches, and comparing row by row."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Protocol, cast

from django.conf import settings

import audit.services
from accounts.models import User
from hospital.backup.sealing import Unusable
from hospital.moving.rows import (
    all_models,
    encoded,
    hash_of,
    key_of,
    renumbered_models,
    rows_of,
)

BATCH = 500
VERB = "hospital.move"


class Progress(Protocol):
    def __call__(self, what: str, model: str, done: int, total: int) -> None: ...


class Other:
    """The process that has the other database."""

    def __init__(self, words: IO[str], answers: IO[str]) -> None:
        self._words, self._answers = words, answers

    def ask(self, do: str, **words: Any) -> dict[str, Any]:
        """Have something done there. Raises Unusable with what it refuses, or when it has ended."""
        line = ""
        with suppress(BrokenPipeError):
            print(json.dumps({"do": do, **words}), file=self._words, flush=True)
            line = self._answers.readline()
        if not line:
            raise Unusable(
                "The other side has ended; what it said stands above. Run the same again: it goes on."
            )
        answer: dict[str, Any] = json.loads(line)
        if "refused" in answer:
            raise Unusable(answer["refused"])
        return answer


@contextmanager
def other_side(url: str) -> Iterator[Other]:
    """A process of its own, since settings and models of an engine are those of a whole process."""
    env = {**os.environ, "DATABASE_URL": url, "MONGO_URI": "", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "hospital.moving.receiving"]
    process = subprocess.Popen(  # noqa: S603 the same Python, and a module of ours
        command, cwd=settings.BASE_DIR, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    words, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    try:
        yield Other(words, answers)
    finally:
        with suppress(BrokenPipeError):
            words.close()
        process.wait()
        answers.close()


class Move:
    """From here to there. Here, only the audit hears of it. What is there already is not copied twice."""

    def __init__(self, other: Other, progress: Progress) -> None:
        self.other, self._progress = other, progress
        self._done = self.total = 0

    def run(self) -> list[str]:
        """All of it; what the verifying commands said there. Raises Unusable with the first row that differs."""
        self._begin()
        self.total = sum(rows_of(model).count() for model in [*all_models(), *renumbered_models()])
        for model in all_models():
            self._copy(model)
        for model in renumbered_models():
            self._copy_anew(model)
        self._done = 0
        for model in all_models():
            self._compare(model)
        for model in renumbered_models():
            self._compare_anew(model)
        return list(self.other.ask("finish")["said"])

    def _begin(self) -> None:
        there = self.other.ask("begin")
        known = {str(pk) for pk in rows_of(User).values_list("pk", flat=True)}
        if set(there["people"]) - known:
            raise Unusable(
                "There are people in that database whom this one does not know: it is in use. Take an empty one."
            )
        line = audit.services.record(VERB, actor_id=None)
        if not self.other.ask("missing", model=line._meta.label, keys=[key_of(line)])["missing"]:
            raise Unusable("That is the database which is in use here, under whichever name.")

    def _batches(self, model: Any) -> Iterator[list[Any]]:
        """All rows, by primary key."""
        rows, last = rows_of(model).order_by("pk"), None
        while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
            yield batch
            last = batch[-1].pk

    def _step(self, what: str, model: Any, number: int) -> None:
        self._done += number
        self._progress(what, model._meta.label, self._done, self.total)

    def _copy(self, model: Any) -> None:
        label = model._meta.label
        begun = bool(self.other.ask("count", model=label)["count"])
        for batch in self._batches(model):
            todo = batch
            if begun:
                missing = set(
                    self.other.ask("missing", model=label, keys=[key_of(row) for row in batch])["missing"]
                )
                todo = [row for row in batch if key_of(row) in missing]
            if todo:
                self.other.ask("add", model=label, rows=[encoded(row) for row in todo])
            self._step("copied", model, len(batch))

    def _copy_anew(self, model: Any) -> None:
        self.other.ask("empty", model=model._meta.label)
        for batch in self._batches(model):
            self.other.ask("add", model=model._meta.label, rows=[encoded(row) for row in batch])
            self._step("copied", model, len(batch))

    def _compare(self, model: Any) -> None:
        label = model._meta.label
        for batch in self._batches(model):
            there = self.other.ask("hashes", model=label, keys=[key_of(row) for row in batch])["hashes"]
            for row in batch:
                if there.get(key_of(row)) != hash_of(encoded(row)):
                    raise Unusable(self._difference(row, is_there=key_of(row) in there))
            self._step("verified", model, len(batch))
        self._same_number(model, rows_of(model).count(), self.other.ask("count", model=label)["count"])

    def _compare_anew(self, model: Any) -> None:
        here = sorted(hash_of(encoded(row)) for row in rows_of(model).iterator(BATCH))
        there = self.other.ask("all_hashes", model=model._meta.label)["hashes"]
        self._same_number(model, len(here), len(there))
        if here != there:
            raise Unusable(f"{model._meta.label}: a row there is not what it is here.")
        self._step("verified", model, len(here))

    def _same_number(self, model: Any, here: int, there: int) -> None:
        if here != there:
            raise Unusable(
                f"{model._meta.label}: {here:,} rows here and {there:,} there. Was somebody working meanwhile? "
                "Stop web and workers, take an empty database, and begin again."
            )

    def _difference(self, row: Any, *, is_there: bool) -> str:
        """Which row, and in which columns; not what stands in them."""
        name = f"{row._meta.label} {row.pk}"
        if not is_there:
            return f"{name} is not there. Run the same again: it goes on."
        here, there = encoded(row), self.other.ask("row", model=row._meta.label, key=key_of(row))["row"]
        columns = ", ".join(sorted(column for column in here if here[column] != there.get(column)))
        return (
            f"{name} differs in {columns}. Was somebody working meanwhile? "
            "Stop web and workers, take an empty database, and begin again."
        )
