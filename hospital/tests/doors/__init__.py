"""Who may come through which door, written by hand: for test_matrix.py. Letters are those of letters.py."""

from hospital.tests.doors.charts import CHARTS, PATIENTS
from hospital.tests.doors.letters import ANYBODY as ANYBODY
from hospital.tests.doors.letters import WHO as WHO
from hospital.tests.doors.medicines import ASSISTANT, PRESCRIPTIONS
from hospital.tests.doors.money import BILLING
from hospital.tests.doors.places import ACCOUNTS, APPOINTMENTS, DOCTORS, MESSAGES, ROOMS

MATRIX = (
    ROOMS
    | PATIENTS
    | CHARTS
    | DOCTORS
    | APPOINTMENTS
    | PRESCRIPTIONS
    | BILLING
    | MESSAGES
    | ACCOUNTS
    | ASSISTANT
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CAME_THROUGH = {200, 201, 204, 302, 400, 409, 412, 415, 422, 428}
# A log-in that fails and a token that is none answer 401 to everybody who came through the door.
ALSO_401 = {"api/v1/auth/login", "api/v1/auth/refresh"}

# Model → letters of what an administrator may do in Django admin: Look, Add, Change. Nobody removes anything.
ADMIN = {
    "accounts.user": "LAC",
    "accounts.site": "LAC",
    "accounts.department": "LAC",
    "accounts.apisession": "L",
    "audit.entry": "L",
    "patients.patient": "LAC",
    "patients.carerelation": "L",
    "patients.notetemplate": "LAC",
    "patients.labtest": "LAC",
    "doctors.doctor": "LAC",
    "doctors.speciality": "LAC",
    "doctors.room": "LAC",
    "doctors.scheduleblock": "LAC",
    "doctors.timeoff": "LA",
    "appointments.appointment": "LAC",
    "notifications.message": "L",
    "notifications.contactpreference": "L",
    "appointments.visittype": "LAC",
    "appointments.bookingpolicy": "LAC",
    "appointments.waitingboard": "LAC",
    "prescriptions.substance": "LAC",
    "prescriptions.product": "LAC",
    "prescriptions.stock": "L",
    "prescriptions.dispensing": "L",
    "billing.charge": "L",
    "billing.creditnote": "L",
    "billing.discountlimit": "LAC",
    "billing.invoice": "L",
    "billing.ledgerentry": "L",
    "billing.payer": "LAC",
    "billing.payment": "L",
    "billing.policy": "LAC",
    "billing.price": "LAC",
    "billing.receipt": "L",
    "billing.refund": "L",
    "billing.service": "LAC",
    "billing.taxrate": "LA",
    "assistant.guideline": "LAC",
}
