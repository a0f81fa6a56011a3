"""Run make targets beside each other: tools/beside.py TARGET…

What the first says is seen as it says it; what each other says is kept, and printed when those before it have
ended. Exits with 1 if one of them fails. Whatever stops this stops them.
"""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

EVERY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop(number: int, _frame: FrameType | None) -> None:
    """Turn the first signal into an exit, and be deaf to more of them."""
    for one in EVERY:
        signal.signal(one, signal.SIG_IGN)
    sys.exit(128 + number)


def end(process: "subprocess.Popen[bytes]") -> None:
    """A target that is no longer wanted; make hands the signal on to what it has started."""
    if process.poll() is None:
        process.terminate()
        process.wait()


def main(targets: list[str]) -> int:
    if not targets:
        sys.exit(__doc__)
    for one in EVERY:
        signal.signal(one, stop)
    with tempfile.TemporaryDirectory(prefix="hospital-") as folder:
        kept = [Path(folder, target) for target in targets[1:]]
        running = [subprocess.Popen(["make", targets[0]])]
        try:
            for target, path in zip(targets[1:], kept, strict=True):
                with path.open("wb") as said:
                    running.append(subprocess.Popen(["make", target], stdout=said, stderr=said))
            codes = [running[0].wait()]
            for process, path in zip(running[1:], kept, strict=True):
                codes.append(process.wait())
                sys.stdout.write(path.read_text(errors="replace"))
                sys.stdout.flush()
        finally:
            for process in running:
                end(process)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
