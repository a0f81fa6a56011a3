"""Keeping the list of laboratory tests."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from hospital.errors import LostRace
from patients.models import LabTest

KEEP = "patients.keep_lab_tests"


@service(KEEP)
def add_lab_test(*, by: User, **values: Any) -> LabTest:
    """Add a test, with LOINC code, names, UCUM unit, and the usual range of adults where there is one."""
    test = LabTest(**values)
    test.check_row()
    if LabTest.objects.filter(loinc=test.loinc).exists():
        raise ValidationError({"loinc": _("This test is in the list already.")})
    try:
        return test.add()
    except IntegrityError as error:
        raise LostRace("The same test was added a moment ago.") from error


@service(KEEP)
def edit_lab_test(test: LabTest, *, by: User, seen_version: int | None = None, **changes: Any) -> LabTest:
    """Correct a test, or stop offering it. Results that are written down stay as they are; so does the code."""
    if changes.get("loinc", test.loinc) != test.loinc:
        raise ValidationError({"loinc": _("The code stays. Add another test.")})
    note(fields=sorted(changes))
    return test.change(seen_version=seen_version, **changes)
