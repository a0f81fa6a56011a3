"""How many requests there were and how long they took, for Prometheus. Names of routes only, never a path."""

import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Histogram, multiprocess

MULTI_PROCESS = "PROMETHEUS_MULTIPROC_DIR"  # settings have made the folder
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

own = CollectorRegistry()  # of this process alone
requests = Histogram(
    "hospital_request_seconds",
    "How long requests took, by the name of their route and the class of their status.",
    ["route", "status"],
    buckets=SECONDS,
    registry=own,
)


def of_all_processes() -> CollectorRegistry:
    """What the server's processes have counted together; without a common folder, what this one has."""
    if not os.environ.get(MULTI_PROCESS):
        return own
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


class Measured:
    """Around every request. A page that streams is measured until its first byte."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        taken = time.perf_counter() - started
        route = request.resolver_match.view_name if request.resolver_match else "none"
        requests.labels(route, f"{response.status_code // 100}xx").observe(taken)
        return response
