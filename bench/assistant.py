"""`python -m bench.assistant`: what a search over 10 000 passages costs, embedding included, against the bare view.

The passages are those of the demonstration again and again, their vectors real ones with a little noise: what a
search costs depends on how many there are. Its own CPU and that of the index's server are counted apart.
"""

import argparse
import os
import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import django

from bench.__main__ import FOLDER, cpu_of, environment, measure, served
from bench.asks import get

os.environ.update(environment("assistant"), DEBUG="true", DJANGO_SETTINGS_MODULE="hospital.settings")
os.environ["UPLOADS_FOLDER"] = str(FOLDER / "assistant-uploads")
django.setup()

from django.conf import settings  # noqa: E402 Django has to be ready
from django.core.management import call_command  # noqa: E402

from accounts.demo import plant_people, plant_site  # noqa: E402
from accounts.models import User  # noqa: E402
from assistant.demo import TEXTS, plant  # noqa: E402
from assistant.models import Guideline, Passage  # noqa: E402
from assistant.retrieval import search, store  # noqa: E402
from assistant.retrieval.chunking import chunks_of  # noqa: E402
from assistant.retrieval.vectors import vectors_of  # noqa: E402
from assistant.tests.chroma import running  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.services import register_patient  # noqa: E402

AT_A_TIME = 500
NOISE = 0.02
QUESTIONS = (
    "What is the first-line treatment of hypertension?",
    "When must metformin be stopped in kidney disease?",
    "dose of amoxicillin in pneumonia",
    "How often is potassium measured after insulin?",
    "Which antibiotic can be given with an allergy to penicillin?",
    "What is the target saturation in COPD?",
    "When is apixaban reduced?",
)


def hospital() -> User:
    """A hospital with a patient, for whom the bare view is asked, and an administrator."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("assistant.sqlite3*"):
        file.unlink()
    call_command("migrate", verbosity=0)
    plant_site()
    users = plant_people()
    person: dict[str, Any] = {"birth_date": date(1980, 1, 1), "sex": "other"}
    register_patient(given_name="Bench", family_name="Person", **person, by=users["reception"])
    return users["admin"]


def passages(number: int, by: User) -> Iterator[tuple[Passage, list[float]]]:
    """So many, each with its vector."""
    found = [
        (guideline, chunk)
        for guideline, path in zip(plant(by=by, progress=print), sorted(TEXTS.glob("*.md")), strict=True)
        for chunk in chunks_of([path.read_text()], is_markdown=True)
    ]
    vectors = vectors_of([(guideline.title, chunk.heading, chunk.text) for guideline, chunk in found])
    chance = random.Random(1)
    for place in range(number):
        guideline, chunk = found[place % len(found)]
        row = Passage(
            id=f"{guideline.pk}:{place}",
            guideline=guideline,
            number=place,
            heading=chunk.heading,
            text=chunk.text,
        )
        yield row, [one + chance.gauss(0, NOISE) for one in vectors[place % len(found)]]


def fill(number: int, by: User) -> None:
    some = list(passages(number, by))
    for start in range(0, number, AT_A_TIME):
        part = some[start : start + AT_A_TIME]
        Passage.objects.bulk_create([row for row, _ in part])
        store.put([store.Entry(row.pk, vector, "guideline", str(row.guideline_id)) for row, vector in part])
    Guideline.objects.update(status=Guideline.Status.INDEXED)


def searched(by: User, rounds: int, server: int) -> tuple[float, float, float]:
    """Milliseconds of one search: at the median by the clock, and of CPU here and at the server of the index."""
    for question in QUESTIONS:
        search(question, by=by)
    times = []
    here, there = time.process_time(), cpu_of(str(server))
    for number in range(rounds):
        begun = time.perf_counter()
        found = search(f"{QUESTIONS[number % len(QUESTIONS)]} {number}", by=by)
        times.append((time.perf_counter() - begun) * 1000)
        assert found.passages, found.missing
        assert not found.missing
    here, there = time.process_time() - here, cpu_of(str(server)) - there
    return median(times), here * 1000 / rounds, there * 1000 / rounds


def bare(rounds: int) -> tuple[float, float]:
    """Milliseconds of the bare view, at the median and of CPU."""
    path = f"/?mrn={Patient.objects.get().mrn}"
    with served("bench.bare", dict(os.environ), path) as server:
        figure, _same = measure(server, server, get(lambda: path), path, rounds)
    return figure.p50, figure.cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    by = hospital()
    with TemporaryDirectory() as folder, running(Path(folder)) as server:
        settings.CHROMA_URL = server.url
        fill(asked.passages, by)
        p50, cpu, of_server = searched(by, asked.rounds, server.pid)
        store.forget_trouble()
    bare_p50, bare_cpu = bare(asked.rounds)
    print(
        f"A search over {asked.passages:,} passages: {p50:.1f} ms, {cpu:.1f} ms CPU and {of_server:.1f} ms CPU of the"
        f" index's server; bare view {bare_p50:.1f} ms, {bare_cpu:.2f} ms CPU: {cpu / bare_cpu:.1f} ×, with the server"
        f" {(cpu + of_server) / bare_cpu:.1f} ×"
    )


if __name__ == "__main__":
    main()
