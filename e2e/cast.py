"""Plants what the demonstration lacks, and prints as JSON where everything is: `python -m e2e.cast`."""

import json
import sys
from datetime import time, timedelta
from typing import Any

import django

from e2e.zone import ZONE


def first(rows: Any) -> str:
    return str(rows.first().pk)


def doors(by: Any, ada: Any, patients: Any) -> dict[str, str]:
    """For each way of using the desk a doctor who is here today, two patients with appointments and one without.

    The hours leave no time to be booked, so that no other story books with them. Not in the last minutes
    before midnight: what is booked a quarter of an hour ahead has to be today.
    """
    from accounts import places  # noqa: PLC0415 the models have to wait for django.setup
    from appointments import services as visits  # noqa: PLC0415
    from appointments.models import CELL  # noqa: PLC0415
    from doctors import services as doctors  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415

    now, known = clock.now(), {}
    begins = now - (now - clock.EPOCH) % CELL + 2 * CELL
    born: Any = {"birth_date": clock.today(ZONE) - timedelta(days=15000), "sex": "female"}
    for name in ("light", "keyboard", "no script", "evil"):
        family_name = f"Door{name.replace(' ', '')}"
        doctor = doctors.add_doctor(
            given_name="Xenia", family_name=family_name, department=places.departments()[0], by=ada
        )
        local = now.astimezone(doctor.zone)
        until = min(
            local.replace(minute=local.minute // 5 * 5) + timedelta(hours=3),
            local.replace(hour=23, minute=55),
        )
        doctors.add_schedule_block(
            doctor,
            weekday=None,
            valid_from=local.date(),
            starts=time(0),
            ends=time(until.hour, until.minute),
            visit_minutes=240,
            by=ada,
        )
        for number, given_name in enumerate(("Ada", "Bo", "Cy")):
            patient = patients.register_patient(given_name=given_name, family_name=family_name, **born, by=by)
            if given_name != "Cy":
                visits.book_appointment(
                    patient=patient, doctor=doctor, starts_at=begins + number * CELL, minutes=5, by=by
                )
        known[f"door {name}"] = str(doctor.pk)
    return known


def plant() -> dict[str, Any]:
    """Addresses' ids by the names that e2e/pages.py uses. The patient's name is a script and a sentence."""
    from accounts import places  # noqa: PLC0415 the models have to wait for django.setup
    from accounts.models import User  # noqa: PLC0415
    from accounts.services import open_api_session  # noqa: PLC0415
    from appointments import services as visits  # noqa: PLC0415
    from appointments.availability import next_free  # noqa: PLC0415
    from appointments.models import Appointment, VisitType, WaitingBoard  # noqa: PLC0415
    from doctors import services as doctors  # noqa: PLC0415
    from doctors.models import Doctor, ScheduleBlock, TimeOff  # noqa: PLC0415
    from e2e.bills import plant_bills, plant_cashiers_day  # noqa: PLC0415
    from e2e.medicines import plant_figures, plant_pharmacy, plant_prescriptions  # noqa: PLC0415
    from e2e.pages import EVIL  # noqa: PLC0415
    from e2e.talks import plant_talks  # noqa: PLC0415
    from e2e.treatments import plant_treatments  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients import services as patients  # noqa: PLC0415

    staff = ("reception", "admin", "doctor", "cashier", "manager")
    rosa, ada, jonas, carla, marek = (User.objects.get(email=f"{who}@example.org") for who in staff)
    User.objects.create_user("nobody@example.org", "demo-demo-demo", full_name="Una Unger", role="")
    for one in User.objects.filter(email__in=["admin@example.org", "reception@example.org"]):
        open_api_session(one, client="A program", by=one)

    born: Any = {"birth_date": clock.today(ZONE) - timedelta(days=15000), "sex": "female"}
    evil = patients.register_patient(
        given_name=EVIL, family_name="Zzevil" + 64 * "w", address=EVIL, next_of_kin_name=EVIL, **born, by=rosa
    )
    stranger = patients.register_patient(given_name="Stranger", family_name="Zzstranger", **born, by=rosa)
    urgent = patients.register_patient(given_name="Urgent", family_name="Zzurgent", **born, by=rosa)
    gone = patients.register_patient(given_name="Gone", family_name="Zzgone", **born, by=rosa)
    patients.deactivate_patient(gone, reason=EVIL, by=rosa)

    doctor = Doctor.objects.get(user=jonas)
    today = clock.today(doctor.site.time_zone)
    slot = next(iter(next_free([doctor], today + timedelta(days=1), days=30)))
    visit = visits.book_appointment(
        patient=evil, doctor=doctor, starts_at=slot.starts_at, minutes=slot.minutes, reason=EVIL, by=rosa
    )
    squeezed = visits.book_appointment(
        patient=urgent,
        doctor=doctor,
        starts_at=slot.starts_at,
        minutes=slot.minutes,
        override_because=EVIL,
        by=ada,
    )
    away = doctors.add_time_off(
        doctor=doctor,
        site=None,
        kind=TimeOff.Kind.LEAVE,
        starts_at=slot.starts_at + timedelta(days=300),
        ends_at=slot.starts_at + timedelta(days=301),
        by=ada,
    )
    closed = doctors.add_doctor(
        given_name="Former", family_name="Zzformer", department=places.departments()[0], by=ada
    )
    doctors.deactivate_doctor(closed, by=ada)
    mine = Appointment.objects.filter(doctor=doctor)
    known = doors(rosa, ada, patients)
    plant_cashiers_day(born, by=rosa, admin=ada)
    visits.admit_walk_in(patient=evil, doctor=Doctor.objects.get(pk=known["door evil"]), reason=EVIL, by=rosa)
    return {
        **plant_letters(doctor, born, by=rosa),
        **plant_warnings(evil, by=jonas),
        **plant_standing(evil, born, by=rosa, jonas=jonas),
        **plant_vitals(evil, by=jonas),
        **plant_results(evil, by=jonas),
        **plant_documents(evil, by=jonas),
        **plant_prescriptions(evil, doctor, by=jonas),
        **known,
        **plant_notes(evil, by=jonas),
        **plant_figures(evil, doctor),
        **plant_morning(born, by=rosa, admin=ada),
        **plant_pharmacy(evil, doctor, admin=ada),
        **plant_story(born, by=rosa),
        **plant_bills(evil, by=carla, manager=marek, admin=ada),
        **plant_talks(evil, by=jonas),
        **plant_treatments(born, by=rosa, jonas=jonas, admin=ada),
        "board": WaitingBoard.objects.get().secret,
        "patient": str(evil.pk),
        "stranger": str(stranger.pk),
        "gone": str(gone.pk),
        "doctor": str(doctor.pk),
        "former": str(closed.pk),
        "block": first(ScheduleBlock.objects.filter(doctor=doctor, valid_until=None)),
        "time_off": str(away.pk),
        "visit": str(visit.pk),
        "squeezed": str(squeezed.pk),
        "kind": first(VisitType.objects.all()),
        "visit_day": str(slot.starts_at.astimezone(doctor.zone).date()),
        "past": first(mine.filter(status=Appointment.Status.COMPLETED)),
        "cancelled": first(mine.filter(status=Appointment.Status.CANCELLED)),
    }


def plant_warnings(patient: Any, *, by: Any) -> dict[str, str]:
    """An allergy, a problem and an alert that are scripts."""
    from e2e.pages import EVIL  # noqa: PLC0415 the models have to wait for django.setup
    from patients import services  # noqa: PLC0415

    allergy = services.record_allergy(patient, substance=EVIL, category="food", reaction=EVIL, by=by)
    problem = services.record_problem(patient, title=EVIL, note=EVIL, by=by)
    alert = services.raise_alert(patient, category="other", text=EVIL, by=by)
    return {"allergy": str(allergy.pk), "problem": str(problem.pk), "alert": str(alert.pk)}


def plant_standing(evil: Any, born: Any, *, by: Any, jonas: Any) -> dict[str, str]:
    """The patient with the evil name once more, what he or she allows, and Late, who has died."""
    from hospital import clock  # noqa: PLC0415
    from patients import services  # noqa: PLC0415
    from patients.models import SuspectedPair  # noqa: PLC0415

    names = {"given_name": evil.given_name, "family_name": evil.family_name}
    services.register_patient(**names, **born, by=by)
    pair = SuspectedPair.objects.of(evil.pk).get()
    services.record_consent(evil, kind="data_sharing", is_given=True, note_text=evil.given_name, by=by)
    late = services.register_patient(given_name="Late", family_name="Zzlate", **born, by=by)
    services.record_death(late, died_on=clock.today(ZONE), by=jonas)
    return {"pair": str(pair.pk), "late": str(late.pk)}


def plant_vitals(patient: Any, *, by: Any) -> dict[str, str]:
    """Two sets, one of them taken back, with a note and a reason that are scripts."""
    from e2e.pages import EVIL  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients.services import record_vitals, retract_vitals  # noqa: PLC0415

    given: Any = {"temperature": 38, "pulse": 98, "respiration": 22, "note": EVIL, "confirmed": False}
    rows = [
        record_vitals(patient, taken_at=clock.now() - timedelta(hours=hours), by=by, **given)
        for hours in (3, 2, 1)
    ]
    retract_vitals(rows[0], reason=EVIL, by=by)
    return {"vitals": str(rows[1].pk)}


def plant_letters(doctor: Any, born: Any, *, by: Any) -> dict[str, str]:
    """Lettie, to whom was written: what was sent, what failed, what nobody knows."""
    from appointments.availability import free_slots  # noqa: PLC0415
    from appointments.services import book_appointment  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from notifications.letters import opt_out_token  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from notifications.outbox import sweep  # noqa: PLC0415
    from patients.services import register_patient  # noqa: PLC0415

    doctor.site.change(quiet_from="08:00", quiet_until="08:00")  # letters leave at once, whatever the hour
    address = "lettie@example.org"
    lettie = register_patient(given_name="Lettie", family_name="Zzletter", email=address, **born, by=by)
    tomorrow = clock.today(doctor.site.time_zone) + timedelta(days=1)
    free = free_slots([doctor], tomorrow, tomorrow + timedelta(days=14))[doctor.pk]
    names = ("sent", "failed", "uncertain", "again_with_script", "again_without_script")
    for slot in free[10 : 10 + len(names)]:
        book_appointment(patient=lettie, doctor=doctor, starts_at=slot.starts_at, minutes=slot.minutes, by=by)
    sweep(60)
    letters = Message.objects.filter(patient_id=lettie.pk, kind="appointment_booked").order_by("id")
    keys = dict(zip(names, letters.values_list("pk", flat=True), strict=True))
    refused = {"status": "failed", "because": "refused", "error": "550 no such mailbox", "sent_at": None}
    Message.objects.filter(pk__in=[pk for name, pk in keys.items() if name != "sent"]).update(**refused)
    doubt = {"status": "uncertain", "because": "interrupted", "error": "TimeoutError"}
    Message.objects.filter(pk=keys["uncertain"]).update(**doubt)
    known = {"lettie": lettie.pk, "token": opt_out_token("patient", lettie.pk)}
    return {name: str(value) for name, value in (keys | known).items()}


def plant_notes(patient: Any, *, by: Any) -> dict[str, str]:
    """Notes of a patient whom the doctor and the nurse treat: a draft, a signed one with an addendum, a discarded one."""
    from accounts.models import User  # noqa: PLC0415 the models have to wait for django.setup
    from e2e.pages import EVIL  # noqa: PLC0415
    from patients import services  # noqa: PLC0415

    nurse = User.objects.get(email="nurse@example.org")
    services.begin_care(patient, user=nurse, because="Ward round", by=nurse)
    words = dict.fromkeys(("complaint", "examination", "assessment", "plan"), EVIL)
    draft, signed, discarded, shared = (
        services.write_note(
            services.open_encounter(patient, kind="phone", by=by), seen_version=1, by=by, **words
        )
        for _ in range(4)
    )
    services.sign_encounter(signed, seen_version=2, by=by)
    services.add_addendum(signed, text=EVIL, by=nurse)
    services.discard_note(discarded, reason=EVIL, by=by)
    notes = {"draft": draft, "signed": signed, "discarded": discarded, "shared": shared}
    return {f"{name}_note": str(note.pk) for name, note in notes.items()}


def plant_morning(born: Any, *, by: Any, admin: Any) -> dict[str, str]:
    """A doctor of her own, morning@example.org, with a patient who waits for each way of using a screen."""
    from accounts import places  # noqa: PLC0415 the models have to wait for django.setup
    from accounts.models import User  # noqa: PLC0415
    from appointments import services as visits  # noqa: PLC0415
    from doctors import services as doctors  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients.services import record_vitals, register_patient  # noqa: PLC0415

    mia = User.objects.create_user(
        "morning@example.org", "demo-demo-demo", full_name="Dr Mia Morning", role="doctor"
    )
    doctor = doctors.add_doctor(
        title="Dr",
        given_name="Mia",
        family_name="Morning",
        department=places.departments()[0],
        user=mia,
        by=admin,
    )
    today = clock.now().astimezone(doctor.zone).date()
    doctors.add_schedule_block(
        doctor, weekday=None, valid_from=today, starts=time(0), ends=time(23, 55), visit_minutes=240, by=admin
    )
    known = {}
    for name in ("light", "keyboard", "no script"):
        family_name = f"Morning{name.replace(' ', '')}"
        patient = register_patient(given_name="Ada", family_name=family_name, **born, by=by)
        visits.admit_walk_in(patient=patient, doctor=doctor, reason="Cough", by=by)
        for hours, pulse in ((30, 88), (4, 104), (1, 97)):
            measured: Any = {"pulse": pulse, "temperature": 38, "confirmed": False}
            record_vitals(patient, taken_at=clock.now() - timedelta(hours=hours), by=mia, **measured)
        known[f"morning {name}"] = str(patient.pk)
    return known


def plant_story(born: Any, *, by: Any) -> dict[str, str]:
    """A patient of two doctors for each way of using a screen, who takes nothing yet."""
    from accounts.models import User  # noqa: PLC0415 the models have to wait for django.setup
    from patients.services import begin_care, register_patient  # noqa: PLC0415

    doctors = User.objects.filter(email__in=["doctor@example.org", "colleague@example.org"])
    known = {}
    for name in ("light", "keyboard", "no script"):
        family_name = f"Story{name.replace(' ', '')}"
        patient = register_patient(given_name="Ada", family_name=family_name, **born, by=by)
        for doctor in doctors:
            begin_care(patient, user=doctor, because="Angina", by=doctor)
        known[f"story {name}"] = str(patient.pk)
    return known


def plant_results(patient: Any, *, by: Any) -> dict[str, str]:
    """Laboratory results of the patient with the evil name; the laboratory is no better."""
    from decimal import Decimal  # noqa: PLC0415

    from e2e.pages import EVIL  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients.services import record_result, retract_result  # noqa: PLC0415

    kalium: Any = {"loinc": "2823-3", "unit": "mmol/L", "laboratory": EVIL, "note": EVIL, "by": by}
    made = [
        record_result(
            patient, value=Decimal(value), taken_at=clock.now() - timedelta(days=30 * (3 - number)), **kalium
        )
        for number, value in enumerate(("4.1", "5.4", "6.2"))
    ]
    record_result(patient, loinc="5802-4", text=EVIL, taken_at=clock.now(), by=by)
    retract_result(made[1], reason=EVIL, by=by)
    return {"result": str(made[0].pk)}


def plant_documents(patient: Any, *, by: Any) -> dict[str, str]:
    """Documents whose title and text are a script: one that was read, a picture, one taken back."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from e2e.pages import EVIL  # noqa: PLC0415
    from patients import files  # noqa: PLC0415
    from patients import services as patients  # noqa: PLC0415
    from patients.tasks import read_waiting_texts  # noqa: PLC0415
    from patients.tests import hostile  # noqa: PLC0415

    contents = {"letter": hostile.pdf(EVIL), "photo": hostile.png(), "wrong": hostile.jpeg()}
    kept = {
        name: patients.upload_document(
            patient, file=files.let_in(SimpleUploadedFile(f"{name}", content)), title=EVIL, by=by
        )
        for name, content in contents.items()
    }
    read_waiting_texts()
    patients.retract_document(kept["wrong"], reason=EVIL, by=by)
    return {name: str(document.pk) for name, document in kept.items()}


if __name__ == "__main__":
    django.setup()
    json.dump(plant(), sys.stdout)
