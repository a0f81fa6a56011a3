"""Processes that come to the same point before each of them goes on."""

import argparse
import time
from pathlib import Path


def options(*acts: str) -> argparse.Namespace:
    """What a process of a race is told: what to do, and the folder in which the others are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=acts)
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


def meet(asked: argparse.Namespace, name: object) -> None:
    """Wait until all have come to this point; at most two minutes."""
    (asked.ready / f"{name}-{asked.worker}").touch()
    give_up = time.monotonic() + 120
    while len(list(asked.ready.glob(f"{name}-*"))) < asked.workers and time.monotonic() < give_up:
        time.sleep(0.001)
