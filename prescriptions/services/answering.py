"""What a signer answers to the findings of a check: heeded, kept, or overridden with a reason."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hospital.errors import Refusal
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.models import Prescription, Warned
from prescriptions.safety.question import Severity

MUST_BE_ANSWERED = frozenset({Severity.CONTRAINDICATED})
LONGEST_REASON = 300
Finding = Mapping[str, Any]  # as `Checked.as_json` writes it


@dataclass(frozen=True, slots=True)
class Override:
    """Why somebody signs although a finding stands: one of Warned.Because, in words where that says nothing."""

    because: str
    reason: str = ""


def must_be_answered(finding: Finding) -> bool:
    return finding["severity"] in MUST_BE_ANSWERED


def stored_keys(prescription: Prescription) -> set[str]:
    """What the last check that is kept with the prescription has found."""
    return {one["key"] for one in prescription.safety.get("findings", ())}


def findings_never_shown(findings: Iterable[Finding], shown: Collection[str]) -> None:
    """Refuse with `new_findings`, which are offered, so that nobody signs over what he or she has not seen."""
    new = [dict(one) for one in findings if one["key"] not in shown]
    if new:
        said = ngettext(
            "The check has just found something that you have not seen. Read it before you sign.",
            "The check has just found %(n)d things that you have not seen. Read them before you sign.",
            len(new),
        )
        raise Refusal(said % {"n": len(new)}, code="new_findings", offers=new)


def answered(findings: Iterable[Finding], overrides: Mapping[str, Override]) -> list[dict[str, Any]]:
    """The overrides of what is found now, as they are signed; those of what no longer stands are left out.

    Refused with `unanswered_findings` where a contraindicated one has none.
    """
    findings = list(findings)
    missing = [dict(one) for one in findings if must_be_answered(one) and one["key"] not in overrides]
    if missing:
        said = ngettext(
            "One finding is contraindicated. Change the prescription, or say why you sign it all the same.",
            "%(n)d findings are contraindicated. Change the prescription, or say for each why you sign it.",
            len(missing),
        )
        raise Refusal(said % {"n": len(missing)}, code="unanswered_findings", offers=missing)
    return [_answer(one, overrides[one["key"]]) for one in findings if one["key"] in overrides]


def _answer(finding: Finding, override: Override) -> dict[str, Any]:
    reason = tidy(override.reason, lines=False)
    if override.because not in Warned.Because.values:
        raise ValidationError({"overrides": _("Choose a reason.")})
    if override.because == Warned.Because.OTHER and not reason:
        raise ValidationError({"overrides": _("Say in words why.")})
    if has_forbidden(reason, lines=False):
        raise ValidationError({"overrides": UNPRINTABLE})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"overrides": _("At most %(n)d characters.") % {"n": LONGEST_REASON}})
    return {
        "key": finding["key"],
        "rule": finding["rule"],
        "because": str(override.because),
        "reason": reason,
        "second": bool(finding["second"]),
    }


def decide(prescription: Prescription, *, on: date) -> None:
    """Write down what became of each warning that has stood over this prescription, at its first signature."""
    findings = {one["key"]: one for one in prescription.safety["findings"]}
    answers = {one["key"]: one for one in prescription.overrides}
    rows = {one.key: one for one in Warned.objects.filter(prescription_id=prescription.pk)}
    who = {"doctor": prescription.doctor, "department": prescription.department, "decided_on": on}
    for key, row in rows.items():
        row.change(**_outcome(findings.get(key), answers.get(key)), **who)
    for key, finding in findings.items():
        if key not in rows:
            told = {name: finding[name] for name in ("rule", "severity", "medicines", "text", "source")}
            row = Warned(prescription=prescription, key=key, check_name=finding["check"], **told, **who)
            for name, value in _outcome(finding, answers.get(key)).items():
                setattr(row, name, value)
            row.add()


def _outcome(finding: Finding | None, answer: Finding | None) -> dict[str, str]:
    if finding is None:
        return {"outcome": Warned.Outcome.HEEDED, "because": "", "reason": ""}
    if answer is None:
        return {"outcome": Warned.Outcome.KEPT, "because": "", "reason": ""}
    return {"outcome": Warned.Outcome.OVERRIDDEN, "because": answer["because"], "reason": answer["reason"]}


def reopen(prescription: Prescription) -> None:
    """Nothing is decided any more; the reasons stay, to be read and changed before the next signature."""
    Warned.objects.filter(prescription_id=prescription.pk).update(
        outcome=Warned.Outcome.OPEN, decided_on=None
    )
