"""The other side of move_to: a process whose database is the new one. It does what it is told on stdin, a line at a time.

Run as `python -m hospital.moving.receiving`; each line is a JSON object with `do`, each answer too.
"""

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.apps import apps  # noqa: E402 Django has to be ready
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, connections  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.models import Entry  # noqa: E402
from hospital import engine  # noqa: E402
from hospital.backup.restoring import prove  # noqa: E402
from hospital.backup.sealing import Unusable  # noqa: E402
from hospital.moving.rows import all_models, by_key, decoded, encoded, hash_of, key_of, rows_of  # noqa: E402


def begin() -> dict[str, Any]:
    """Migrate; in a database that nobody has used, make room for the first rows. Says who is there already."""
    if weak := engine.weaknesses():
        return {"refused": weak[0]}
    call_command("migrate", interactive=False, verbosity=0)
    connections["default"].disable_constraint_checking()
    if not User.objects.exists() and not Entry.objects.exists():
        for model in reversed(all_models()):
            rows_of(model).delete()
    people = [str(pk) for pk in User.objects.order_by("pk").values_list("pk", flat=True)]
    return {"people": people}


def count(model: str) -> dict[str, Any]:
    return {"count": rows_of(apps.get_model(model)).count()}


def missing(model: str, keys: list[str]) -> dict[str, Any]:
    """Which of these rows are not here yet."""
    there = {str(pk) for pk in by_key(apps.get_model(model), keys).values_list("pk", flat=True)}
    return {"missing": [key for key in keys if key not in there]}


def add(model: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    made = apps.get_model(model)
    rows_of(made).bulk_create([decoded(made, row) for row in rows])
    return {}


def empty(model: str) -> dict[str, Any]:
    rows_of(apps.get_model(model)).delete()
    return {}


def hashes(model: str, keys: list[str]) -> dict[str, Any]:
    """What these rows are here."""
    return {"hashes": {key_of(row): hash_of(encoded(row)) for row in by_key(apps.get_model(model), keys)}}


def all_hashes(model: str) -> dict[str, Any]:
    rows = rows_of(apps.get_model(model))
    return {"hashes": sorted(hash_of(encoded(row)) for row in rows.iterator(1000))}


def row(model: str, key: str) -> dict[str, Any]:
    (found,) = by_key(apps.get_model(model), [key])
    return {"row": encoded(found)}


def finish() -> dict[str, Any]:
    """See that every row points at one that is there, and that ledger, signatures and audit are what they were."""
    said: list[str] = []
    connection = connections["default"]
    connection.enable_constraint_checking()
    try:
        connection.check_constraints()
        prove(say=said.append)
    except (IntegrityError, Unusable) as error:
        return {"refused": str(error)}
    return {"said": said}


ACTS = {act.__name__: act for act in (begin, count, missing, add, empty, hashes, all_hashes, row, finish)}


def main() -> None:
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        answer = ACTS[asked.pop("do")](**asked)
        print(json.dumps(answer), flush=True)  # noqa: T201 this is how it speaks


if __name__ == "__main__":
    main()
