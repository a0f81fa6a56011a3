"""Writing a prescription as a draft."""

from accounts.models import Department, User
from doctors.tests.make import make_doctor
from patients.tests.make import make_treated
from prescriptions.dosage import written
from prescriptions.models import Warned
from prescriptions.services import begin_prescription, write_prescription
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_signed


def test_what_is_found_is_kept_with_the_draft(department: Department, dora: User) -> None:
    doctor = make_doctor(user=dora, department=department)
    patient, product = make_treated(dora), make_product()
    make_signed(patient, doctor)
    line = written(product.prescribable, dose="1", frequency="tds", days="7")
    draft = begin_prescription(patient, lines=[line], by=dora)
    assert [one["rule"] for one in draft.safety["findings"]] == ["same-substance"]
    draft = write_prescription(draft, seen_version=1, lines=[line, line], indication="Pain", note="", by=dora)
    assert set(Warned.objects.values_list("rule", flat=True)) == {"same-substance", "dose-ibuprofen-from-12"}
