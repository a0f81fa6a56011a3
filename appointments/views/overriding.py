"""After a refusal: whoever may pass over the rule is asked why; everybody else is told who may."""

from typing import Any

from accounts.models import User
from appointments.forms import ask_because
from appointments.rules import OVERRIDE, may_be_overridden, who_may_override


def insist(form: Any, user: User, *, label: str) -> None:
    """Add the question why, with this label, or the roles that may answer it, to a form that was refused."""
    refusal = getattr(form, "refusal", None)
    if refusal is not None and not may_be_overridden(refusal.code):
        return
    if refusal is None and not form.data.get("override_because"):
        return
    if user.has_perm(OVERRIDE):
        ask_because(form, label)
        form.may_insist = True
    else:
        form.who_may = who_may_override()
