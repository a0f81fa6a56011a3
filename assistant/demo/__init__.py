"""Guidelines of the demonstration: texts of our own about common things, marked as what they are."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from accounts.models import User
from assistant import files
from assistant.models import Guideline

TEXTS = Path(__file__).with_name("guidelines")
LICENCE = "CC0 1.0"
SOURCE = "Written for this demonstration"
TITLE = re.compile(r"# (.+)")


def plant(*, by: User, progress: Callable[[str], None]) -> list[Guideline]:
    """Put them where guidelines lie. They wait for the worker, which indexes them."""
    planted = [_planted(path, by) for path in sorted(TEXTS.glob("*.md"))]
    progress(f"{len(planted)} guidelines for the assistant")
    return planted


def _planted(path: Path, by: User) -> Guideline:
    content = path.read_bytes()
    heading = TITLE.match(content.decode())
    guideline = Guideline(
        title=heading[1] if heading else path.stem,
        licence=LICENCE,
        source=SOURCE,
        is_demonstration=True,
        file_name=path.name,
        media_type="text/plain",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
    )
    files.write(guideline.key, content)
    return guideline.add()
