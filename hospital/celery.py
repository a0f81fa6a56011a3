"""The workers' front door and their timetable."""

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, setup_logging, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")

app = Celery("hospital")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


LISTENS_FOR = 5  # seconds: longer than the second for which a worker waits for the next task


@celeryd_init.connect
def _listen_patiently(**_: Any) -> None:
    """A page must not wait for the broker; a worker does nothing else."""
    app.conf.broker_transport_options |= {"socket_timeout": LISTENS_FOR}


@setup_logging.connect
def _keep_our_logging(**_: Any) -> None:
    """Celery would replace the JSON logging with its own."""


@task_prerun.connect
def _come_through_the_workers_door(task_id: str, **_: Any) -> None:
    from audit.services import Context, enter  # noqa: PLC0415 apps are ready only now

    enter(Context(door="task", request_id=task_id))
