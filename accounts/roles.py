"""The whole access policy: what each role may do. Pages, API, admin and services all read this page.

A permission is a verb of a service (`appointments.cancel_appointment`) or the right to look
(`patients.view_patient`). Which rows a permission reaches is said by `visible_to` of each noun.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


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

OWN_ACCOUNT = frozenset(
    {
        "accounts.sign_in",
        "accounts.sign_out",
        "accounts.end_session",
        "accounts.change_password",
        "accounts.edit_own_account",
        "notifications.read_inbox",
        "notifications.read_whole_inbox",
    }
)
STRANGER = frozenset({"accounts.register_user", "notifications.opt_out"})

SEE_WHO_WORKS_HERE = frozenset(
    {
        "accounts.view_site",
        "accounts.view_department",
        "doctors.view_doctor",
        "doctors.view_speciality",
        "doctors.view_room",
        "doctors.view_scheduleblock",
        "doctors.view_timeoff",
        "appointments.view_visittype",
    }
)
KEEP_DEMOGRAPHICS = frozenset(
    {
        "patients.view_patient",
        "patients.register_patient",
        "patients.edit_patient",
    }
)
TREAT_PATIENTS = frozenset({"patients.open_record", "patients.declare_care", "patients.view_timelineentry"})
RUN_THE_DESK = frozenset(
    {
        "appointments.view_appointment",
        "appointments.book_appointment",
        "appointments.move_appointment",
        "appointments.cancel_appointment",
        "appointments.confirm_appointment",
        "appointments.check_in_appointment",
        "appointments.mark_no_show",
        "appointments.undo_step",
        "appointments.admit_walk_in",
        "appointments.call_next",
        "appointments.recall_appointment",
        "appointments.skip_appointment",
        "appointments.set_priority",
        "patients.begin_care",
    }
)
TELL_PEOPLE = frozenset(
    {
        "notifications.view_message",
        "notifications.send_message_again",
        "notifications.dismiss_message",
        "notifications.view_contactpreference",
        "notifications.set_contact_preference",
    }
)
BEND_RULES = frozenset({"appointments.override_booking_rules"})
CONSULT = frozenset({"appointments.start_appointment", "appointments.complete_appointment"})
KEEP_BOARDS = frozenset({"appointments.view_waitingboard", "appointments.keep_boards"})
PLAN_SCHEDULES = frozenset(
    {
        "doctors.add_doctor",
        "doctors.edit_doctor",
        "doctors.deactivate_doctor",
        "doctors.reactivate_doctor",
        "doctors.add_schedule_block",
        "doctors.end_schedule_block",
        "doctors.add_time_off",
        "doctors.remove_time_off",
    }
)
KNOW_MEDICINES = frozenset({"prescriptions.view_product", "prescriptions.view_substance"})
CHECK_SAFETY = frozenset({"prescriptions.check_safety"})
KEEP_ORDER = frozenset(
    {
        "accounts.view_user",
        "accounts.add_user",
        "accounts.edit_user",
        "accounts.assign_role",
        "accounts.disable_user",
        "accounts.end_any_session",
        "accounts.view_apisession",
        "accounts.keep_places",
        "audit.view_entry",
        "doctors.keep_reference_data",
        "notifications.view_machinery",
        "appointments.keep_visit_types",
        "appointments.keep_booking_policies",
        "prescriptions.keep_catalogue",
        "patients.view_carerelation",
        "patients.deactivate_patient",
        "patients.reactivate_patient",
    }
)

ALLOWED: dict[str, frozenset[str]] = {
    NOBODY: OWN_ACCOUNT,
    Role.ADMINISTRATOR: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | BEND_RULES
    | CONSULT
    | KEEP_BOARDS
    | PLAN_SCHEDULES
    | KEEP_ORDER
    | KNOW_MEDICINES
    | {"appointments.view_bookingpolicy"},
    Role.DOCTOR: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | TREAT_PATIENTS
    | RUN_THE_DESK
    | BEND_RULES
    | CONSULT
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | {"patients.view_patient"},
    Role.NURSE: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | TREAT_PATIENTS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | BEND_RULES
    | KNOW_MEDICINES
    | CHECK_SAFETY,
    Role.RECEPTIONIST: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | CONSULT
    | KEEP_BOARDS
    | {"patients.deactivate_patient", "patients.reactivate_patient", "appointments.view_bookingpolicy"},
    Role.PHARMACIST: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KNOW_MEDICINES
    | CHECK_SAFETY
    | {"patients.view_patient"},
    Role.CASHIER: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | {"patients.view_patient", "appointments.view_appointment"},
    Role.MANAGER: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_BOARDS
    | PLAN_SCHEDULES
    | {"appointments.view_appointment", "appointments.view_bookingpolicy", "patients.view_patient"},
    Role.INTEGRATION: OWN_ACCOUNT
    | SEE_WHO_WORKS_HERE
    | KEEP_DEMOGRAPHICS
    | RUN_THE_DESK
    | TELL_PEOPLE
    | KNOW_MEDICINES
    | CHECK_SAFETY,
}


def allows(role: str, permission: str) -> bool:
    return permission in ALLOWED.get(role, frozenset())
