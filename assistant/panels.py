"""What the assistant adds to pages that are not its own: a line in the sidebar, a page and a button of each record."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import patients.panels
from accounts.models import User
from assistant.anomalies import saying
from assistant.models import AnomalyAlert
from assistant.services.alerts import oddities_of
from hospital.web import NavItem, add_navigation, add_pages
from patients.front import add_part
from patients.models import Patient
from patients.panels.documents import Reading, register_reading
from patients.tabs import Tab, add_tab
from prescriptions.beside import Beside, register_beside

OF_A_CONVERSATION = tuple(f"assistant:{name}" for name in ("conversation", "erase"))
OF_THE_LIST = (*OF_A_CONVERSATION, "assistant:summary")


def alerts_of(patient: Patient, user: User) -> dict[str, Any]:
    """What was found odd and is open, from the first page of the chart."""
    return {
        "alerts": [
            {
                "alert": AnomalyAlert(pk=UUID(one["id"]), kind=one["kind"], severity=one["severity"]),
                "in_short": saying.in_short(one["kind"], one["facts"]),
            }
            for one in patient.chart.oddities
        ]
    }


def fill_registers() -> None:
    installation: Any = _("Installation")
    add_navigation(
        NavItem(
            _("Assistant"),
            "assistant:list",
            "chat",
            "assistant.view_conversation",
            also=OF_THE_LIST,
            keys="g h",
        ),
        NavItem(
            _("Guidelines"),
            "assistant:guidelines",
            "note",
            "assistant.view_guideline",
            also=("assistant:guideline",),
        ),
    )
    add_navigation(
        NavItem(
            _("Alerts"), "assistant:alerts", "alert", "assistant.view_anomalyalert", also=("assistant:alert",)
        )
    )
    add_navigation(
        NavItem(
            _("Language model"),
            "assistant:provider",
            "code",
            "assistant.test_provider",
            group=installation,
            also=("assistant:test_provider",),
        ),
        NavItem(
            _("Sent outside"),
            "assistant:disclosures",
            "door",
            "assistant.view_disclosure",
            group=installation,
            also=("assistant:disclosure",),
        ),
    )
    register_beside(
        Beside(
            key="treatment",
            title=_("Treatments in guidelines"),
            text=_("What the guidelines give for a diagnosis, each checked with the data of this patient."),
            label=_("Look up"),
            icon="search",
            permission="assistant.propose_prescription",
            url=lambda patient: reverse("assistant:treatment", args=[patient.pk]),
            css="css/treatment.css",
        )
    )
    register_reading(
        Reading(
            _("In short"),
            "assistant.ask",
            "note",
            lambda document: reverse("assistant:summary_of", args=[document.patient_id, document.pk]),
        )
    )
    add_tab(Tab(_("Ask"), "assistant:of_patient", "assistant.ask", "r i", also=OF_A_CONVERSATION))
    add_pages("patients:list", "assistant:of_patient", "assistant:treatment", "assistant:summary_of")
    patients.panels.register_action(
        patients.panels.Action(
            _("Ask"),
            "assistant.view_conversation",
            lambda patient: reverse("assistant:of_patient", args=[patient.pk]),
            icon="chat",
            needs_care=True,
            keys="r i",
        )
    )
    add_part("oddities", oddities_of)
    patients.panels.register(
        patients.panels.Panel(
            key="anomalies",
            title=_("Found odd"),
            permission="assistant.see_clinical_alerts",
            template="assistant/alerts_of_patient.html",
            load=alerts_of,
            order=25,
            needs_care=True,
            column=1,
        )
    )
