"""Guidelines for tests."""

from typing import Any

from accounts.models import User
from assistant import indexing
from assistant.models import Guideline
from assistant.services import upload_guideline
from patients.files import let_in
from patients.tests.hostile import upload

SCURVY = """# Scurvy at sea

Scurvy comes from a lack of vitamin C.

## Treatment

Give ascorbic acid 250 mg by mouth four times daily for 7 days. Bleeding gums heal within days.

## References

- Lind: A treatise of the scurvy, 1753
"""
BURNS = "# Burns\n\n## Cooling\n\nCool a burn with running water for 20 minutes. Do not use ice or butter.\n"


def make_guideline(*, by: User, text: str = SCURVY, name: str = "scurvy.md", **facts: Any) -> Guideline:
    said = {"title": "Scurvy at sea", "licence": "CC0 1.0"} | facts
    return upload_guideline(file=let_in(upload(name, text.encode(), "text/markdown")), by=by, **said)


def indexed(guideline: Guideline) -> Guideline:
    """As it is when the worker has been there."""
    done = indexing.sweep(30)
    assert done.is_all
    return again(guideline)


def again(guideline: Guideline) -> Guideline:
    found: Guideline = Guideline.objects.get(pk=guideline.pk)
    return found
