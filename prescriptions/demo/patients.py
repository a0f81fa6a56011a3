"""One patient after the other: what is prescribed, what the check says of it, and what becomes of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from doctors.models import Doctor
from hospital import clock
from patients.demo import Told
from prescriptions.asking import Checked, answer
from prescriptions.asking.patient import Known, known_of
from prescriptions.demo.regimens import HUNDRED_DAYS, LASTING, PASSING, Dose, Regimen, drawn
from prescriptions.dosage import Written, written
from prescriptions.models import Prescription, PrescriptionLine, Product, StopReason, Warned
from prescriptions.services.answering import must_be_answered
from prescriptions.services.medicines import rows_of

HALF_A_YEAR = 180
A_MINUTE = timedelta(minutes=1)
TRIES, SHARE_WARNED = 6, 0.5
SHARE_OVERRIDDEN, SHARE_HEEDED, SHARE_STOPPED, SHARE_FORGOTTEN = 0.4, 0.25, 0.06, 0.08
HOW_MANY = ((0, 1, 2, 3), (30, 42, 20, 8))  # short ones, and how often there are so many
Status, Outcome, Because = Prescription.Status, Warned.Outcome, Warned.Because

REASONS = (
    (Because.MONITORED, "Values are checked in a week"),
    (Because.BENEFIT, "No better choice for this patient"),
    (Because.TOLERATED, "Taken for years without trouble"),
    (Because.NO_ALTERNATIVE, "Others were tried before"),
    (Because.NOT_SO, ""),
    (Because.ADVISED, "Agreed with the cardiologist"),
)
STOPPED = (
    (StopReason.ADVERSE_EFFECT, "Nausea since the second day"),
    (StopReason.INEFFECTIVE, ""),
    (StopReason.INTERACTION, "Found at the review of all medicines"),
    (StopReason.ENDED, ""),
    (StopReason.WISH, "Does not want to take tablets any more"),
    (StopReason.ERROR, "Meant for another day"),
    (StopReason.REPLACED, "Changed to another medicine"),
)


@dataclass
class House:
    """Everybody and everything that prescribing needs: doctors by the code of their department."""

    doctors: Mapping[str, Sequence[Doctor]]
    products: Mapping[str, Product]  # by their keys
    valid_for: timedelta
    random: Random
    by_id: dict[str, Product] = field(init=False)
    known_lines: dict[tuple[Dose, int | None], Written] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {str(one.pk): one for one in self.products.values()}

    def doctor_for(self, regimen: Regimen) -> Doctor:
        """One who prescribes such things; in general medicine mostly the first."""
        there = self.doctors.get(regimen.department) or self.doctors["GEN"]
        return self.random.choices(there, [3, *[1] * (len(there) - 1)])[0]


@dataclass
class Planted:
    """A prescription with all that hangs on it, unsaved."""

    prescription: Prescription
    lines: list[PrescriptionLine]
    warnings: list[Warned]

    @property
    def signed_at(self) -> datetime:
        """Of a draft its beginning."""
        return self.prescription.signed_at or self.prescription.created_at


class Patients:
    """The prescriptions of one patient, in the order of time, so that each is checked against what is taken then."""

    def __init__(self, told: Told, house: House) -> None:
        self.told, self.house, self.random = told, house, house.random
        self.known: Known = known_of(told.patient, clock.now())
        self.planted: list[Planted] = []

    # ── Half a year ─────────────────────────────────────────────────────────

    def history(self) -> None:
        """What lasts, renewed; between it what passes. Nothing of the last day."""
        plan = [*self._lasting(), *self._passing()]
        before: dict[Regimen, Planted] = {}
        for days, planned in sorted(plan, key=lambda one: -one[0]):
            regimen = planned
            if planned.days != HUNDRED_DAYS and self.random.random() < SHARE_WARNED:
                regimen = self.warned_of(self.at(days)) or planned
            renews = before.get(regimen) if regimen.days == HUNDRED_DAYS else None
            made = self.signed(regimen, self.at(days), renews=renews)
            if made is not None:
                before[regimen] = made
                self._let_live(made, days)

    def _lasting(self) -> Iterator[tuple[int, Regimen]]:
        regimen = self.draw(LASTING)
        if regimen is None or self.random.random() < 0.15:
            return
        last = self.random.randrange(2, 96)
        for days in (last + 100, last):
            if days < HALF_A_YEAR:
                yield days, regimen

    def _passing(self) -> Iterator[tuple[int, Regimen]]:
        for _ in range(self.random.choices(*HOW_MANY)[0]):
            if regimen := self.draw(PASSING):
                yield self.random.randrange(2, HALF_A_YEAR), regimen

    def draw(self, of: tuple[Regimen, ...]) -> Regimen | None:
        patient = self.told.patient
        return drawn(of, self.random, story=self.told.story.key, sex=patient.sex, age=patient.age)

    def warned_of(self, at: datetime) -> Regimen | None:
        """One about which the check has something to say: there are more of them here than in life."""
        tried = [one for _ in range(TRIES) if (one := self.draw(PASSING))]
        return next((one for one in tried if self.checked(self.written(one), at, renews=None).findings), None)

    def at(self, days: int) -> datetime:
        """A moment of a working day, so many days ago or somewhat more."""
        zone = self.house.doctors["GEN"][0].zone
        day = (clock.now() - timedelta(days=days)).astimezone(zone)
        day -= timedelta(days=max(0, day.weekday() - 4))
        minutes = self.random.randrange(8 * 60, 17 * 60)
        return day.replace(hour=minutes // 60, minute=minutes % 60, second=7, microsecond=0)

    # ── One prescription ────────────────────────────────────────────────────

    def draft(self, regimen: Regimen, at: datetime, doctor: Doctor, **fields: Any) -> Planted:
        """As it was saved last: checked, with its warnings open."""
        lines = self.written(regimen)
        checked = self.checked(lines, at, renews=fields.get("renews"))
        one = Prescription(
            patient=self.told.patient,
            doctor=doctor,
            department_id=doctor.department_id,
            recorded_by=doctor.user,
            indication=regimen.reason,
            lines=[line.as_json() for line in lines],
            safety=checked.as_json(),
            created_at=at,
            updated_at=at,
            **fields,
        )
        warnings = [self._warned(one, finding, at) for finding in one.safety["findings"]]
        return self._kept(Planted(one, [], warnings))

    def signed(
        self, regimen: Regimen, at: datetime, *, renews: Planted | None = None, doctor: Doctor | None = None
    ) -> Planted | None:
        """Signed after the warnings were heeded, kept or overridden; None if nothing was left to be prescribed."""
        doctor = doctor or self.house.doctor_for(regimen)
        made = self.draft(regimen, at, doctor, renews=renews.prescription if renews else None)
        lines = [line for line in self.written(regimen) if line.medicine not in self._given_up(made)]
        if not lines:
            self.planted.remove(made)
            return None
        self._sign(made, lines, at + timedelta(minutes=self.random.randrange(1, 6)))
        if renews is not None:
            end = at.astimezone(doctor.zone).date() - timedelta(days=1)
            names = {line.medicine for line in made.lines}
            for line in renews.lines:
                if line.medicine in names:
                    line.taken_until = min(line.taken_until, end)
        return made

    def _given_up(self, made: Planted) -> set[str]:
        """Medicines that the doctor takes out again because of a warning."""
        given_up: set[str] = set()
        own = {line["medicine"] for line in made.prescription.lines}
        for finding in made.prescription.safety["findings"]:
            share = 1 - SHARE_OVERRIDDEN if must_be_answered(finding) else SHARE_HEEDED
            if finding["second"] or self.random.random() < share:
                given_up |= {name for name in finding["medicines"] if name in own}
        return given_up

    def _sign(self, made: Planted, lines: Sequence[Written], at: datetime) -> None:
        one = made.prescription
        today = at.astimezone(one.doctor.zone).date()
        if len(lines) < len(one.lines):
            one.lines = [line.as_json() for line in lines]
            one.safety = self.checked(lines, at, renews=one.renews).as_json()
        findings = one.safety
        one.overrides = [
            self._overridden(finding) for finding in findings["findings"] if must_be_answered(finding)
        ]
        one.needs_second = any(finding["second"] for finding in findings["findings"])
        one.status = Status.AWAITING if one.needs_second else Status.SIGNED
        one.signed_at = one.updated_at = at
        one.signed_by = one.doctor.user
        one.expires_on = today + self.house.valid_for
        one.version = 3
        one.content_hash = one.seal()
        self._decide(made, today)
        if not one.needs_second:
            made.lines = rows_of(one, self.house.by_id, on=today)
            for line in made.lines:
                line.created_at = line.updated_at = at

    def wait_for_second(self, regimen: Regimen, at: datetime, doctor: Doctor) -> Planted:
        """Signed against the gravest; another doctor has to look at it."""
        made = self.draft(regimen, at, doctor)
        self._sign(made, self.written(regimen), at + A_MINUTE)
        return made

    def countersign(self, made: Planted, at: datetime, doctor: Doctor) -> None:
        """Another doctor agrees; only now there is something to be handed out."""
        one = made.prescription
        one.second_signed_at, one.second_signed_by = at, doctor.user
        one.second_hash = one.second_seal()
        one.status, one.version, one.updated_at = Status.SIGNED, one.version + 1, at
        made.lines = rows_of(one, self.house.by_id, on=at.astimezone(doctor.zone).date())

    # ── Its warnings ────────────────────────────────────────────────────────

    def _warned(self, one: Prescription, finding: Mapping[str, Any], at: datetime) -> Warned:
        told = {name: finding[name] for name in ("key", "rule", "severity", "medicines", "text", "source")}
        return Warned(
            prescription=one,
            doctor_id=one.doctor_id,
            department_id=one.department_id,
            check_name=finding["check"],
            created_at=at,
            updated_at=at,
            **told,
        )

    def _overridden(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        because, words = self.random.choice(REASONS)
        told = {"key": finding["key"], "rule": finding["rule"], "second": bool(finding["second"])}
        return told | {"because": str(because), "reason": words}

    def _decide(self, made: Planted, today: date) -> None:
        standing = {finding["key"] for finding in made.prescription.safety["findings"]}
        answers = {one["key"]: one for one in made.prescription.overrides}
        for warning in made.warnings:
            warning.decided_on = today
            warning.outcome = Outcome.KEPT if warning.key in standing else Outcome.HEEDED
            if given := answers.get(warning.key):
                warning.outcome = Outcome.OVERRIDDEN
                warning.because, warning.reason = given["because"], given["reason"]

    # ── What becomes of it ──────────────────────────────────────────────────

    def _let_live(self, made: Planted, days: int) -> None:
        """Stopped, forgotten until it expired, or ready to be handed out."""
        one = made.prescription
        today = clock.now().astimezone(one.doctor.zone).date()
        if self.random.random() < SHARE_STOPPED:
            self.stop(made, made.signed_at + timedelta(days=self.random.randrange(days), hours=1))
        elif self.random.random() < SHARE_FORGOTTEN and one.expires_on and one.expires_on < today:
            one.status, one.version = Status.EXPIRED, 4

    def stop(self, made: Planted, at: datetime) -> None:
        """All of it, with a reason."""
        one, (because, words) = made.prescription, self.random.choice(STOPPED)
        end = at.astimezone(one.doctor.zone).date() - timedelta(days=1)
        stopped = {
            "stopped_at": at,
            "stopped_by": one.doctor.user,
            "stopped_because": because,
            "stopped_note": words,
        }
        for row in (one, *made.lines):
            row.updated_at, row.version = at, row.version + 1
            for name, value in stopped.items():
                setattr(row, name, value)
        one.status = Status.STOPPED
        for line in made.lines:
            line.taken_until = min(line.taken_until, end)

    # ── What is written, and what the check says ────────────────────────────

    def written(self, regimen: Regimen) -> list[Written]:
        return [self.line(dose, regimen.days) for dose in regimen.lines]

    def line(self, dose: Dose, days: int | None) -> Written:
        known = self.house.known_lines
        if not dose.per_kg and (dose, days) in known:
            return known[dose, days]
        weight = self.known.weight.value if self.known.weight else Decimal(2 * (self.told.patient.age + 4))
        known[dose, days] = written_of(dose, days, self.house, weight)
        return known[dose, days]

    def checked(self, lines: Sequence[Written], at: datetime, *, renews: Prescription | None) -> Checked:
        """Against what was taken on that day."""
        day = at.date()
        taken = [
            line.written
            for made in self.planted
            for line in made.lines
            if made.prescription is not renews and line.signed_on <= day <= line.taken_until
        ]
        return answer(lines, known=self.known, taken=taken, products=self.house.by_id, at=at)

    def _kept(self, made: Planted) -> Planted:
        self.planted.append(made)
        return made


def written_of(dose: Dose, days: int | None, house: House, weight: Decimal = Decimal(70)) -> Written:
    return written(
        house.products[dose.product].prescribable,
        dose=dose.for_weight(weight),
        frequency=dose.often,
        days=days,
        as_needed_for=dose.needed_for,
        quantity=dose.quantity or None,
    )
