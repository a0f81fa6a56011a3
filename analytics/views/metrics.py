"""The door of Prometheus: requests, states of the parts, queue and outbox."""

from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from analytics.health.status import Part, status_for_machines
from analytics.models import State
from hospital.metrics import of_all_processes
from hospital.web import PUBLIC, needs

FROM_HERE = {"127.0.0.1", "::1"}
FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


class _Parts(Collector):
    """One gauge for the states, in the manner of a state set, and one for the figures."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts

    def collect(self) -> Iterator[Metric]:
        states = GaugeMetricFamily(
            "hospital_health",
            "1 for the state in which a part is, 0 for the others.",
            labels=["part", "state"],
        )
        figures = GaugeMetricFamily(
            "hospital_health_figure",
            "What a part measures: seconds, numbers or shares, as its definition says.",
            labels=["part"],
        )
        for part in self.parts:
            for state in State:
                states.add_metric([part.name, state.value], float(part.state == state))
            if part.number is not None and part.state != State.UNKNOWN:
                figures.add_metric([part.name], part.number)
        yield states
        yield figures


@needs(PUBLIC)
def metrics(request: HttpRequest) -> HttpResponse:
    """In the text format of Prometheus. With METRICS_TOKEN set, for whoever sends it; else for this machine alone."""
    if not _may_read(request):
        raise PermissionDenied("metrics")
    parts = CollectorRegistry()
    parts.register(_Parts(status_for_machines().parts))
    body = generate_latest(of_all_processes()) + generate_latest(parts)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """What came through a proxy comes from anywhere, whatever the address of the proxy is."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "")
        return compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    is_direct = not any(name in request.headers for name in FORWARDED)
    return is_direct and request.META.get("REMOTE_ADDR") in FROM_HERE
