"""What this app itself puts on the record page and into the timeline, noun by noun."""

from patients.panels import (
    allergies,
    documents,
    letters,
    notes,
    pages,
    problems,
    results,
    standing,
    timeline,
    vitals,
)


def register_own() -> None:
    """Called once, when all apps are ready."""
    pages.fill_registers()
    allergies.fill_registers()
    documents.fill_registers()
    letters.fill_registers()
    problems.fill_registers()
    timeline.fill_registers()
    standing.fill_registers()
    vitals.fill_registers()
    notes.fill_registers()
    results.fill_registers()
