"""What a file is called on pages and when it is downloaded. On the disk no name means anything."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 200
LONGEST_EXTENSION = 12
JOINERS = "\u200c\u200d"  # Persian and other names are written with them


def display_name(given: str, extension: str = "") -> str:
    """The last part of the path, without signs that cannot be seen or that turn the direction of writing.

    `extension` is added where there is none.
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    seen = "".join(sign if _is_space(sign) or _is_seen(sign) else "" for sign in name)
    name = " ".join(seen.split()).strip(" .") or "document"
    ending = extension_of(name)
    stem = name[: len(name) - len(ending)] if ending else name
    ending = ending or extension
    return stem[: LONGEST_NAME - len(ending)].strip() + ending


def extension_of(name: str) -> str:
    """Such as .pdf, in the letters in which it is written; empty where there is none."""
    ending = PurePosixPath(name).suffix
    return ending if 1 < len(ending) <= LONGEST_EXTENSION else ""


def _is_space(sign: str) -> bool:
    return sign in " \t" or unicodedata.category(sign) == "Zs"


def _is_seen(sign: str) -> bool:
    return sign in JOINERS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
