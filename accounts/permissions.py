"""What there is to be allowed, in bundles that belong together: `accounts.roles` gives them to roles.

A permission is a verb of a service (`appointments.cancel_appointment`) or the right to look
(`patients.view_patient`). Which rows a permission reaches is said by `visible_to` of each noun.
"""

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
KEEP_WARNINGS = frozenset(
    {
        "patients.view_allergy",
        "patients.record_allergy",
        "patients.edit_allergy",
        "patients.retract_allergy",
        "patients.state_no_known_allergies",
        "patients.view_alert",
        "patients.raise_alert",
        "patients.end_alert",
    }
)
KEEP_PROBLEMS = frozenset(
    {
        "patients.view_problem",
        "patients.record_problem",
        "patients.edit_problem",
        "patients.resolve_problem",
        "patients.reopen_problem",
        "patients.retract_problem",
    }
)
MEASURE = frozenset({"patients.view_vitals", "patients.record_vitals", "patients.retract_vitals"})
WRITE_NOTES = frozenset(
    {
        "patients.view_encounter",
        "patients.view_notetemplate",
        "patients.open_encounter",
        "patients.write_note",
        "patients.sign_note",
        "patients.discard_note",
        "patients.restore_note",
        "patients.add_addendum",
        "appointments.open_visit_note",
    }
)
RECORD_RESULTS = frozenset(
    {
        "patients.view_labresult",
        "patients.view_labtest",
        "patients.view_labimport",
        "patients.record_result",
        "patients.import_results",
    }
)
KEEP_DOCUMENTS = frozenset(
    {
        "patients.view_document",
        "patients.upload_document",
        "patients.edit_document",
        "patients.retract_document",
    }
)
TREAT_PATIENTS = (
    frozenset({"patients.open_record", "patients.declare_care", "patients.view_timelineentry"})
    | KEEP_WARNINGS
    | KEEP_PROBLEMS
    | MEASURE
    | WRITE_NOTES
    | KEEP_DOCUMENTS
)
TELL_RECORDS_APART = frozenset(
    {"patients.view_suspectedpair", "patients.dismiss_duplicate", "patients.suspect_duplicate"}
)
KEEP_STANDING = frozenset({"patients.record_death", "patients.take_back_death"})
ASK_FOR_CONSENT = frozenset({"patients.view_consent", "patients.record_consent"})
SEND_DOCUMENTS = frozenset({"patients.view_document", "patients.upload_document"})
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
        "billing.withdraw_charge",
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
CONSULT = frozenset(
    {"appointments.start_appointment", "appointments.complete_appointment", "billing.charge_visit"}
)
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
SEE_PRESCRIPTIONS = frozenset({"prescriptions.view_prescription"})
SIGN_PRESCRIPTIONS = frozenset(
    {
        "prescriptions.sign_prescription",
        "prescriptions.countersign_prescription",
        "prescriptions.decline_prescription",
        "prescriptions.stop_prescription",
        "prescriptions.renew_prescription",
    }
)
WRITE_PRESCRIPTIONS = frozenset(
    {
        "prescriptions.write_prescription",
        "prescriptions.discard_prescription",
        "prescriptions.keep_favourites",
    }
)
CHECK_SAFETY = frozenset({"prescriptions.check_safety"})
SEE_FIGURES = frozenset({"prescriptions.view_figures"})
DISPENSE = frozenset(
    {
        "prescriptions.dispense_prescription",
        "prescriptions.return_dispensing",
        "prescriptions.view_dispensing",
        "billing.charge_dispensing",
        "billing.uncharge_dispensing",
    }
)
SEE_STOCK = frozenset({"prescriptions.view_stock"})
KEEP_STOCK = SEE_STOCK | {"prescriptions.receive_stock", "prescriptions.count_stock"}
SEE_BILLS = frozenset(
    {
        "billing.view_invoice",
        "billing.view_creditnote",
        "billing.view_charge",
        "billing.view_receipt",
        "billing.view_payment",
        "billing.view_refund",
        "billing.view_deposit",
        "billing.view_service",
        "billing.view_price",
        "billing.view_payer",
        "billing.view_policy",
        "billing.print_paper",
    }
)
TAKE_MONEY = frozenset(
    {
        "billing.add_charge",
        "billing.draft_invoice",
        "billing.edit_invoice",
        "billing.discount_invoice",
        "billing.issue_invoice",
        "billing.void_invoice",
        "billing.pay_invoice",
        "billing.record_deposit",
        "billing.apply_deposit",
        "billing.view_till",
        "billing.open_till",
        "billing.close_till",
    }
)
GIVE_MONEY_BACK = frozenset(
    {
        "billing.void_issued",
        "billing.request_refund",
        "billing.decline_refund",
        "billing.pay_refund",
        "billing.pass_to_patient",
        "billing.keep_payers",
    }
)
DECIDE_ON_MONEY = frozenset(
    {
        "billing.view_ledgerentry",
        "billing.view_taxrate",
        "billing.view_discountlimit",
        "billing.approve_refund",
        "billing.close_any_till",
        "billing.credit_invoice",
        "billing.waive_charge",
        "billing.keep_price_list",
    }
)
SEE_HEALTH = frozenset({"analytics.view_health"})
SEE_WHAT_GOES_ON = frozenset({"analytics.view_figures"})  # doctors what they themselves do
SEE_ALL_THAT_GOES_ON = SEE_WHAT_GOES_ON | {"analytics.view_revenue", "analytics.view_people"}
ASK_ASSISTANT = frozenset(
    {
        "assistant.ask",
        "assistant.view_conversation",
        "assistant.stop_answer",
        "assistant.erase_conversation",
        "assistant.erase_fact",
        "assistant.send_outside",
        "assistant.settle_outside",
    }
)
_ALERTS = {"assistant.view_anomalyalert", "assistant.acknowledge_alert", "assistant.dismiss_alert"}
SEE_CLINICAL_ALERTS = frozenset({"assistant.see_clinical_alerts", *_ALERTS})
SEE_BILLING_ALERTS = frozenset({"assistant.see_billing_alerts", *_ALERTS})
SEE_ACCESS_ALERTS = frozenset({"assistant.see_access_alerts", *_ALERTS})
SEE_WHAT_WAS_SENT = frozenset({"assistant.view_disclosure", "assistant.test_provider"})
SEE_GUIDELINES = frozenset({"assistant.view_guideline"})
KEEP_GUIDELINES = frozenset({"assistant.keep_guidelines"})
DECIDE_PROPOSALS = frozenset(
    {
        "assistant.view_pendingaction",
        "assistant.propose_appointment",
        "assistant.confirm_action",
        "assistant.dismiss_action",
    }
)
PROPOSE_NOTES = frozenset({"assistant.propose_note"})
PROPOSE_PRESCRIPTIONS = frozenset({"assistant.propose_prescription"})
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
        "patients.view_labtest",
        "patients.keep_lab_tests",
        "prescriptions.keep_catalogue",
        "patients.view_carerelation",
        "patients.view_notetemplate",
        "patients.keep_note_templates",
        "patients.deactivate_patient",
        "patients.reactivate_patient",
        "analytics.view_system",
    }
)
