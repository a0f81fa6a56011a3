"""One of everything, and one user of each role: for test_matrix.py."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import User
from accounts.roles import Role
from accounts.services import open_api_session
from appointments.models import Appointment, WaitingBoard
from appointments.services import book_appointment
from assistant.models import Conversation, PendingAction
from assistant.tests.make import make_answered, make_conversation, make_disclosure, make_fact, make_proposal
from assistant.tests.make_alerts import make_alert_for
from assistant.tests.make_guidelines import make_guideline
from billing.services import (
    Part,
    add_charge,
    credit_invoice,
    pay_invoice,
    record_deposit,
    request_refund,
    till_of,
)
from billing.tests.make import make_draft as make_bill
from billing.tests.make import make_issued, make_policy, make_service, make_till
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_time_off
from hospital.clock import now
from hospital.tests.doors import WHO
from notifications.letters import opt_out_token
from notifications.models import Message
from notifications.outbox import To, inbox_about
from patients import files
from patients.models import Patient, SuspectedPair
from patients.services import (
    begin_care,
    open_encounter,
    raise_alert,
    record_allergy,
    record_consent,
    record_problem,
    upload_document,
)
from patients.tests.hostile import upload
from patients.tests.make import make_patient
from patients.tests.make_results import make_result
from patients.tests.vitals import make_vitals
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_draft, make_line
from prescriptions.tests.make_stock import a_line, handed_out, make_stock, signed

_versions = count()


@dataclass
class World:
    """One of everything, and one user of each role."""

    users: dict[str, User]
    ids: dict[str, Any]
    secrets: tuple[str, ...]
    doctor: Doctor
    entries: dict[str, Any]

    def path(self, route: str, user: User | None) -> str:
        nouns = (
            *("assistant/sent", "assistant/guidelines"),
            *("v1/billing/charges", "v1/billing/refunds", "v1/billing/price-list", "v1/billing"),
            *("billing/payers", "billing/policies"),
            *("billing/prices", "billing/receipts", "billing/payments", "billing/refunds"),
            *("billing/charges", "billing/credit-notes", "billing/"),
            *("v1/prescriptions", "duplicates", "patients", "doctors", "appointments"),
            *("medications", "notifications", "messages"),
            *("dispensings", "stock", "prescriptions"),
        )
        noun = next((one for one in nouns if one in route), "")
        if route.startswith("assistant/actions/<"):
            return "/" + re.sub("<uuid:pk>", str(self._proposed_to(user).pk), route)
        if route.startswith(("assistant/<", "api/v1/ai/chat/<")):
            return "/" + self._conversation_of(user, route)
        if "/alerts/<" in route and route.startswith(("assistant/", "api/v1/ai/")):
            return "/" + re.sub("<[a-z]+:pk>", str(make_alert_for(user, self.ids["patients"]).pk), route)
        if "/read" in route and "pk>" in route:
            return "/" + re.sub("<[a-z]+:pk>", str(self._line_for(user)), route)
        if "billing/tills" in route:
            route = route.replace("<uuid:pk>", str(self._till_of(user)))
        route = route.replace("<str:token>", opt_out_token("patient", self.ids["patients"]))
        pk = self.ids.get(noun) or (self._session_of(user) if "pk>" in route else "")
        route = route.replace("<uuid:pk>", str(pk)).replace("<str:pk>", str(pk))
        route = route.replace("<uuid:block_pk>", str(self.ids["block"]))
        route = route.replace("<uuid:doctor_pk>", str(self.ids["doctors"]))
        route = route.replace("<uuid:board_pk>", str(self.ids["board"]))
        if "entry_pk>" in route:
            entry = next(str(pk) for kind, pk in self.entries.items() if f"/{kind}/" in route)
            route = re.sub("<[a-z]+:entry_pk>", entry, route)
        route = route.replace("<str:secret>", self.ids["secret"]).replace("<str:loinc>", "2823-3")
        route = route.replace("<str:code>/<str:signs>", "0123456789AB/0123456789abcdef")
        if "time_off_pk" in route:
            leave = make_time_off(
                self.doctor, datetime(2040, 1, 2, tzinfo=UTC), datetime(2040, 1, 3, tzinfo=UTC)
            )
            route = route.replace("<uuid:time_off_pk>", str(leave.pk))
        return "/" + route.replace(
            "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", "password/reset/key/1-x/"
        )

    def _proposed_to(self, user: User | None) -> PendingAction:
        return make_proposal(user or self.users["A"], Patient.objects.get(pk=self.ids["patients"]))

    def _conversation_of(self, user: User | None, route: str) -> str:
        """A conversation of this user about the patient, with a question that is answered and a fact."""
        patient = Patient.objects.get(pk=self.ids["patients"])
        talk = make_conversation(user or self.users["A"], patient, role=Role.DOCTOR)
        Conversation.objects.filter(pk=talk.pk).update(role=(user or self.users["A"]).role)
        for name, row in {"pk": talk, "turn_pk": make_answered(talk), "fact_pk": make_fact(talk)}.items():
            route = re.sub(f"<[a-z]+:{name}>", str(row.pk), route)
        return route

    def _line_for(self, user: User | None) -> Any:
        """A line in the inbox of this user."""
        to = To("user", (user or self.users["A"]).pk)
        line = inbox_about(
            Appointment.objects.get(),
            "doctor_appointment_booked",
            to,
            version=next(_versions),
            title="",
            url="/",
        )
        line.save()
        return line.pk

    def _till_of(self, user: User | None) -> Any:
        """Everybody sees the own one."""
        user = user or self.users["A"]
        return (till_of(user) or make_till(user)).pk

    def _session_of(self, user: User | None) -> Any:
        user = user or self.users["A"]
        return open_api_session(user, client="matrix", by=user)[0].pk


def make_world() -> World:
    users = {
        letter: User.objects.create_user(
            f"{role or 'nobody'}@example.org", None, full_name=f"User {letter}", role=role
        )
        for letter, role in WHO.items()
    }
    doctor = make_doctor(user=users["D"])
    tomorrow = now().date() + timedelta(days=1)
    block = make_block(doctor, weekday=tomorrow.weekday(), starts="08:00", ends="18:00")
    patient = make_patient(given_name="Zyraphine", family_name="Quillon", birth_date="1951-03-29")
    noon = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 12, tzinfo=UTC)
    visit = book_appointment(patient=patient, doctor=doctor, starts_at=noon, minutes=30, by=users["R"])
    begin_care(patient, user=users["N"], because="On this ward", by=users["R"])
    letter = Message.objects.get(kind="appointment_booked")
    pair = suspected(patient)
    board = WaitingBoard(name="Ground floor", site=doctor.site).add()
    ids = {
        "board": board.pk,
        "secret": board.secret,
        "duplicates": pair.pk,
        "patients": patient.pk,
        "doctors": doctor.pk,
        "appointments": visit.pk,
        "block": block.pk,
        **at_the_pharmacy(patient),
        **at_the_cash_desk(patient, by=users["M"]),
        **at_the_cashiers(patient, by=users["M"]),
        "assistant/sent": make_disclosure(users["D"], patient).pk,
        "assistant/guidelines": make_guideline(by=users["A"]).pk,
        "notifications": letter.pk,
        "messages": letter.pk,
    }
    # Long words: four letters are found by chance in a token, once in fifty runs.
    secrets = ("Zyraphine", "Quillon", patient.mrn, "1951-03-29", "Turpentine")
    entries = {"dispensings": ids["dispensings"]} | make_entries(patient, by=users["D"])
    return World(users, ids, secrets, doctor, entries)


def at_the_cashiers(patient: Patient, *, by: User) -> dict[str, Any]:
    """A draft, something that waits to be billed, and money on account of which some was asked back."""
    service = make_service(name="Turpentine", price=5)
    receipt = record_deposit(patient, parts=[Part("cash", Decimal(500))], by=by)
    payment = receipt.payments.get()
    return {
        "billing/policies": (policy := make_policy(patient)).pk,
        "billing/payers": policy.payer_id,
        "billing/prices": service.pk,
        "billing/receipts": receipt.pk,
        "billing/payments": payment.pk,
        "billing/refunds": request_refund(payment, amount=Decimal(300), reason="Turpentine", by=by).pk,
        "billing/charges": add_charge(patient, service=service, by=by).pk,
        "billing/": make_bill(patient, by=by).pk,
    }


def make_entries(patient: Any, *, by: User) -> dict[str, Any]:
    """One entry of each kind in the patient's chart, by the name of the kind in the addresses."""
    allergy = record_allergy(patient, substance="Turpentine", category="environment", by=by)
    problem = record_problem(patient, title="Turpentine on the hands", by=by)
    alert = raise_alert(patient, category="safety", text="Turpentine", by=by)
    consent = record_consent(patient, kind="data_sharing", is_given=True, by=by)
    note = open_encounter(patient, kind="phone", by=by)
    letter = files.let_in(upload("letter.txt", b"Turpentine"))
    document = upload_document(patient, file=letter, title="Turpentine", by=by)
    return {
        "notes": note.pk,
        "encounters": note.pk,
        "allergies": allergy.pk,
        "problems": problem.pk,
        "alerts": alert.pk,
        "documents": document.pk,
        "consents": consent.pk,
        "vitals": make_vitals(patient, by=by).pk,
        "results": make_result(patient, by=by).pk,
        "prescriptions": make_draft(patient, Doctor.objects.get(user=by), make_line("Turpentine")).pk,
    }


def at_the_pharmacy(patient: Patient) -> dict[str, Any]:
    """A product in stock, of which a part was handed out for this patient."""
    product = make_product()
    stock = make_stock(product)
    prescription = signed(a_line(product), patient=patient)
    dispensing = handed_out(prescription, 5)
    return {
        "medications": product.pk,
        "stock": stock.pk,
        "prescriptions": prescription.pk,
        "v1/prescriptions": prescription.pk,
        "dispensings": dispensing.pk,
    }


def at_the_cash_desk(patient: Patient, *, by: User) -> dict[str, Any]:
    """An invoice of which a part was paid and is to be given back, and a charge that waits."""
    service = make_service(price=40)
    invoice = make_issued(patient, by=by)
    credit = credit_invoice(invoice, reason="Twice", parts={invoice.lines.get().pk: Decimal(1)}, by=by)
    invoice.refresh_from_db()
    payment = pay_invoice(invoice, parts=[Part("cash", Decimal(60))], by=by).payments.get()
    return {
        "billing/credit-notes": credit.pk,
        "v1/billing": invoice.pk,
        "v1/billing/charges": add_charge(patient, service=service, by=by).pk,
        "v1/billing/refunds": request_refund(payment, amount=Decimal(1), reason="Twice", by=by).pk,
        "v1/billing/price-list": service.pk,
    }


def suspected(patient: Patient) -> SuspectedPair:
    """The patient and somebody who was registered with the same names and date of birth."""
    make_patient(given_name="Zyraphine", family_name="Quillon", birth_date="1951-03-29")
    pair: SuspectedPair = SuspectedPair.objects.of(patient.pk).get()
    return pair
