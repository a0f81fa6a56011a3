"""Plants a guideline with a table of treatments, and a patient for whom one of them is blocked: part of the cast."""

from typing import Any


def plant_treatments(born: Any, *, by: Any, jonas: Any, admin: Any) -> dict[str, str]:
    """Pneumonia, an allergy to penicillin; one row of the guideline cannot be understood and is a script."""
    from assistant.tests.make_treatments import PNEUMONIA, make_treatments  # noqa: PLC0415
    from e2e.pages import EVIL  # noqa: PLC0415
    from patients import services  # noqa: PLC0415

    row = f"| Pneumonia (J18.9) | {EVIL.replace('|', ' ')} | 1 | by mouth | daily | 5 | none |"
    make_treatments(*PNEUMONIA, " ".join(row.split()), by=admin)
    patient = services.register_patient(given_name="Tessa", family_name="Zztreated", **born, by=by)
    services.begin_care(patient, user=jonas, because="Ward round", by=by)
    services.record_allergy(patient, substance="Penicillin", category="medicine", by=jonas)
    services.record_problem(patient, title="Pneumonia", code="J18.9", by=jonas)
    return {"treated": str(patient.pk)}
