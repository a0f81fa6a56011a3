"""What is odd in who opened which records. A reason that nobody wrote down is not yet a wrong one."""

from collections.abc import Sequence
from statistics import median

from assistant.anomalies.finding import Finding, Kind, Severity, squeezed
from assistant.anomalies.own_values import CONSISTENT

FEWEST_DAYS, VOLUME_Z, LEAST_SPREAD, FEWEST_MORE = 5, 3.5, 3.0, 10
DENIALS_FROM = 5
LONGEST_LIST = 20


def names_in(name: str) -> set[str]:
    """The parts of a name that could be those of a family."""
    return {one for one in name.casefold().replace("-", " ").split() if len(one) > 2}


def same_family_name(user_name: str, family_name: str) -> bool:
    """Whether the last part of a person's name stands in a patient's family name."""
    parts = user_name.casefold().replace("-", " ").split()
    return bool(parts) and parts[-1] in names_in(family_name)


def snooping(opened: int, *, same_name: bool, is_own_work: bool) -> Finding | None:
    """Somebody of the own family name, opened by a person who has nothing to do with the patient otherwise.

    What proactive audits look for first: family members, colleagues, persons of interest. Boxwala AA et al., Using
    statistical and machine learning to help institutions detect suspicious access to electronic health records,
    J Am Med Inform Assoc 2011; 18: 498–505.
    """
    if not same_name or is_own_work:
        return None
    return Finding(Kind.SNOOPING, Severity.SOON, squeezed(opened, 2), {"opened": opened, "same_name": True})


def many_denials(patients: int, times: int) -> Finding | None:
    """Turned away at the records of several patients in a day."""
    if patients < DENIALS_FROM:
        return None
    facts = {"patients": patients, "times": times, "limit": DENIALS_FROM}
    return Finding(Kind.DENIALS, Severity.SOON, squeezed(patients, 2 * DENIALS_FROM), facts)


def unusual_volume(today: int, days: Sequence[int]) -> Finding | None:
    """How many patients' records somebody opened, beside the own working days of the weeks before."""
    worked = [one for one in days if one]
    if len(worked) < FEWEST_DAYS:
        return None
    usual = median(worked)
    spread = max(CONSISTENT * median(abs(one - usual) for one in worked), LEAST_SPREAD)
    z = (today - usual) / spread
    if z < VOLUME_Z or today - usual < FEWEST_MORE:
        return None
    facts = {
        "value": today,
        "usual": round(float(usual), 1),
        "days": list(days)[-LONGEST_LIST:],
        "z": round(z, 1),
    }
    return Finding(Kind.VOLUME, Severity.LOOK, squeezed(z, 2 * VOLUME_Z), facts)
