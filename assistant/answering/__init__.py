"""The way from a question to an answer that stands in its sources."""

from assistant.answering.events import Done, Dropped, Event, Looking, Notice, Proposed, Sentence, Waiting
from assistant.answering.loop import answer, answering

__all__ = [
    "Done",
    "Dropped",
    "Event",
    "Looking",
    "Notice",
    "Proposed",
    "Sentence",
    "Waiting",
    "answer",
    "answering",
]
