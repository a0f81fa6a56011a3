"""Addresses of the assistant: conversations, those about a patient at the record, guidelines, treatments, alerts."""

from django.urls import path

from assistant.views import actions, alerts, asking, conversations, guidelines, outside, summary, treating

ONE = "assistant/<uuid:pk>/"
TURN = f"{ONE}turns/<uuid:turn_pk>/"

app_name = "assistant"
CHAT = [
    path("assistant/", conversations.conversation_list, name="list"),
    path("assistant/ask/", asking.begin, name="begin"),
    path(ONE, conversations.conversation, name="conversation"),
    path(f"{ONE}ask/", asking.go_on, name="go_on"),
    path(f"{ONE}erase/", conversations.erase, name="erase"),
    path(f"{ONE}facts/<uuid:fact_pk>/erase/", conversations.erase_fact, name="erase_fact"),
    path(f"{TURN}answer/", asking.answer, name="answer"),
    path(f"{TURN}stop/", asking.stop, name="stop"),
    path("patients/<uuid:pk>/assistant/", conversations.of_patient, name="of_patient"),
    path("patients/<uuid:pk>/assistant/ask/", asking.begin_about, name="begin_about"),
]
ACTIONS = [
    path("assistant/actions/", actions.action_list, name="actions"),
    path("assistant/actions/<uuid:pk>/", actions.action, name="action"),
    path("assistant/actions/<uuid:pk>/dismiss/", actions.dismiss, name="dismiss"),
]
GUIDELINES = [
    path("assistant/guidelines/", guidelines.guidelines, name="guidelines"),
    path("assistant/guidelines/<uuid:pk>/", guidelines.guideline, name="guideline"),
]
OUTSIDE = [
    path("assistant/provider/", outside.provider, name="provider"),
    path("assistant/provider/test/", outside.test, name="test_provider"),
    path("assistant/sent/", outside.disclosures, name="disclosures"),
    path("assistant/sent/<uuid:pk>/", outside.disclosure, name="disclosure"),
]
TREATING = [
    path("patients/<uuid:pk>/assistant/treatment/", treating.treatment, name="treatment"),
    path("patients/<uuid:pk>/assistant/treatment/draft/", treating.begin_draft, name="begin_draft"),
]
READING = [
    path("assistant/summary/", summary.summary, name="summary"),
    path(
        "patients/<uuid:pk>/assistant/documents/<uuid:entry_pk>/summary/",
        summary.summary_of,
        name="summary_of",
    ),
]
ALERTS = [
    path("assistant/alerts/", alerts.alert_list, name="alerts"),
    path("assistant/alerts/<uuid:pk>/", alerts.alert, name="alert"),
    path("assistant/alerts/<uuid:pk>/acknowledge/", alerts.acknowledge, name="acknowledge_alert"),
    path("assistant/alerts/<uuid:pk>/dismiss/", alerts.dismiss, name="dismiss_alert"),
]
urlpatterns = [*CHAT, *ACTIONS, *GUIDELINES, *OUTSIDE, *TREATING, *READING, *ALERTS]
