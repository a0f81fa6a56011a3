"""What an answer may rest on: a row or a passage, with the words that can be quoted."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Of what a source is: a row of a kind, or a passage of a document."""

    PATIENT = "patient"
    VITALS = "vitals"
    RESULT = "result"
    APPOINTMENT = "appointment"
    FREE_TIME = "free_time"
    PRESCRIPTION = "prescription"
    ALLERGY = "allergy"
    PROBLEM = "problem"
    NOTE = "note"
    DOCUMENT = "document"
    SAFETY = "safety"
    GUIDELINE = "guideline"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as it was read in this turn, by this user.

    `key` is what an answer cites, such as `s3`: unique within a turn. `subject` is the id of the row or passage.
    `text` is all that the source says; a quote is a part of it. `patient` is the id of whom it is about, or "".
    """

    key: str
    kind: Kind
    subject: str
    title: str
    text: str
    url: str
    patient: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "kind": self.kind.value,
            "subject": self.subject,
            "title": self.title,
            "text": self.text,
            "url": self.url,
            "patient": self.patient,
        }


@dataclass(frozen=True, slots=True)
class Citation:
    """A source as the reader of an answer sees it: the words quoted stand in the source as they are here."""

    id: str
    kind: Kind
    title: str
    quote: str
    url: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind.value,
            "title": self.title,
            "quote": self.quote,
            "url": self.url,
        }
