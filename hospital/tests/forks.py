"""One process that is ready and becomes many: `python -m hospital.tests.forks COMMANDS`.

COMMANDS is JSON: a list of `["-m", module, argument…]`. Each runs in a real process of its own, forked where Django
stands ready, so that they begin together; none of them has a connection, a thread or chance in common with another.
Prints JSON: what each exited with, and what it printed.
"""

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

import hospital.urls  # noqa: E402, F401 so that nobody has to read it again


def become(command: list[str], output: Path) -> int:
    """Run a command in a child; its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 whatever it is, it is said and ends this process alone
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    commands: list[list[str]] = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="hospital-forks-") as folder:
        outputs = [Path(folder, str(number)) for number in range(len(commands))]
        children = [become(command, output) for command, output in zip(commands, outputs, strict=True)]
        codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        said = [{"code": code, "output": one.read_text()} for code, one in zip(codes, outputs, strict=True)]
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
