"""Every door, HTML and JSON, on one page."""

from collections.abc import Iterable
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, include, path

from accounts.api import AuthViewSet, SessionViewSet
from accounts.urls import allauth_urlpatterns
from analytics.api.figures import DashboardView, FiguresView
from analytics.api.system import SystemView
from analytics.views.health import live, ready
from analytics.views.metrics import metrics
from appointments.api import AppointmentViewSet, AvailabilityView, QueueViewSet, VisitTypeViewSet
from appointments.views import home
from assistant.api import AnalyzeViewSet, AnomalyAlertViewSet, ChatViewSet, PrescribeViewSet
from billing.api import (
    ChargeViewSet,
    DepositViewSet,
    InvoiceViewSet,
    PayerViewSet,
    PolicyViewSet,
    PriceListViewSet,
    RefundViewSet,
)
from doctors.api import DoctorViewSet
from hospital import problems
from hospital.documentation import ReDoc, SchemaView, SwaggerUi
from notifications.api import InboxViewSet, MessageViewSet
from patients.api import (
    AlertViewSet,
    AllergyViewSet,
    CodesViewSet,
    ConsentViewSet,
    DocumentViewSet,
    EncounterViewSet,
    LabImportViewSet,
    LabResultViewSet,
    LabTestViewSet,
    NoKnownAllergiesViewSet,
    PatientViewSet,
    ProblemViewSet,
    SuspectedPairViewSet,
    TimelineViewSet,
    VitalsViewSet,
)
from prescriptions.api import MedicationViewSet, PrescriptionViewSet, SafetyView, StockViewSet

handler400, handler404, handler500 = problems.bad_request, problems.not_found, problems.server_error

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(
    [Group, EmailAddress]
)  # roles are in accounts/roles.py, the address is that of the user
admin.site.site_header = admin.site.site_title = "Administration"

Routes = dict[str, Any]
LIST: Routes = {"get": "list"}
CREATE: Routes = {"post": "create"}
ONE: Routes = {"get": "retrieve"}
ROW: Routes = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
ENTRY: Routes = {"get": "retrieve", "put": "update", "delete": "destroy"}
RETRACTABLE: Routes = {"get": "retrieve", "delete": "destroy"}
ACTS_OF_VISITS = (
    *("cancel", "confirm", "check_in", "start", "complete", "no_show"),
    *("undo", "recall", "skip", "priority", "open_note"),
)
ACTS_ON_PRESCRIPTIONS = ("restore", "sign", "countersign", "decline", "dispense", "stop", "renew")
ACTS_ON_INVOICES = ("issue", "payments", "refunds", "credit_notes", "pass_to_patient")
KEPT: Routes = {"get": "retrieve", "put": "update"}


def records(name: str, view: type, *acts: str, row: Routes = ROW) -> list[URLPattern]:
    """The routes of a noun: its list, one of its rows, and its acts by POST."""
    routes = [
        path(name, view.as_view(LIST | CREATE), name=f"{name}-list"),  # type: ignore[attr-defined]
        path(f"{name}/<str:pk>", view.as_view(row), name=f"{name}-detail"),  # type: ignore[attr-defined]
    ]
    return routes + [
        path(f"{name}/<str:pk>/{act.replace('_', '-')}", view.as_view({"post": act}), name=f"{name}-{act}")  # type: ignore[attr-defined]
        for act in acts
    ]


def entries(name: str, view: type, *acts: str, row: Routes) -> list[URLPattern]:
    """The routes of one kind of entries in a patient's chart: their list, one of them, and its acts by POST."""
    at = f"patients/<str:pk>/{name}"
    routes = [
        path(at, view.as_view(LIST | CREATE), name=f"chart-{name}-list"),  # type: ignore[attr-defined]
        path(f"{at}/<str:entry_pk>", view.as_view(row), name=f"chart-{name}-detail"),  # type: ignore[attr-defined]
    ]
    return routes + [
        path(
            f"{at}/<str:entry_pk>/{act.replace('_', '-')}",
            view.as_view({"post": act}),  # type: ignore[attr-defined]
            name=f"chart-{name}-{act}",
        )
        for act in acts
    ]


def by_first_word(routes: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """The same routes; a request is compared with those that begin as it does, not with all two hundred."""
    found: list[URLPattern | URLResolver] = []
    longer: dict[str, list[URLPattern]] = {}
    for route in routes:
        word, slash, rest = str(route.pattern).partition("/")
        if slash:
            longer.setdefault(word, []).append(path(rest, route.callback, route.default_args, route.name))
        else:
            found.append(route)
    return found + [path(f"{word}/", include(alike)) for word, alike in longer.items()]


api_urlpatterns = [
    path("auth/register", AuthViewSet.as_view({"post": "register"}), name="auth-register"),
    path("auth/login", AuthViewSet.as_view({"post": "login"}), name="auth-login"),
    path("auth/refresh", AuthViewSet.as_view({"post": "refresh"}), name="auth-refresh"),
    path("auth/logout", AuthViewSet.as_view({"post": "logout"}), name="auth-logout"),
    path("auth/me", AuthViewSet.as_view({"get": "me", "patch": "edit_me"}), name="auth-me"),
    path("auth/sessions", SessionViewSet.as_view({"get": "list"}), name="sessions-list"),
    path("auth/sessions/<str:pk>", SessionViewSet.as_view({"delete": "destroy"}), name="sessions-detail"),
    path("patients/duplicates", SuspectedPairViewSet.as_view(LIST), name="duplicates-list"),
    path("patients/duplicates/<str:pk>", SuspectedPairViewSet.as_view(ONE), name="duplicates-detail"),
    path(
        "patients/duplicates/<str:pk>/dismiss",
        SuspectedPairViewSet.as_view({"post": "dismiss"}),
        name="duplicates-dismiss",
    ),
    path(
        "patients/duplicates/<str:pk>/suspect",
        SuspectedPairViewSet.as_view({"post": "suspect"}),
        name="duplicates-suspect",
    ),
    *records("patients", PatientViewSet, "reactivate", "treat", "record_death", "take_back_death"),
    path(
        "patients/<str:pk>/contact-preference",
        PatientViewSet.as_view({"get": "contact_preference", "put": "set_contact_preference"}),
        name="patients-contact-preference",
    ),
    path("patients/<str:pk>/opened", PatientViewSet.as_view({"get": "opened"}), name="patients-opened"),
    path("patients/<str:pk>/timeline", TimelineViewSet.as_view(LIST), name="chart-timeline-list"),
    *entries("allergies", AllergyViewSet, row=ENTRY),
    path(
        "patients/<str:pk>/no-known-allergies",
        NoKnownAllergiesViewSet.as_view(LIST | CREATE),
        name="chart-no-known-allergies",
    ),
    *entries("problems", ProblemViewSet, "resolve", "reopen", row=ENTRY),
    *entries("alerts", AlertViewSet, "end", row=ONE),
    *entries("consents", ConsentViewSet, row=ONE),
    path("icd-10-cm", CodesViewSet.as_view({"get": "find"}), name="icd-10-cm"),
    *entries("vitals", VitalsViewSet, row=RETRACTABLE),
    *entries("encounters", EncounterViewSet, "sign", "discard", "restore", "addenda", row=KEPT),
    *entries("results", LabResultViewSet, "review", row={"get": "retrieve", "delete": "destroy"}),
    path("lab-imports", LabImportViewSet.as_view({"post": "create"}), name="lab-imports-list"),
    path("lab-tests", LabTestViewSet.as_view(LIST), name="lab-tests-list"),
    *entries("documents", DocumentViewSet, row=ENTRY),
    path(
        "patients/<str:pk>/documents/<str:entry_pk>/file",
        DocumentViewSet.as_view({"get": "file"}),
        name="chart-documents-file",
    ),
    *records("doctors", DoctorViewSet, "reactivate", "schedule", "time_off"),
    path(
        "doctors/<str:pk>/availability",
        AvailabilityView.as_view({"get": "availability"}),
        name="doctors-availability",
    ),
    path("availability/next", AvailabilityView.as_view({"get": "next"}), name="availability-next"),
    path("notifications", MessageViewSet.as_view(LIST), name="notifications-list"),
    path("notifications/<str:pk>", MessageViewSet.as_view(ONE), name="notifications-detail"),
    path(
        "notifications/<str:pk>/send-again",
        MessageViewSet.as_view({"post": "send_again"}),
        name="notifications-send-again",
    ),
    path(
        "notifications/<str:pk>/dismiss",
        MessageViewSet.as_view({"post": "dismiss"}),
        name="notifications-dismiss",
    ),
    path("inbox", InboxViewSet.as_view(LIST), name="inbox-list"),
    path("inbox/<str:pk>/read", InboxViewSet.as_view({"post": "read"}), name="inbox-read"),
    path("visit-types", VisitTypeViewSet.as_view({"get": "list"}), name="visit-types-list"),
    *records("appointments", AppointmentViewSet, *ACTS_OF_VISITS),
    path("queue", QueueViewSet.as_view({"get": "list"}), name="queue-list"),
    path("queue/call-next", QueueViewSet.as_view({"post": "call_next"}), name="queue-call-next"),
    path("queue/walk-ins", QueueViewSet.as_view({"post": "admit_walk_in"}), name="queue-walk-ins"),
    path("medications", MedicationViewSet.as_view(LIST), name="medications-list"),
    path("medications/<str:pk>", MedicationViewSet.as_view(ONE), name="medications-detail"),
    *records("prescriptions", PrescriptionViewSet, *ACTS_ON_PRESCRIPTIONS, row=ENTRY),
    path(
        "prescriptions/<str:pk>/dispensings/<str:entry_pk>/return",
        PrescriptionViewSet.as_view({"post": "take_back"}),
        name="prescriptions-return",
    ),
    path("safety/check", SafetyView.as_view({"post": "check"}), name="safety-check"),
    path("stock", StockViewSet.as_view(LIST), name="stock-list"),
    path("stock/receive", StockViewSet.as_view({"post": "receive"}), name="stock-receive"),
    path("stock/<str:pk>", StockViewSet.as_view(ONE), name="stock-detail"),
    path("stock/<str:pk>/movements", StockViewSet.as_view({"get": "movements"}), name="stock-movements"),
    path("stock/<str:pk>/count", StockViewSet.as_view({"post": "count"}), name="stock-count"),
    path(
        "stock/<str:pk>/reorder-level",
        StockViewSet.as_view({"post": "reorder_level"}),
        name="stock-reorder-level",
    ),
    path("billing/charges", ChargeViewSet.as_view(LIST | CREATE), name="charges-list"),
    path("billing/charges/invoice", ChargeViewSet.as_view({"post": "invoice"}), name="charges-invoice"),
    path("billing/charges/<str:pk>", ChargeViewSet.as_view(ONE), name="charges-detail"),
    path("billing/charges/<str:pk>/waive", ChargeViewSet.as_view({"post": "waive"}), name="charges-waive"),
    *records("billing/refunds", RefundViewSet, "approve", "decline", "pay", row=ONE),
    path("billing/deposits", DepositViewSet.as_view(LIST | CREATE), name="deposits-list"),
    *records("billing/price-list", PriceListViewSet, "prices", row=KEPT),
    path("billing/payers", PayerViewSet.as_view(LIST), name="payers-list"),
    path("billing/policies", PolicyViewSet.as_view(LIST), name="policies-list"),
    *records("billing", InvoiceViewSet, *ACTS_ON_INVOICES, row=ENTRY),
    path("analytics/dashboard", DashboardView.as_view({"get": "dashboard"}), name="analytics-dashboard"),
    path(
        "analytics/appointments", FiguresView.as_view({"get": "appointments"}), name="analytics-appointments"
    ),
    path("analytics/revenue", FiguresView.as_view({"get": "revenue"}), name="analytics-revenue"),
    path("analytics/patients", FiguresView.as_view({"get": "people"}), name="analytics-patients"),
    path(
        "analytics/prescriptions",
        FiguresView.as_view({"get": "prescriptions"}),
        name="analytics-prescriptions",
    ),
    path("analytics/system", SystemView.as_view({"get": "system"}), name="analytics-system"),
    path("ai/chat", ChatViewSet.as_view({"post": "chat"}), name="chat"),
    path("ai/chat/history", ChatViewSet.as_view(LIST), name="chat-history"),
    path("ai/chat/<str:pk>", ChatViewSet.as_view(RETRACTABLE), name="chat-detail"),
    path("ai/alerts", AnomalyAlertViewSet.as_view(LIST), name="odd-list"),
    path("ai/alerts/<str:pk>", AnomalyAlertViewSet.as_view(ONE), name="odd-detail"),
    path(
        "ai/alerts/<str:pk>/acknowledge",
        AnomalyAlertViewSet.as_view({"post": "acknowledge"}),
        name="odd-acknowledge",
    ),
    path("ai/alerts/<str:pk>/dismiss", AnomalyAlertViewSet.as_view({"post": "dismiss"}), name="odd-dismiss"),
    path("ai/prescribe", PrescribeViewSet.as_view({"post": "prescribe"}), name="ai-prescribe"),
    path("ai/analyze", AnalyzeViewSet.as_view({"post": "analyze"}), name="ai-analyze"),
    path("schema", SchemaView.as_view(), name="schema"),
]

urlpatterns = [
    path("", home, name="home"),
    path("patients/", include("patients.urls")),
    path("doctors/", include("doctors.urls")),
    path("appointments/", include("appointments.urls")),
    path("", include("prescriptions.urls")),
    path("", include("billing.urls")),
    path("analytics/", include("analytics.urls")),
    path("", include("assistant.urls")),
    path("messages/", include("notifications.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include(allauth_urlpatterns)),
    path("api/v1/", include(by_first_word(api_urlpatterns))),
    path("docs", SwaggerUi.as_view(url_name="schema"), name="swagger"),
    path("redoc", ReDoc.as_view(url_name="schema"), name="redoc"),
    path("admin/", admin.site.urls),
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
    path("healthz", ready, name="healthz"),
    path("metrics", metrics, name="metrics"),
]
