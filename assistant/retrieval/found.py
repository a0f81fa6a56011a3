"""What a search answers: passages that were read just now, and what is missing."""

from dataclasses import dataclass

from assistant.sources import Kind, Source


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage as it stands in the database now. `score` is from 0 to 1 and means the same for every question.

    `subject` is the id of the passage of a guideline, or of the entry of the chart. `page` is 0 where there are none.
    """

    kind: Kind
    subject: str
    title: str
    text: str
    url: str
    patient: str
    score: float
    heading: str = ""
    page: int = 0

    def source(self, key: str) -> Source:
        """As a source of an answer, under the key that the turn has for it."""
        return Source(key, self.kind, self.subject, self.title, self.text, self.url, self.patient)


@dataclass(frozen=True, slots=True)
class Found:
    """The best first. `missing` is a sentence for the asker where not everything could be searched, else empty."""

    passages: tuple[Hit, ...]
    missing: str = ""
