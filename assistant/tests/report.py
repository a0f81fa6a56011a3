"""`make assistant-report`: how the assistant does on its labelled sets, part by part, offline.

Each part is a module `assistant.tests.report_<part>` whose `lines()` gives what is to be printed.
"""

import importlib
import os
import sys
import time

import django

PARTS = ("retrieval", "privacy", "anomalies")


def main(asked: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    os.environ.setdefault("HOSPITAL_DEBUG_DEFAULT", "on")
    django.setup()
    for part in asked or PARTS:
        begun = time.monotonic()
        print(f"── {part}", flush=True)
        for line in importlib.import_module(f"assistant.tests.report_{part}").lines():
            print(line, flush=True)
        print(f"   ({time.monotonic() - begun:.0f} s)\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
