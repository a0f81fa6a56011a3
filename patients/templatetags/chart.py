"""What the head of a record's pages shows.

{% chart_tabs as tabs %}: the pages of the record that the page is about, each with label, url, keys, current.
{% weight_of chart site as weight %}: the last weight with value, unit and day; nothing where none is known.
"""

from datetime import datetime
from typing import Any

from django import template
from django.urls import reverse

from accounts.models import Site
from patients.clinical.measures import MEASURES
from patients.models import Chart, Patient
from patients.tabs import tabs_for

register = template.Library()


@register.simple_tag(takes_context=True)
def chart_tabs(context: Any) -> list[dict[str, Any]]:
    """None where the page is about no chart that may be seen. Made once for a request."""
    patient, request = context.get("patient"), context["request"]
    if not context.get("chart") or request.resolver_match is None:
        return []
    if "_chart_tabs" not in request.__dict__:
        request.__dict__["_chart_tabs"] = _tabs(patient, request)
    made: list[dict[str, Any]] = request.__dict__["_chart_tabs"]
    return made


def _tabs(patient: Patient, request: Any) -> list[dict[str, Any]]:
    here = request.resolver_match.view_name
    return [
        {
            "label": tab.label,
            "url": reverse(tab.route, args=[patient.pk]),
            "keys": tab.keys,
            "current": here == tab.route or here in tab.also,
        }
        for tab in tabs_for(request.user)
    ]


@register.simple_tag
def weight_of(chart: Chart | None, site: Site) -> dict[str, Any] | None:
    kept = chart.vitals.get("weight") if chart and chart.vitals else None
    if not kept:
        return None
    measure = MEASURES["weight"]
    return {
        "value": measure.text(kept["value"]),
        "unit": measure.unit,
        "on": datetime.fromisoformat(kept["at"]).astimezone(site.zone).date(),
    }
