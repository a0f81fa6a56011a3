"""What the house knows about somebody that would name him or her outside."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from accounts.models import User
from assistant.privacy import numbers
from assistant.privacy.dates import find_dates
from assistant.privacy.lists import is_word
from assistant.privacy.names import KnownNames, Name
from assistant.privacy.others import Staff, find_others
from assistant.privacy.places import find_address
from assistant.privacy.spans import Kind, Span, settled
from billing.models import Policy
from patients.models import Patient, SearchKey
from patients.searching import words_in as words_in_key
from patients.searching import words_of

MOST_PAIRS = 60


@dataclass
class Identifiers:
    """Of one patient; without one, only what can be told of anybody is found."""

    names: tuple[Name, ...] = ()
    birth_date: date | None = None
    mrn: str = ""
    codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: str = ""
    staff: Staff = field(default_factory=Staff)

    @classmethod
    def of(cls, patient: Patient, *, codes: Iterable[str] = (), staff: Staff | None = None) -> "Identifiers":
        """From the row alone; what stands elsewhere is given."""
        kin = Name.of(patient.next_of_kin_name, Kind.KIN)
        return cls(
            names=(
                Name(patient.given_name, patient.family_name, Kind.PATIENT),
                *([kin] if kin.family else []),
            ),
            birth_date=patient.birth_date,
            mrn=patient.mrn,
            codes=tuple(codes),
            phones=tuple(str(phone) for phone in (patient.phone, patient.next_of_kin_phone) if phone),
            emails=tuple(filter(None, (patient.email,))),
            address=patient.address,
            staff=staff or Staff(),
        )

    @cached_property
    def _known(self) -> KnownNames:
        return KnownNames(self.names)

    @cached_property
    def _patterns(self) -> list[tuple[Kind, list[re.Pattern[str]]]]:
        codes = [pattern for code in self.codes for pattern in numbers.code_patterns(code)]
        return [
            (Kind.NUMBER, [*(numbers.record_number_patterns(self.mrn) if self.mrn else ()), *codes]),
            (Kind.PHONE, [pattern for phone in self.phones for pattern in numbers.phone_patterns(phone)]),
            (Kind.EMAIL, [pattern for email in self.emails for pattern in numbers.email_patterns(email)]),
        ]

    def known(self, text: str) -> Iterator[Span]:
        """Where this patient is named."""
        yield from self._known.find(text)
        for kind, patterns in self._patterns:
            yield from numbers.matches(patterns, kind, text)
        if self.address:
            yield from find_address(text, self.address)

    def find(self, text: str) -> list[Span]:
        """Where anybody is named, without overlaps, in order."""
        found = [
            *self.known(text),
            *find_dates(text, self.birth_date),
            *numbers.find_anybodys(text),
            *find_others(text, self.staff),
        ]
        return list(settled(found))


def identifiers_of(patient: Patient | None, *, said: Sequence[str] = ()) -> Identifiers:
    """All that is known, read now. `said` is what the asker has typed: it may name other patients of the house."""
    staff = Staff.of(User.objects.filter(is_active=True).values_list("full_name", flat=True))
    others = tuple(_patients_named(said))
    if patient is None:
        return Identifiers(names=others, staff=staff)
    patient = Patient.objects.get(pk=patient.pk)
    codes = Policy.objects.filter(patient_id=patient.pk).values_list("number", flat=True)
    known = Identifiers.of(patient, codes=codes, staff=staff)
    return replace(known, names=(*known.names, *others))


def _patients_named(texts: Sequence[str]) -> Iterator[Name]:
    """Two words beside each other under which a patient is found."""
    pairs = [pair for text in texts for pair in pairwise(words_of(text)) if not all(map(is_word, pair))]
    asked = list(dict.fromkeys(pair for pair in pairs if min(map(len, pair)) > 1))[-MOST_PAIRS:]
    starts = [f"n:{one} {other}" for one, other in asked]
    keys = SearchKey.objects.beginning_with(starts, at_most=MOST_PAIRS)
    found = {tuple(words_in_key(key)[:2]) for key in keys}
    for one, other in asked:
        if (one, other) in found:
            yield Name(one, other, Kind.PERSON)
