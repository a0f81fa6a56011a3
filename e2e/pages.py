"""Which pages each of the demonstration's people reaches. The names in braces are those of e2e/cast.py."""

import re
from urllib.parse import urlsplit

# A script, and a word that is wider than a phone
EVIL = '<img src=x onerror="owned=1"><script>owned=1</script>' + 26 * "w"

ACCOUNT = (
    "/",
    "/accounts/me/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/password/reset/",
    "/messages/",
)
FIND_PATIENTS = (
    "/patients/",
    "/patients/?q=zz",
    "/patients/?q=qqqqqq",
    "/patients/?is_active=nonsense",
    "/patients/{patient}/",
    "/patients/{stranger}/",
    "/patients/{gone}/",
    "/patients/{late}/",
)
KEEP_PATIENTS = ("/patients/register/", "/patients/{patient}/edit/")
TELL_APART = (
    "/patients/duplicates/",
    "/patients/duplicates/?status=dismissed",
    "/patients/duplicates/?status=nonsense",
    "/patients/duplicates/{pair}/dismiss/",
)
ASK_FOR_CONSENT = ("/patients/{patient}/consents/",)
KEEP_STANDING = ("/patients/{patient}/death/", "/patients/{late}/death/take-back/")
CLOSE_PATIENTS = ("/patients/{patient}/deactivate/", "/patients/{gone}/reactivate/")
SEE_DOCUMENTS = (
    "/patients/{patient}/documents/",
    "/patients/{patient}/documents/?q=qqqqqq",
    "/patients/{patient}/documents/upload/",
    "/patients/{patient}/documents/{letter}/",
    "/patients/{patient}/documents/{photo}/",
    "/patients/{patient}/documents/{wrong}/",
    "/patients/{stranger}/documents/",
    "/patients/{stranger}/documents/upload/",
    "/patients/{gone}/documents/",
)
DOCUMENTS_IN_CARE = SEE_DOCUMENTS[:6]
KEEP_DOCUMENTS = (
    "/patients/{patient}/documents/{letter}/edit/",
    "/patients/{patient}/documents/{letter}/retract/",
)
SEE_DOCTORS = ("/doctors/", "/doctors/?q=qqqqqq", "/doctors/{doctor}/", "/doctors/{former}/")
SEE_VISITS = (
    "/appointments/desk/",
    "/appointments/desk/?doctor={doctor}",
    "/appointments/desk/?doctor=nonsense",
    "/appointments/day/?on={visit_day}",
    "/appointments/day/?on={visit_day}&doctor={doctor}",
    "/appointments/day/?on={visit_day}&by=room",
    "/appointments/day/?on={visit_day}&by=nonsense",
    "/appointments/day/print/?on={visit_day}",
    "/appointments/day/print/?on={visit_day}&by=room&doctor={doctor}",
    "/appointments/day/print/?on=2001-01-01",
    "/appointments/day/?on=2001-01-01",
    "/appointments/day/?on=nonsense&doctor={doctor}",
    "/appointments/week/",
    "/appointments/week/?doctor={doctor}",
    "/appointments/free/",
    "/appointments/free/?doctor={doctor}&from={visit_day}",
    "/appointments/free/?from=nonsense&speciality=nonsense",
    "/appointments/free/?from=2001-01-01",
    "/appointments/next-free/",
    "/appointments/next-free/?from=2200-12-01",
    "/appointments/{visit}/",
    "/appointments/{past}/",
    "/appointments/{cancelled}/",
    "/appointments/{squeezed}/",
)
BOOK_VISITS = (
    "/appointments/walk-in/",
    "/appointments/walk-in/?q=zz",
    "/appointments/walk-in/?patient={patient}",
    "/appointments/book/",
    "/appointments/book/?q=zz",
    "/appointments/book/?patient={patient}",
    "/appointments/book/?patient={patient}&doctor={doctor}",
    "/appointments/book/?patient={patient}&doctor={doctor}&day=2200-12-01",
    "/appointments/book/?patient={patient}&doctor={doctor}&other=1",
    "/appointments/book/?patient={patient}&doctor={doctor}&visit_type={kind}",
    "/appointments/book/?patient={patient}&doctor={doctor}&starts_at={visit_day}T05:00Z&minutes=15",
    "/appointments/{visit}/move/",
    "/appointments/{visit}/move/?other=1",
    "/appointments/{visit}/cancel/",
)
WARN_OF_PATIENTS = (
    "/patients/{patient}/allergies/",
    "/patients/{patient}/allergies/record/",
    "/patients/{patient}/allergies/record/?q=peni",
    "/patients/{patient}/allergies/record/?substance=penicillins",
    "/patients/{patient}/allergies/record/?words=Blue+pills",
    "/patients/{patient}/allergies/{allergy}/edit/",
    "/patients/{patient}/allergies/{allergy}/retract/",
    "/patients/{patient}/alerts/",
    "/patients/{patient}/alerts/{alert}/end/",
)
KEEP_PROBLEMS = (
    "/patients/{patient}/problems/",
    "/patients/{patient}/problems/record/",
    "/patients/{patient}/problems/record/?q=diab",
    "/patients/{patient}/problems/record/?code=E11.9",
    "/patients/{patient}/problems/record/?words=Lives+alone",
    "/patients/{patient}/problems/{problem}/edit/",
    "/patients/{patient}/problems/{problem}/resolve/",
    "/patients/{patient}/problems/{problem}/retract/",
)
RULES = ("/appointments/rules/",)
TELL_PEOPLE = (
    "/messages/outbox/",
    "/messages/outbox/?show=due",
    "/messages/outbox/?show=sent",
    "/messages/outbox/?show=withdrawn",
    "/messages/outbox/?show=dismissed",
    "/messages/outbox/?show=nonsense",
    "/messages/{failed}/",
    "/messages/{uncertain}/",
    "/messages/{sent}/",
    "/patients/{lettie}/",
    "/patients/{lettie}/messages/",
    "/patients/{stranger}/messages/",
)
SEE_VITALS = (
    "/patients/{patient}/vitals/",
    "/patients/{patient}/vitals/record/",
    "/patients/{patient}/vitals/trend/",
    "/patients/{patient}/vitals/trend/?measure=temperature&period=week",
    "/patients/{patient}/vitals/trend/?measure=glucose&period=day",
    "/patients/{patient}/vitals/trend/?measure=nonsense&period=nonsense",
    "/patients/{patient}/vitals/{vitals}/retract/",
)
WRITE_NOTES = (
    "/patients/notes/",
    *(f"/patients/{{patient}}/notes/{page}" for page in ("", "open/", "?page=nonsense")),
    *(f"/patients/{{patient}}/notes/{{draft_note}}/{page}" for page in ("", "write/", "sign/", "discard/")),
    *(f"/patients/{{patient}}/notes/{{{name}_note}}/" for name in ("signed", "discarded")),
)
KEEP_BOARDS = ("/appointments/boards/",)
PLAN_DOCTORS = (
    "/doctors/add/",
    "/doctors/{doctor}/edit/",
    "/doctors/{doctor}/deactivate/",
    "/doctors/{former}/reactivate/",
    "/doctors/{doctor}/hours/add/",
    "/doctors/{doctor}/hours/{block}/end/",
    "/doctors/{doctor}/time-off/add/",
    "/doctors/{doctor}/time-off/{time_off}/remove/",
)
READ_RESULTS = (
    "/patients/{patient}/results/",
    "/patients/{patient}/results/?before=nonsense",
    "/patients/{patient}/results/list/",
    "/patients/{patient}/results/list/?show=abnormal",
    "/patients/{patient}/results/list/?show=nonsense",
    "/patients/{patient}/results/tests/2823-3/",
    "/patients/{patient}/results/record/",
    "/patients/{patient}/results/record/?q=qqqqqq",
    "/patients/{patient}/results/record/?loinc=2823-3",
    "/patients/results/import/",
)
RETRACT_RESULTS = ("/patients/{patient}/results/{result}/retract/",)
REVIEW_RESULTS = ("/patients/results/to-review/",)
READ_PRESCRIPTIONS = (
    "/patients/{patient}/prescriptions/",
    "/patients/{patient}/prescriptions/?page=nonsense",
    "/patients/{patient}/prescriptions/{signed_medicine}/",
    "/patients/{patient}/prescriptions/{stopped_medicine}/",
    "/patients/{patient}/prescriptions/{discarded_medicine}/",
    "/patients/{stranger}/prescriptions/",
)
PRESCRIPTIONS_IN_CARE = READ_PRESCRIPTIONS[:5]
PRESCRIBE = (
    "/prescriptions/to-sign/",
    "/patients/{patient}/prescriptions/write/",
    "/patients/{patient}/prescriptions/{draft_medicine}/write/",
    "/patients/{patient}/prescriptions/{draft_medicine}/discard/",
    "/patients/{patient}/prescriptions/{draft_medicine}/sign/",
    "/patients/{patient}/prescriptions/{signed_medicine}/stop/",
    "/patients/{patient}/prescriptions/{signed_medicine}/renew/",
    "/prescriptions/to-sign/",
    "/patients/{patient}/prescriptions/{waiting_medicine}/countersign/",
    "/patients/{patient}/prescriptions/{waiting_medicine}/decline/",
)
DISPENSE = (
    "/prescriptions/queue/",
    "/prescriptions/queue/?q=zz",
    "/prescriptions/queue/?q=qqqqqq",
    "/prescriptions/queue/?site=nonsense&page=nonsense",
    "/prescriptions/{to_dispense}/dispense/",
    "/prescriptions/{dispensed}/dispense/",
    "/prescriptions/{stopped_prescription}/dispense/",
)
RETURN = ("/prescriptions/dispensings/{dispensing}/return/", "/prescriptions/dispensings/{returned}/return/")
SEE_STOCK = (
    "/prescriptions/stock/",
    "/prescriptions/stock/?is_low=on",
    "/prescriptions/stock/?q=qqqqqq",
    "/prescriptions/stock/{stock}/",
)
KEEP_STOCK = (
    "/prescriptions/stock/receive/",
    "/prescriptions/stock/receive/?q=zz",
    "/prescriptions/stock/receive/?q=qqqqqq",
    "/prescriptions/stock/receive/?product={product}",
    "/prescriptions/stock/receive/?product=nonsense",
)
SEE_FIGURES = (
    "/prescriptions/figures/",
    "/prescriptions/figures/?from=2001-01-01&to=2001-01-02",
    "/prescriptions/figures/?from=nonsense",
)
SEE_OWN_FIGURES = (
    "/analytics/",
    "/analytics/appointments/",
    "/analytics/appointments/?from=2001-01-01&to=2001-01-02",
    "/analytics/appointments/?from=nonsense",
    "/analytics/visits/",
    "/analytics/visits/?what=waited",
    "/analytics/visits/?what=newcomers",
    "/analytics/visits/?what=used",
    "/analytics/visits/?what=in_rooms",
    "/analytics/prescriptions/",
    "/analytics/visits/?from=2001-01-01&to=2001-01-02",
)
SEE_ALL_FIGURES = (*SEE_OWN_FIGURES, "/analytics/revenue/", "/analytics/patients/")
SEE_BILLS = (
    "/billing/",
    "/billing/?q=zz",
    "/billing/?q=qqqqqq&status=paid&overdue=true",
    "/billing/?status=nonsense&department=nonsense",
    "/billing/desk/",
    "/billing/unbilled/",
    "/billing/refunds/",
    "/billing/ageing/",
    "/billing/payers/",
    "/billing/payers/?q=qqqqqq",
    "/billing/payers/{payer}/",
    "/billing/tills/",
    "/billing/tills/open/",
    "/billing/prices/",
    "/billing/prices/?q=qqqqqq",
    "/billing/prices/{service}/",
    *(f"/billing/{{{name}}}/" for name in ("draft_bill", "bill", "part_bill", "void_bill")),
    "/billing/{draft_bill}/edit/",
    "/billing/{draft_bill}/void/",
    "/billing/{bill}/pay/",
    "/billing/{bill}/pay/?by=insurance",
    "/billing/receipts/{receipt}/",
    "/billing/receipts/{deposit_receipt}/",
    "/patients/{patient}/bills/",
    "/patients/{stranger}/bills/",
    "/patients/{patient}/bills/draft/",
    "/patients/{patient}/bills/draft/?charge={charge}&charge=nonsense",
    "/patients/{patient}/bills/deposit/",
    "/patients/{patient}/bills/statement/",
    "/patients/{patient}/bills/statement/?since=nonsense",
    "/patients/{patient}/bills/history/",
    "/patients/{patient}/bills/charges/add/",
    "/patients/{patient}/bills/policies/",
    "/patients/{stranger}/bills/history/?before=nonsense",
)
SEE_TILLS = ("/billing/tills/{till}/",)  # of the cashier; reception has none
GIVE_MONEY_BACK = (
    *SEE_TILLS,
    "/billing/{bill}/void/",
    "/billing/{bill}/pass/",
    "/billing/payments/{payment}/refund/",
    "/billing/refunds/{refund}/decline/",
    "/billing/refunds/{approved_refund}/pay/",
    "/patients/{patient}/bills/policies/add/",
    "/billing/policies/{policy}/end/",
    "/billing/payers/add/",
    "/billing/payers/{payer}/edit/",
)
DECIDE_ON_MONEY = (
    "/billing/{bill}/credit/",
    "/billing/refunds/{refund}/approve/",
    "/billing/charges/{charge}/waive/",
)
ASK = (
    "/assistant/",
    "/assistant/?question=zz&page=nonsense",
    "/patients/{patient}/assistant/",
    "/assistant/actions/",
    "/assistant/guidelines/",
    "/assistant/summary/",
    "/assistant/guidelines/{guideline}/",
)
SEE_ALERTS = ("/assistant/alerts/", "/assistant/alerts/?show=below", "/assistant/alerts/?show=decided")
TREAT = (
    "/patients/{treated}/assistant/treatment/",
    "/patients/{treated}/assistant/treatment/?diagnosis=J18.9",
    "/patients/{treated}/assistant/treatment/?diagnosis=zz",
    "/patients/{patient}/assistant/documents/{letter}/summary/",
)
ASK_ABOUT_ANYBODY = ("/patients/{stranger}/assistant/",)
TALKS = ("/assistant/{talk}/", "/assistant/{talk}/erase/", "/assistant/{talk_of_nobody}/")
OUTSIDE_PROVIDER = (
    *("/assistant/provider/", "/assistant/sent/", "/assistant/sent/?outcome=nonsense"),
    "/assistant/sent/{disclosure}/",
)
READ_TIMELINE = (
    "/patients/{patient}/timeline/",
    "/patients/{patient}/timeline/?kind=visit&kind=nonsense",
)
# What doctor and nurse see of whom they treat.
READ_CHARTS = (
    *READ_TIMELINE,
    *(*WARN_OF_PATIENTS, *KEEP_PROBLEMS, *SEE_VITALS, *READ_RESULTS, *RETRACT_RESULTS),
    *(*WRITE_NOTES, *DOCUMENTS_IN_CARE, *KEEP_DOCUMENTS, *ASK_FOR_CONSENT, *KEEP_STANDING),
    *PRESCRIPTIONS_IN_CARE,
)

PAGES: dict[str, tuple[str, ...]] = {
    "reception": (
        *(*ACCOUNT, *TELL_PEOPLE, *FIND_PATIENTS, *KEEP_PATIENTS, *CLOSE_PATIENTS),
        *(*SEE_DOCTORS, *SEE_VISITS, *BOOK_VISITS, *RULES, *KEEP_BOARDS),
        *(*TELL_APART, *ASK_FOR_CONSENT, *READ_TIMELINE, *SEE_BILLS, *ASK, *ASK_ABOUT_ANYBODY),
    ),
    "admin": (
        *(*TELL_APART, *ASK_FOR_CONSENT, *KEEP_STANDING),
        *(*TELL_PEOPLE, "/messages/machinery/", "/analytics/health/"),
        *(*ACCOUNT, *FIND_PATIENTS, *KEEP_PATIENTS, *CLOSE_PATIENTS, "/patients/{patient}/opened/"),
        *(*SEE_DOCTORS, *PLAN_DOCTORS, *SEE_VISITS, *BOOK_VISITS, *RULES, *KEEP_BOARDS, *SEE_STOCK),
        *(
            *SEE_FIGURES,
            *SEE_BILLS,
            *GIVE_MONEY_BACK,
            *DECIDE_ON_MONEY,
            *SEE_ALL_FIGURES,
            *ASK,
            *OUTSIDE_PROVIDER,
            *SEE_ALERTS,
        ),
    ),
    "doctor": (
        *(*ACCOUNT, *FIND_PATIENTS, *SEE_DOCTORS, *SEE_VISITS, *BOOK_VISITS),
        *(*READ_CHARTS, *REVIEW_RESULTS, *PRESCRIBE, *SEE_FIGURES, *SEE_OWN_FIGURES, *ASK, *TALKS, *TREAT),
        *(*SEE_ALERTS, "/assistant/alerts/{oddity}/", "/assistant/alerts/{oddity_decided}/"),
    ),
    "nurse": (
        *(*ACCOUNT, *TELL_PEOPLE, *FIND_PATIENTS, *KEEP_PATIENTS, *TELL_APART),
        *(*SEE_DOCTORS, *SEE_VISITS, *BOOK_VISITS, *READ_CHARTS, *ASK, *SEE_ALERTS),
    ),
    "manager": (
        *(*ACCOUNT, *FIND_PATIENTS, *SEE_DOCTORS, *PLAN_DOCTORS),
        *(*SEE_VISITS, *RULES, *KEEP_BOARDS, *SEE_STOCK, *SEE_FIGURES, "/analytics/health/"),
        *(*SEE_ALL_FIGURES, *SEE_BILLS, *GIVE_MONEY_BACK, *DECIDE_ON_MONEY, *ASK, *SEE_ALERTS),
    ),
    "cashier": (
        *(*ACCOUNT, *FIND_PATIENTS, *SEE_DOCTORS, *SEE_VISITS),
        *(*SEE_BILLS, *GIVE_MONEY_BACK),
    ),
    "pharmacy": (
        *(*ACCOUNT, *FIND_PATIENTS, *SEE_DOCTORS, *READ_PRESCRIPTIONS),
        *(*DISPENSE, *RETURN, *SEE_STOCK, *KEEP_STOCK, *SEE_FIGURES, *ASK, *ASK_ABOUT_ANYBODY),
    ),
    "api": (
        *(*ACCOUNT, *TELL_PEOPLE, *FIND_PATIENTS, *KEEP_PATIENTS, *SEE_DOCUMENTS),
        *(*SEE_DOCTORS, *SEE_VISITS, *BOOK_VISITS, *READ_RESULTS),
        *("/patients/{stranger}/results/", "/patients/{stranger}/results/record/"),
        *READ_PRESCRIPTIONS,
        *(*DISPENSE, *SEE_STOCK),
    ),
    "nobody": ACCOUNT,
}
# Nobody has to be logged in for these.
OUTSIDE = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/password/reset/key/done/",
    "/messages/opt-out/{token}/",
    "/prescriptions/verify/",
    "/prescriptions/verify/{signed_signs}/",
    "/prescriptions/verify/{stopped_signs}/",
    "/prescriptions/verify/000000000000/0000000000000000/",
)
# Who gets which status where.
ERRORS = (
    ("cashier", "/patients/register/", 403),
    ("nobody", "/patients/", 403),
    ("reception", "/patients/00000000-0000-7000-8000-000000000000/", 404),
    ("reception", "/no/such/page/", 404),
    ("", "/no/such/page/", 404),
    ("", "/prescriptions/verify/?code=nonsense", 422),
)
# Swagger UI, ReDoc, the schema itself and Django's admin are others' pages; log-in sends on who is logged in;
# the board of a waiting room has a story of its own; what is saved is no page.
OTHERS = re.compile(
    r"/(docs|redoc|api/v1/schema|accounts/login/|admin/.*|appointments/board/[\w-]+/"
    r"|prescriptions/figures\.csv|analytics/\w+\.csv|billing/.*\.(pdf|svg|csv)|patients/[\w-]+/bills/statement\.pdf|patients/[\w-]+/(summary\.pdf|documents/[\w-]+/file/|prescriptions/[\w-]+/prescription\.pdf))$"
)
_ID = re.compile(r"\{\w+\}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=/tests/)\d+-\d")


def shape(address: str) -> str:
    """An address without ids and questions: /patients/{}/edit/."""
    return _ID.sub("{}", urlsplit(address).path)
