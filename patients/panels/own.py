"""What this app itself puts on the record page and into the timeline, noun by noun."""

from patients.panels import letters, results


def register_own() -> None:
    """Called once, when all apps are ready."""
    letters.fill_registers()
    results.fill_registers()
