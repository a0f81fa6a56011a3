"""Who may come through which door: one table, written by hand, tried against every route there is.

Letters are roles; `0` is somebody without a role, `-` somebody who has not logged in. A route that is missing
here, or here and nowhere else, is an error.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.services import open_api_session
from appointments.models import Appointment, WaitingBoard
from appointments.services import book_appointment
from billing.services import (
    Part,
    add_charge,
    credit_invoice,
    pay_invoice,
    record_deposit,
    request_refund,
)
from billing.tests.make import make_draft as make_bill
from billing.tests.make import make_issued, make_service
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_time_off
from hospital.checks import routes
from hospital.clock import now
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

WHO = {
    "A": Role.ADMINISTRATOR,
    "D": Role.DOCTOR,
    "N": Role.NURSE,
    "R": Role.RECEPTIONIST,
    "P": Role.PHARMACIST,
    "C": Role.CASHIER,
    "M": Role.MANAGER,
    "I": Role.INTEGRATION,
    "0": "",
}
STAFF = "ADNRPCMI"
SIGNED_IN = STAFF + "0"
ANYBODY = SIGNED_IN + "-"
DESK = "ANRI"  # writes demographics
BOOKS = "ADNRI"
SEES_VISITS = "ADNRICM"
CONSULTS = "ADR"
KEEPS_BOARDS = "AMR"
PLANS = "AM"
TREATS = "DN"
TAKES_IN = "DNI"  # results of laboratories
KNOWS_MEDICINES = "ADNPI"
SEES_FIGURES = "ADMP"
SEES_PRESCRIPTIONS = "DNPI"
DISPENSES = "PI"
SEES_STOCK = "APMI"
SEES_BILLS = "ARCM"  # and takes money
GIVES_BACK = "ACM"
DECIDES_ON_MONEY = "AM"
Doors = dict[str, dict[str, str]]

ROOMS: Doors = {
    "": {"GET": SIGNED_IN},
    "healthz": {"GET": ANYBODY},
    "docs": {"GET": ANYBODY},
    "redoc": {"GET": ANYBODY},
}
PATIENTS: Doors = {
    "patients/": {"GET": STAFF},
    "patients/register/": {"GET": DESK, "POST": DESK},
    "patients/register/alike/": {"POST": DESK},
    "patients/duplicates/": {"GET": "ANR"},
    "patients/duplicates/<uuid:pk>/dismiss/": {"GET": "ANR", "POST": "ANR"},
    "patients/duplicates/<uuid:pk>/suspect/": {"POST": "ANR"},
    "patients/<uuid:pk>/": {"GET": STAFF},
    "patients/<uuid:pk>/edit/": {"GET": DESK, "POST": DESK},
    "patients/<uuid:pk>/deactivate/": {"GET": "AR", "POST": "AR"},
    "patients/<uuid:pk>/reactivate/": {"GET": "AR", "POST": "AR"},
    "patients/<uuid:pk>/consents/": {"GET": "ADNR"},
    "patients/<uuid:pk>/consents/record/": {"POST": "ADNR"},
    "api/v1/patients/<str:pk>/consents": {"GET": "ADNR", "POST": "ADNR"},
    "api/v1/patients/<str:pk>/consents/<str:entry_pk>": {"GET": "ADNR"},
    "patients/<uuid:pk>/death/": {"GET": "ADN", "POST": "ADN"},
    "patients/<uuid:pk>/death/take-back/": {"GET": "ADN", "POST": "ADN"},
    "patients/<uuid:pk>/treat/": {"POST": "DN"},
    "patients/<uuid:pk>/opened/": {"GET": "A"},
    "patients/<uuid:pk>/timeline/": {"GET": "DN"},
    "api/v1/patients/<str:pk>/timeline": {"GET": "DN"},
    "patients/<uuid:pk>/messages/": {"GET": DESK, "POST": DESK},
    "api/v1/patients/<str:pk>/contact-preference": {"GET": DESK, "PUT": DESK},
    "api/v1/patients/duplicates": {"GET": "ANR"},
    "api/v1/patients/duplicates/<str:pk>": {"GET": "ANR"},
    "api/v1/patients/duplicates/<str:pk>/dismiss": {"POST": "ANR"},
    "api/v1/patients/duplicates/<str:pk>/suspect": {"POST": "ANR"},
    "api/v1/patients": {"GET": STAFF, "POST": DESK},
    "api/v1/patients/<str:pk>": {"GET": STAFF, "PUT": DESK, "PATCH": DESK, "DELETE": "AR"},
    "api/v1/patients/<str:pk>/reactivate": {"POST": "AR"},
    "api/v1/patients/<str:pk>/treat": {"POST": "DN"},
    "api/v1/patients/<str:pk>/record-death": {"POST": "ADN"},
    "api/v1/patients/<str:pk>/take-back-death": {"POST": "ADN"},
    "api/v1/patients/<str:pk>/opened": {"GET": "A"},
    "patients/notes/": {"GET": TREATS},
    "patients/<uuid:pk>/notes/": {"GET": TREATS},
    "patients/<uuid:pk>/notes/open/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/": {"GET": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/write/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/sign/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/discard/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/restore/": {"POST": TREATS},
    "patients/<uuid:pk>/notes/<uuid:entry_pk>/addendum/": {"POST": TREATS},
    "api/v1/patients/<str:pk>/encounters": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/encounters/<str:entry_pk>": {"GET": TREATS, "PUT": TREATS},
    "api/v1/patients/<str:pk>/encounters/<str:entry_pk>/sign": {"POST": TREATS},
    "api/v1/patients/<str:pk>/encounters/<str:entry_pk>/discard": {"POST": TREATS},
    "api/v1/patients/<str:pk>/encounters/<str:entry_pk>/restore": {"POST": TREATS},
    "api/v1/patients/<str:pk>/encounters/<str:entry_pk>/addenda": {"POST": TREATS},
}
WARNINGS: Doors = {
    "patients/<uuid:pk>/allergies/": {"GET": TREATS},
    "patients/<uuid:pk>/allergies/record/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/allergies/search/": {"GET": TREATS},
    "patients/<uuid:pk>/allergies/none/": {"POST": TREATS},
    "patients/<uuid:pk>/allergies/<uuid:entry_pk>/edit/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/allergies/<uuid:entry_pk>/retract/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/alerts/": {"GET": TREATS},
    "patients/<uuid:pk>/alerts/raise/": {"POST": TREATS},
    "patients/<uuid:pk>/alerts/<uuid:entry_pk>/end/": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/allergies": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/allergies/<str:entry_pk>": {"GET": TREATS, "PUT": TREATS, "DELETE": TREATS},
    "api/v1/patients/<str:pk>/no-known-allergies": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/alerts": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/alerts/<str:entry_pk>": {"GET": TREATS},
    "api/v1/patients/<str:pk>/alerts/<str:entry_pk>/end": {"POST": TREATS},
}
PROBLEMS: Doors = {
    "patients/<uuid:pk>/problems/": {"GET": TREATS},
    "patients/<uuid:pk>/problems/record/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/problems/codes/": {"GET": TREATS},
    "patients/<uuid:pk>/problems/<uuid:entry_pk>/edit/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/problems/<uuid:entry_pk>/resolve/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/problems/<uuid:entry_pk>/reopen/": {"POST": TREATS},
    "patients/<uuid:pk>/problems/<uuid:entry_pk>/retract/": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/problems": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/problems/<str:entry_pk>": {"GET": TREATS, "PUT": TREATS, "DELETE": TREATS},
    "api/v1/patients/<str:pk>/problems/<str:entry_pk>/resolve": {"POST": TREATS},
    "api/v1/patients/<str:pk>/problems/<str:entry_pk>/reopen": {"POST": TREATS},
    "api/v1/icd-10-cm": {"GET": TREATS},
}
VITALS: Doors = {
    "patients/<uuid:pk>/vitals/": {"GET": TREATS},
    "patients/<uuid:pk>/vitals/record/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/vitals/trend/": {"GET": TREATS},
    "patients/<uuid:pk>/vitals/<uuid:entry_pk>/retract/": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/vitals": {"GET": TREATS, "POST": TREATS},
    "api/v1/patients/<str:pk>/vitals/<str:entry_pk>": {"GET": TREATS, "DELETE": TREATS},
}
RESULTS: Doors = {
    "patients/results/to-review/": {"GET": "D"},
    "patients/results/import/": {"GET": TAKES_IN, "POST": TAKES_IN},
    "patients/<uuid:pk>/results/": {"GET": TAKES_IN},
    "patients/<uuid:pk>/results/list/": {"GET": TAKES_IN},
    "patients/<uuid:pk>/results/tests/<str:loinc>/": {"GET": TAKES_IN},
    "patients/<uuid:pk>/results/record/": {"GET": TAKES_IN, "POST": TAKES_IN},
    "patients/<uuid:pk>/results/review/": {"POST": "D"},
    "patients/<uuid:pk>/results/<uuid:entry_pk>/retract/": {"GET": "DN", "POST": "DN"},
    "api/v1/patients/<str:pk>/results": {"GET": TAKES_IN, "POST": TAKES_IN},
    "api/v1/patients/<str:pk>/results/<str:entry_pk>": {"GET": TAKES_IN, "DELETE": "DN"},
    "api/v1/patients/<str:pk>/results/<str:entry_pk>/review": {"POST": "D"},
    "api/v1/lab-imports": {"POST": TAKES_IN},
    "api/v1/lab-tests": {"GET": "ADNI"},
}
SENDS_DOCUMENTS = "DNI"
DOCUMENTS: Doors = {
    "patients/<uuid:pk>/documents/": {"GET": SENDS_DOCUMENTS},
    "patients/<uuid:pk>/documents/upload/": {"GET": SENDS_DOCUMENTS, "POST": SENDS_DOCUMENTS},
    "patients/<uuid:pk>/documents/<uuid:entry_pk>/": {"GET": SENDS_DOCUMENTS},
    "patients/<uuid:pk>/documents/<uuid:entry_pk>/file/": {"GET": SENDS_DOCUMENTS},
    "patients/<uuid:pk>/documents/<uuid:entry_pk>/edit/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/documents/<uuid:entry_pk>/retract/": {"GET": TREATS, "POST": TREATS},
    "patients/<uuid:pk>/summary.pdf": {"GET": TREATS},
    "api/v1/patients/<str:pk>/documents": {"GET": SENDS_DOCUMENTS, "POST": SENDS_DOCUMENTS},
    "api/v1/patients/<str:pk>/documents/<str:entry_pk>": {
        "GET": SENDS_DOCUMENTS,
        "PUT": TREATS,
        "DELETE": TREATS,
    },
    "api/v1/patients/<str:pk>/documents/<str:entry_pk>/file": {"GET": SENDS_DOCUMENTS},
}
DOCTORS: Doors = {
    "doctors/": {"GET": STAFF},
    "doctors/add/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/": {"GET": STAFF},
    "doctors/<uuid:pk>/edit/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/deactivate/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/reactivate/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/hours/add/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/hours/<uuid:block_pk>/end/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/time-off/add/": {"GET": PLANS, "POST": PLANS},
    "doctors/<uuid:pk>/time-off/<uuid:time_off_pk>/remove/": {"GET": PLANS, "POST": PLANS},
    "api/v1/doctors": {"GET": STAFF, "POST": PLANS},
    "api/v1/doctors/<str:pk>": {"GET": STAFF, "PUT": PLANS, "PATCH": PLANS, "DELETE": PLANS},
    "api/v1/doctors/<str:pk>/reactivate": {"POST": PLANS},
    "api/v1/doctors/<str:pk>/schedule": {"POST": PLANS},
    "api/v1/doctors/<str:pk>/time-off": {"POST": PLANS},
    "api/v1/doctors/<str:pk>/availability": {"GET": STAFF},
}
APPOINTMENTS: Doors = {
    "appointments/day/": {"GET": SEES_VISITS},
    "appointments/day/print/": {"GET": SEES_VISITS},
    "appointments/week/": {"GET": SEES_VISITS},
    "appointments/free/": {"GET": SEES_VISITS},
    "appointments/next-free/": {"GET": SEES_VISITS},
    "appointments/book/": {"GET": BOOKS, "POST": BOOKS},
    "appointments/rules/": {"GET": "AMR"},
    "appointments/<uuid:pk>/": {"GET": SEES_VISITS},
    "appointments/<uuid:pk>/move/": {"GET": BOOKS, "POST": BOOKS},
    "appointments/<uuid:pk>/cancel/": {"GET": BOOKS, "POST": BOOKS},
    "appointments/<uuid:pk>/confirm/": {"POST": BOOKS},
    "appointments/<uuid:pk>/check-in/": {"POST": BOOKS},
    "appointments/<uuid:pk>/start/": {"POST": CONSULTS},
    "appointments/<uuid:pk>/complete/": {"POST": CONSULTS},
    "appointments/<uuid:pk>/no-show/": {"POST": BOOKS},
    "api/v1/availability/next": {"GET": STAFF},
    "appointments/<uuid:pk>/undo/": {"POST": BOOKS},
    "appointments/<uuid:pk>/recall/": {"POST": BOOKS},
    "appointments/<uuid:pk>/skip/": {"POST": BOOKS},
    "appointments/<uuid:pk>/priority/": {"POST": BOOKS},
    "appointments/<uuid:pk>/note/": {"POST": TREATS},
    "appointments/desk/": {"GET": SEES_VISITS},
    "appointments/desk/<uuid:doctor_pk>/call-next/": {"POST": BOOKS},
    "appointments/walk-in/": {"GET": BOOKS, "POST": BOOKS},
    "appointments/board/<str:secret>/": {"GET": ANYBODY},
    "appointments/boards/": {"GET": KEEPS_BOARDS, "POST": KEEPS_BOARDS},
    "appointments/boards/<uuid:board_pk>/open/": {"POST": KEEPS_BOARDS},
    "appointments/boards/<uuid:board_pk>/close/": {"POST": KEEPS_BOARDS},
    "appointments/boards/<uuid:board_pk>/renew/": {"POST": KEEPS_BOARDS},
    "api/v1/appointments": {"GET": SEES_VISITS, "POST": BOOKS},
    "api/v1/appointments/<str:pk>": {"GET": SEES_VISITS, "PUT": BOOKS, "PATCH": BOOKS, "DELETE": BOOKS},
    "api/v1/appointments/<str:pk>/cancel": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/confirm": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/check-in": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/start": {"POST": CONSULTS},
    "api/v1/appointments/<str:pk>/complete": {"POST": CONSULTS},
    "api/v1/appointments/<str:pk>/no-show": {"POST": BOOKS},
    "api/v1/visit-types": {"GET": STAFF},
    "api/v1/appointments/<str:pk>/undo": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/recall": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/skip": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/priority": {"POST": BOOKS},
    "api/v1/appointments/<str:pk>/open-note": {"POST": TREATS},
    "api/v1/queue": {"GET": SEES_VISITS},
    "api/v1/queue/call-next": {"POST": BOOKS},
    "api/v1/queue/walk-ins": {"POST": BOOKS},
}
ACCOUNTS: Doors = {
    "accounts/me/": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "accounts/me/sessions/<uuid:pk>/end/": {"POST": SIGNED_IN},
    "accounts/theme/": {"POST": ANYBODY},
    "accounts/shortcuts/": {"POST": SIGNED_IN},
    "accounts/login/": {"GET": ANYBODY, "POST": ANYBODY},
    "accounts/logout/": {"GET": ANYBODY, "POST": ANYBODY},
    "accounts/signup/": {"GET": ANYBODY, "POST": ANYBODY},
    "accounts/inactive/": {"GET": ANYBODY},
    "accounts/password/change/": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "accounts/password/set/": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "accounts/password/reset/": {"GET": ANYBODY, "POST": ANYBODY},
    "accounts/password/reset/done/": {"GET": ANYBODY},
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": {"GET": ANYBODY, "POST": ANYBODY},
    "accounts/password/reset/key/done/": {"GET": ANYBODY},
    "api/v1/auth/register": {"POST": ANYBODY},
    "api/v1/auth/login": {"POST": ANYBODY},
    "api/v1/auth/refresh": {"POST": ANYBODY},
    "api/v1/auth/logout": {"POST": SIGNED_IN},
    "api/v1/auth/me": {"GET": SIGNED_IN, "PATCH": SIGNED_IN},
    "api/v1/auth/sessions": {"GET": SIGNED_IN},
    "api/v1/auth/sessions/<str:pk>": {"DELETE": SIGNED_IN},
    "api/v1/schema": {"GET": ANYBODY},
}
MESSAGES: Doors = {
    "messages/": {"GET": SIGNED_IN},
    "messages/bell/": {"GET": SIGNED_IN},
    "messages/read/": {"POST": SIGNED_IN},
    "messages/<uuid:pk>/read/": {"POST": SIGNED_IN},
    "messages/outbox/": {"GET": DESK},
    "messages/<uuid:pk>/": {"GET": DESK},
    "messages/<uuid:pk>/send-again/": {"POST": DESK},
    "messages/<uuid:pk>/dismiss/": {"POST": DESK},
    "messages/machinery/": {"GET": "A"},
    "messages/opt-out/<str:token>/": {"GET": ANYBODY, "POST": ANYBODY},
    "api/v1/notifications": {"GET": DESK},
    "api/v1/notifications/<str:pk>": {"GET": DESK},
    "api/v1/notifications/<str:pk>/send-again": {"POST": DESK},
    "api/v1/notifications/<str:pk>/dismiss": {"POST": DESK},
    "api/v1/inbox": {"GET": SIGNED_IN},
    "api/v1/inbox/<str:pk>/read": {"POST": SIGNED_IN},
}
CHARTS = WARNINGS | PROBLEMS | VITALS | RESULTS | DOCUMENTS
PRESCRIPTIONS: Doors = {
    "api/v1/medications": {"GET": KNOWS_MEDICINES},
    "api/v1/medications/<str:pk>": {"GET": KNOWS_MEDICINES},
    "api/v1/safety/check": {"POST": "DNPI"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/prescription.pdf": {"GET": SEES_PRESCRIPTIONS},
    "prescriptions/figures/": {"GET": SEES_FIGURES},
    "prescriptions/figures.csv": {"GET": SEES_FIGURES},
    "prescriptions/verify/": {"GET": ANYBODY},
    "prescriptions/verify/<str:code>/<str:signs>/": {"GET": ANYBODY},
    "api/v1/prescriptions": {"GET": SEES_PRESCRIPTIONS, "POST": "D"},
    "api/v1/prescriptions/<str:pk>": {"GET": SEES_PRESCRIPTIONS, "PUT": "D", "DELETE": "D"},
    "api/v1/prescriptions/<str:pk>/restore": {"POST": "D"},
    "api/v1/prescriptions/<str:pk>/sign": {"POST": "D"},
    "api/v1/prescriptions/<str:pk>/countersign": {"POST": "D"},
    "api/v1/prescriptions/<str:pk>/decline": {"POST": "D"},
    "api/v1/prescriptions/<str:pk>/dispense": {"POST": DISPENSES},
    "api/v1/prescriptions/<str:pk>/dispensings/<str:entry_pk>/return": {"POST": "P"},
    "api/v1/prescriptions/<str:pk>/stop": {"POST": "D"},
    "api/v1/prescriptions/<str:pk>/renew": {"POST": "D"},
    "prescriptions/queue/": {"GET": DISPENSES},
    "prescriptions/<uuid:pk>/dispense/": {"GET": DISPENSES, "POST": DISPENSES},
    "prescriptions/dispensings/<uuid:pk>/return/": {"GET": "P", "POST": "P"},
    "prescriptions/stock/": {"GET": SEES_STOCK},
    "prescriptions/stock/receive/": {"GET": "P", "POST": "P"},
    "prescriptions/stock/<uuid:pk>/": {"GET": SEES_STOCK},
    "prescriptions/stock/<uuid:pk>/count/": {"POST": "P"},
    "prescriptions/stock/<uuid:pk>/level/": {"POST": "P"},
    "api/v1/stock": {"GET": SEES_STOCK},
    "api/v1/stock/receive": {"POST": "P"},
    "api/v1/stock/<str:pk>": {"GET": SEES_STOCK},
    "api/v1/stock/<str:pk>/movements": {"GET": SEES_STOCK},
    "api/v1/stock/<str:pk>/count": {"POST": "P"},
    "api/v1/stock/<str:pk>/reorder-level": {"POST": "P"},
    "patients/<uuid:pk>/prescriptions/": {"GET": SEES_PRESCRIPTIONS},
    "patients/<uuid:pk>/prescriptions/write/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/check/": {"POST": "D"},
    "patients/<uuid:pk>/prescriptions/medicines/": {"GET": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/": {"GET": SEES_PRESCRIPTIONS},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/write/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/discard/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/restore/": {"POST": "D"},
    "prescriptions/to-sign/": {"GET": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/sign/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/countersign/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/decline/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/stop/": {"GET": "D", "POST": "D"},
    "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/renew/": {"GET": "D", "POST": "D"},
}
BILLING: Doors = {
    "api/v1/billing": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "api/v1/billing/<str:pk>": {"GET": SEES_BILLS, "PUT": SEES_BILLS, "DELETE": SEES_BILLS},
    "api/v1/billing/<str:pk>/issue": {"POST": SEES_BILLS},
    "api/v1/billing/<str:pk>/payments": {"POST": SEES_BILLS},
    "api/v1/billing/<str:pk>/refunds": {"POST": GIVES_BACK},
    "api/v1/billing/<str:pk>/credit-notes": {"POST": "AM"},
    "api/v1/billing/<str:pk>/pass-to-patient": {"POST": GIVES_BACK},
    "api/v1/billing/charges": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "api/v1/billing/charges/invoice": {"POST": SEES_BILLS},
    "api/v1/billing/charges/<str:pk>": {"GET": SEES_BILLS},
    "api/v1/billing/charges/<str:pk>/waive": {"POST": "AM"},
    "api/v1/billing/refunds": {"GET": SEES_BILLS, "POST": GIVES_BACK},
    "api/v1/billing/refunds/<str:pk>": {"GET": SEES_BILLS},
    "api/v1/billing/refunds/<str:pk>/approve": {"POST": "AM"},
    "api/v1/billing/refunds/<str:pk>/decline": {"POST": GIVES_BACK},
    "api/v1/billing/refunds/<str:pk>/pay": {"POST": GIVES_BACK},
    "api/v1/billing/deposits": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "api/v1/billing/price-list": {"GET": SEES_BILLS, "POST": "AM"},
    "api/v1/billing/price-list/<str:pk>": {"GET": SEES_BILLS, "PUT": "AM"},
    "api/v1/billing/price-list/<str:pk>/prices": {"POST": "AM"},
    "api/v1/billing/payers": {"GET": SEES_BILLS},
    "api/v1/billing/policies": {"GET": SEES_BILLS},
    "billing/invoices.csv": {"GET": SEES_BILLS},
    "billing/ageing.csv": {"GET": SEES_BILLS},
    "billing/<uuid:pk>/invoice.pdf": {"GET": SEES_BILLS},
    "billing/<uuid:pk>/invoice.svg": {"GET": SEES_BILLS},
    "billing/receipts/<uuid:pk>/receipt.pdf": {"GET": SEES_BILLS},
    "billing/credit-notes/<uuid:pk>/credit-note.pdf": {"GET": SEES_BILLS},
    "patients/<uuid:pk>/bills/statement.pdf": {"GET": SEES_BILLS},
    "billing/": {"GET": SEES_BILLS},
    "billing/desk/": {"GET": SEES_BILLS},
    "billing/unbilled/": {"GET": SEES_BILLS},
    "billing/refunds/": {"GET": SEES_BILLS},
    "billing/ageing/": {"GET": SEES_BILLS},
    "billing/prices/": {"GET": SEES_BILLS},
    "billing/prices/<uuid:pk>/": {"GET": SEES_BILLS},
    "billing/prices/<uuid:pk>/set/": {"POST": DECIDES_ON_MONEY},
    "billing/<uuid:pk>/": {"GET": SEES_BILLS},
    "billing/<uuid:pk>/edit/": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "billing/<uuid:pk>/issue/": {"POST": SEES_BILLS},
    "billing/<uuid:pk>/void/": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "billing/<uuid:pk>/credit/": {"GET": DECIDES_ON_MONEY, "POST": DECIDES_ON_MONEY},
    "billing/<uuid:pk>/pass/": {"GET": GIVES_BACK, "POST": GIVES_BACK},
    "billing/<uuid:pk>/pay/": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "billing/<uuid:pk>/pay/sums/": {"POST": SEES_BILLS},
    "billing/receipts/<uuid:pk>/": {"GET": SEES_BILLS},
    "billing/payments/<uuid:pk>/refund/": {"GET": GIVES_BACK, "POST": GIVES_BACK},
    "billing/refunds/<uuid:pk>/approve/": {"GET": DECIDES_ON_MONEY, "POST": DECIDES_ON_MONEY},
    "billing/refunds/<uuid:pk>/decline/": {"GET": GIVES_BACK, "POST": GIVES_BACK},
    "billing/refunds/<uuid:pk>/pay/": {"GET": GIVES_BACK, "POST": GIVES_BACK},
    "billing/charges/<uuid:pk>/waive/": {"GET": DECIDES_ON_MONEY, "POST": DECIDES_ON_MONEY},
    "patients/<uuid:pk>/bills/": {"GET": SEES_BILLS},
    "patients/<uuid:pk>/bills/draft/": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "patients/<uuid:pk>/bills/sums/": {"POST": SEES_BILLS},
    "patients/<uuid:pk>/bills/deposit/": {"GET": SEES_BILLS, "POST": SEES_BILLS},
    "patients/<uuid:pk>/bills/statement/": {"GET": SEES_BILLS},
    "patients/<uuid:pk>/bills/policies/add/": {"GET": GIVES_BACK, "POST": GIVES_BACK},
}
MATRIX = ROOMS | PATIENTS | CHARTS | DOCTORS | APPOINTMENTS | PRESCRIPTIONS | BILLING | MESSAGES | ACCOUNTS
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
    "billing.payer": "LA",
    "billing.payment": "L",
    "billing.policy": "LAC",
    "billing.price": "LAC",
    "billing.receipt": "L",
    "billing.refund": "L",
    "billing.service": "LAC",
    "billing.taxrate": "LA",
}


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
            *("v1/billing/charges", "v1/billing/refunds", "v1/billing/price-list", "v1/billing"),
            *("billing/prices", "billing/receipts", "billing/payments", "billing/refunds"),
            *("billing/charges", "billing/credit-notes", "billing/"),
            *("v1/prescriptions", "duplicates", "patients", "doctors", "appointments"),
            *("medications", "notifications", "messages"),
            *("dispensings", "stock", "prescriptions"),
        )
        noun = next((one for one in nouns if one in route), "")
        if "/read" in route and "pk>" in route:
            return "/" + re.sub("<[a-z]+:pk>", str(self._line_for(user)), route)
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

    def _session_of(self, user: User | None) -> Any:
        user = user or self.users["A"]
        return open_api_session(user, client="matrix", by=user)[0].pk


@pytest.fixture
def world(site: object, api: Callable[[User], Any]) -> World:
    users = {
        letter: User.objects.create_user(
            f"{role or 'nobody'}@example.org", None, full_name=f"User {letter}", role=role
        )
        for letter, role in WHO.items()
    }
    doctor = make_doctor(user=users["D"])
    tomorrow = now().date() + timedelta(days=1)
    block = make_block(doctor, weekday=tomorrow.weekday(), starts="08:00", ends="18:00")
    patient = make_patient(given_name="Zyra", family_name="Quillon", birth_date="1951-03-29")
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
        "notifications": letter.pk,
        "messages": letter.pk,
    }
    secrets = ("Zyra", "Quillon", patient.mrn, "1951-03-29", "Turpentine")
    entries = {"dispensings": ids["dispensings"]} | make_entries(patient, by=users["D"])
    return World(users, ids, secrets, doctor, entries)


def at_the_cashiers(patient: Patient, *, by: User) -> dict[str, Any]:
    """A draft, something that waits to be billed, and money on account of which some was asked back."""
    service = make_service(name="Turpentine", price=5)
    receipt = record_deposit(patient, parts=[Part("cash", Decimal(500))], by=by)
    payment = receipt.payments.get()
    return {
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
    make_patient(given_name="Zyra", family_name="Quillon", birth_date="1951-03-29")
    pair: SuspectedPair = SuspectedPair.objects.of(patient.pk).get()
    return pair


def ask(world: World, api: Any, route: str, method: str, letter: str) -> Any:
    user = world.users.get(letter)
    path = world.path(route, user)
    if route.startswith("api/"):
        client = api(user) if user else Client()
        return client.generic(method, path, "{}", content_type="application/json")
    pages = Client()
    if user:
        pages.force_login(user)
    return pages.generic(method, path, "", content_type="application/x-www-form-urlencoded")


def test_the_table_names_every_route_and_no_other() -> None:
    assert {route for route, _ in routes() if not route.startswith("admin/")} == set(MATRIX)


@pytest.mark.mongo_slow("the policy is a page of code; which rows it reaches is tested with each noun")
@pytest.mark.parametrize("route", MATRIX)
def test_a_door_lets_in_whom_the_table_names(world: World, api: Any, route: str) -> None:
    for method, allowed in MATRIX[route].items():
        for letter in ANYBODY:
            answer = ask(world, api, route, method, letter)
            what = f"{letter} {method} /{route}: {answer.status_code}"
            if letter in allowed:
                answer.close()  # of a file that is sent
                came_through = CAME_THROUGH | ({401} if route in ALSO_401 else set())
                assert answer.status_code in came_through, what
                continue
            if letter == "-":
                assert answer.status_code == (401 if route.startswith("api/") else 302), what
            else:
                assert answer.status_code == 403, what
            text = answer.content.decode() + str(answer.headers)
            assert not any(secret in text for secret in world.secrets), what


@pytest.mark.mongo_slow("the engine plays no part in it")
@pytest.mark.parametrize("route", MATRIX)
def test_a_method_that_is_not_in_the_table_is_not_there(world: World, api: Any, route: str) -> None:
    for method in set(METHODS) - set(MATRIX[route]):
        assert ask(world, api, route, method, "A").status_code == 405, f"{method} /{route}"


def test_the_table_names_every_model_of_the_administration() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == set(ADMIN)  # noqa: SLF001


@pytest.mark.parametrize("label", ADMIN)
def test_only_administrators_come_into_the_administration(world: World, label: str) -> None:
    name, may = label.replace(".", "_"), ADMIN[label]
    listed, added = reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")
    for letter in ANYBODY:
        client = Client()
        if letter in world.users:
            client.force_login(world.users[letter])
        statuses = [client.get(listed).status_code, client.get(added).status_code]
        if letter == "A":
            assert statuses == [200, 200 if "A" in may else 403], label
        else:
            assert set(statuses) <= {302, 403}, f"{letter} {label}"


@pytest.mark.parametrize("label", ADMIN)
def test_nothing_is_removed_in_the_administration(world: World, rf: Any, label: str) -> None:
    model = next(one for one in admin.site._registry if one._meta.label_lower == label)  # noqa: SLF001
    request = rf.get("/")
    request.user = world.users["A"]
    model_admin = admin.site._registry[model]  # noqa: SLF001
    assert not model_admin.has_delete_permission(request)
    assert model_admin.has_change_permission(request) == ("C" in ADMIN[label])
