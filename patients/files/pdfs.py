"""PDFs: looked into by another process, which may be killed without any harm."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

APART = Path(__file__).with_name("apart.py")
MOST_PAGES = 3000
CHECK = (4, 600)  # seconds of the processor, megabytes of memory
READ = (30, 800)  # by the clock less than a task may take
NEEDED = ("SYSTEMROOT",)  # by Python on Windows
WAITS = 3  # times as long by the clock, on a machine that has other things to do

REASONS: dict[str, str | Promise] = {
    "broken": _("This PDF is damaged or not whole."),
    "encrypted": _("This PDF is locked with a password. Save it without one."),
    "javascript": _("This PDF contains a program (JavaScript). Print it to a new PDF."),
    "action": _("This PDF does something by itself when it is opened. Print it to a new PDF."),
    "embedded_file": _("This PDF carries other files. Send them one by one, or print it to a new PDF."),
    "too_many_pages": _("This PDF has too many pages."),
    "too_complex": _("This PDF is too intricate to be checked. Print it to a new PDF."),
}


def check_pdf(path: Path) -> int:
    """How many pages it has; refuses what is damaged, locked, acts by itself or carries other files."""
    answer = ask("check", path, limits=CHECK, most=MOST_PAGES)
    if "refused" in answer:
        code = answer["refused"]
        raise ValidationError(str(REASONS[code]), code=code)
    return int(answer["pages"])


def text_of(path: Path, *, most: int) -> str | None:
    """What is written in it; None if it could not be read."""
    answer = ask("text", path, limits=READ, most=most)
    return answer.get("text")


def leaves_of(path: Path, *, most: int) -> list[str] | None:
    """What is written on each page, until that are `most` signs; None if it could not be read."""
    answer = ask("leaves", path, limits=READ, most=most)
    return answer.get("leaves")


def ask(verb: str, path: Path, *, limits: tuple[int, int], most: int) -> dict[str, Any]:
    seconds, megabytes = limits
    command = [
        sys.executable,
        "-I",
        "-B",
        str(APART),
        verb,
        str(path),
        str(seconds),
        str(megabytes),
        str(most),
    ]
    try:
        done = subprocess.run(  # noqa: S603 our own program, and a path that we have chosen
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds * WAITS,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},  # no secret goes along
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too_complex"}
    if done.returncode or not done.stdout:
        return {"refused": "too_complex"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
