"""Compile every template of ours: an unknown tag or filter is found before a page needs it."""

import os
import sys
from pathlib import Path

import django
from django.template import TemplateSyntaxError
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent


def names() -> list[str]:
    """Template names: all files under templates/ and under templates/ of each app."""
    folders = [ROOT / "templates", *ROOT.glob("*/templates")]
    files = [(folder, file) for folder in folders for file in folder.rglob("*") if file.is_file()]
    return sorted(str(file.relative_to(folder)) for folder, file in files)


def main() -> int:
    """Print what does not compile."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    django.setup()
    failed = 0
    for name in names():
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            failed = 1
            print(f"{name}: {error}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
