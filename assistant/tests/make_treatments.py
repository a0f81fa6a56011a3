"""Guidelines with tables of treatment for tests, as they stand when they have been read."""

import hashlib

from accounts.models import User
from assistant.demo import TEXTS
from assistant.models import Guideline, Passage
from assistant.retrieval.chunking import chunks_of

HEAD = "| Condition (ICD-10) | Medicine | Dose | Route | Frequency | Days | When not |\n|---|---|---|---|---|---|---|"
PNEUMONIA = (
    "| Pneumonia (J18.9) | Amoxicillin | 500 mg | by mouth | three times daily | 5 | allergy to penicillin |",
    "| Pneumonia, allergy to penicillin (J18.9) | Doxycycline | 100 mg | by mouth | twice daily | 5 | pregnancy |",
    "| Pneumonia (J18.9) | Clarithromycin | 500 mg | by mouth | twice daily | 5 | long QT; together with simvastatin |",
)


def make_read(*, by: User, text: str, title: str = "Pneumonia in adults") -> Guideline:
    """A guideline with the passages of this text."""
    guideline = Guideline(
        title=title,
        licence="CC0 1.0",
        file_name="guideline.md",
        media_type="text/markdown",
        size=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        uploaded_by=by,
        status=Guideline.Status.INDEXED,
    ).add()
    Passage.objects.bulk_create(
        Passage(
            pk=f"{guideline.pk}:{number}",
            guideline=guideline,
            number=number,
            heading=chunk.heading,
            text=chunk.text,
        )
        for number, chunk in enumerate(chunks_of([text], is_markdown=True))
    )
    return guideline


def make_treatments(*rows: str, by: User, title: str = "Pneumonia in adults") -> Guideline:
    """One with a table of these rows."""
    return make_read(
        by=by, title=title, text=f"# {title}\n\n## First-line treatment\n\n" + "\n".join((HEAD, *rows)) + "\n"
    )


def make_demonstration(*, by: User) -> list[Guideline]:
    """All guidelines of the demonstration."""
    return [
        make_read(by=by, title=path.stem, text=path.read_text(encoding="utf-8"))
        for path in sorted(TEXTS.glob("*.md"))
    ]
