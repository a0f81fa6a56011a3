"""What a process has read while nobody has asked the assistant: `python -m assistant.tests.idle worker|without|check`.

Prints JSON: the heavy modules that are there, and the resident memory in bytes. `worker` reads what a web worker
does; `without` the same as if there were no assistant; `check` runs what every command of manage.py begins with.
"""

import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

HEAVY = ("openai", "google.genai", "chromadb", "onnxruntime", "tokenizers", "numpy", "httpx2")
ROOMS = ("urls", "views", "api", "admin", "tasks")
FRONT_DOORS = ("hospital.documentation", "hospital.problems", "hospital.middleware")


def main(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
    import django  # noqa: PLC0415 the settings are named only now
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if what == "without":
        settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "assistant"]
    django.setup()
    if what == "check":
        call_command("check", stdout=sys.stderr)
    elif what == "worker":
        import_module("hospital.urls")
    for app in (
        "accounts",
        "patients",
        "doctors",
        "appointments",
        "prescriptions",
        "billing",
        "analytics",
        "notifications",
    ):
        for room in ROOMS:
            if find_spec(f"{app}.{room}"):
                import_module(f"{app}.{room}")
    for module in FRONT_DOORS:
        import_module(module)
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    print(json.dumps({"heavy": [name for name in HEAVY if name in sys.modules], "resident": resident}))


if __name__ == "__main__":
    main(sys.argv[1])
