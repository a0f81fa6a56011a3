"""The whole access policy: what each role may do. Pages, API, admin and services all read this page.

What the permissions are stands in `accounts.permissions`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import (
    ASK_ASSISTANT,
    ASK_FOR_CONSENT,
    BEND_RULES,
    CHECK_SAFETY,
    CONSULT,
    DECIDE_ON_MONEY,
    DECIDE_PROPOSALS,
    DISPENSE,
    GIVE_MONEY_BACK,
    KEEP_BOARDS,
    KEEP_DEMOGRAPHICS,
    KEEP_GUIDELINES,
    KEEP_ORDER,
    KEEP_STANDING,
    KEEP_STOCK,
    KNOW_MEDICINES,
    OWN_ACCOUNT,
    PLAN_SCHEDULES,
    PROPOSE_NOTES,
    PROPOSE_PRESCRIPTIONS,
    RECORD_RESULTS,
    RUN_THE_DESK,
    SEE_ACCESS_ALERTS,
    SEE_ALL_THAT_GOES_ON,
    SEE_BILLING_ALERTS,
    SEE_BILLS,
    SEE_CLINICAL_ALERTS,
    SEE_FIGURES,
    SEE_GUIDELINES,
    SEE_HEALTH,
    SEE_PRESCRIPTIONS,
    SEE_STOCK,
    SEE_WHAT_GOES_ON,
    SEE_WHAT_WAS_SENT,
    SEE_WHO_WORKS_HERE,
    SEND_DOCUMENTS,
    SIGN_PRESCRIPTIONS,
    TAKE_MONEY,
    TELL_PEOPLE,
    TELL_RECORDS_APART,
    TREAT_PATIENTS,
    WRITE_PRESCRIPTIONS,
)


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    DOCTOR = "doctor", _("Doctor")
    NURSE = "nurse", _("Nurse")
    RECEPTIONIST = "receptionist", _("Reception")
    PHARMACIST = "pharmacist", _("Pharmacist")
    CASHIER = "cashier", _("Cashier")
    MANAGER = "manager", _("Manager")
    INTEGRATION = "integration", _("Integration")


PUBLIC = "public"  # a door that needs no account
SIGNED_IN = "signed in"  # a door for everybody who has one
NOBODY = ""  # a registered person to whom no administrator has given a role yet

STRANGER = frozenset({"accounts.register_user", "notifications.opt_out"})
ALLOWED: dict[str, frozenset[str]] = {
    NOBODY: OWN_ACCOUNT,
    Role.ADMINISTRATOR: OWN_ACCOUNT
    | SEE_GUIDELINES
    | KEEP_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | BEND_RULES
    | CONSULT
    | KEEP_BOARDS
    | PLAN_SCHEDULES
    | KEEP_ORDER
    | TELL_RECORDS_APART
    | KEEP_STANDING
    | ASK_FOR_CONSENT
    | KNOW_MEDICINES
    | SEE_FIGURES
    | SEE_STOCK
    | SEE_BILLS
    | TAKE_MONEY
    | GIVE_MONEY_BACK
    | DECIDE_ON_MONEY
    | SEE_HEALTH
    | SEE_ALL_THAT_GOES_ON
    | ASK_ASSISTANT
    | SEE_ACCESS_ALERTS
    | SEE_WHAT_WAS_SENT
    | DECIDE_PROPOSALS
    | {"appointments.view_bookingpolicy", "prescriptions.view_dispensing"},
    Role.DOCTOR: OWN_ACCOUNT
    | SEE_WHAT_GOES_ON
    | SEE_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | TREAT_PATIENTS
    | RECORD_RESULTS
    | RUN_THE_DESK
    | BEND_RULES
    | CONSULT
    | KEEP_STANDING
    | ASK_FOR_CONSENT
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | SEE_PRESCRIPTIONS
    | SEE_FIGURES
    | WRITE_PRESCRIPTIONS
    | SIGN_PRESCRIPTIONS
    | ASK_ASSISTANT
    | SEE_CLINICAL_ALERTS
    | DECIDE_PROPOSALS
    | PROPOSE_NOTES
    | PROPOSE_PRESCRIPTIONS
    | {"patients.view_patient", "patients.review_result", "patients.retract_result"},
    Role.NURSE: OWN_ACCOUNT
    | SEE_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | TREAT_PATIENTS
    | RECORD_RESULTS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | TELL_RECORDS_APART
    | KEEP_STANDING
    | ASK_FOR_CONSENT
    | BEND_RULES
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | SEE_PRESCRIPTIONS
    | ASK_ASSISTANT
    | SEE_CLINICAL_ALERTS
    | DECIDE_PROPOSALS
    | PROPOSE_NOTES
    | {"patients.retract_result"},
    Role.RECEPTIONIST: OWN_ACCOUNT
    | SEE_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | CONSULT
    | KEEP_BOARDS
    | TELL_RECORDS_APART
    | ASK_FOR_CONSENT
    | SEE_BILLS
    | TAKE_MONEY
    | {"patients.view_timelineentry"}  # of which each kind asks for its own permission
    | ASK_ASSISTANT
    | DECIDE_PROPOSALS
    | {"patients.deactivate_patient", "patients.reactivate_patient", "appointments.view_bookingpolicy"},
    Role.PHARMACIST: OWN_ACCOUNT
    | SEE_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | SEE_PRESCRIPTIONS
    | SEE_FIGURES
    | DISPENSE
    | KEEP_STOCK
    | ASK_ASSISTANT
    | {"patients.view_patient"},
    Role.CASHIER: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | SEE_BILLS
    | TAKE_MONEY
    | GIVE_MONEY_BACK
    | {"patients.view_patient", "appointments.view_appointment"},
    Role.MANAGER: OWN_ACCOUNT
    | SEE_GUIDELINES
    | SEE_WHO_WORKS_HERE
    | KEEP_BOARDS
    | PLAN_SCHEDULES
    | SEE_FIGURES
    | SEE_STOCK
    | SEE_BILLS
    | TAKE_MONEY
    | GIVE_MONEY_BACK
    | DECIDE_ON_MONEY
    | SEE_HEALTH
    | SEE_ALL_THAT_GOES_ON
    | ASK_ASSISTANT
    | SEE_BILLING_ALERTS
    | {"appointments.view_appointment", "appointments.view_bookingpolicy", "patients.view_patient"},
    Role.INTEGRATION: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RECORD_RESULTS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | SEND_DOCUMENTS
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | SEE_PRESCRIPTIONS
    | SEE_STOCK
    | {"prescriptions.dispense_prescription", "billing.charge_dispensing"},
}


def allows(role: str, permission: str) -> bool:
    return permission in ALLOWED.get(role, frozenset())
