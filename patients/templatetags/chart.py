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
from patients.models import Chart
from patients.tabs import tabs_for

register = template.Library()


@register.simple_tag(takes_context=True)
def chart_tabs(context: Any) -> list[dict[str, Any]]:
    """None where the page is about no chart that may be seen."""
    patient, match = context.get("patient"), context["request"].resolver_match
    if not context.get("chart") or match is None:
        return []
    return [
        {
            "label": tab.label,
            "url": reverse(tab.route, args=[patient.pk]),
            "keys": tab.keys,
            "current": match.view_name == tab.route or match.view_name in tab.also,
        }
        for tab in tabs_for(context["request"].user)
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
