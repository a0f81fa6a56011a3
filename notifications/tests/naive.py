"""What is seen in other systems: a Celery task with an ETA for each reminder, tried again on errors, and no outbox. To be seen failing.

`celery --app notifications.tests.naive worker` runs it, `python -m notifications.tests.naive VISITS SECONDS` queues.
"""

import json
import smtplib
import sys
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from hospital import clock
from hospital.celery import app


@app.task(
    name="naive.remind", autoretry_for=(OSError, smtplib.SMTPException), default_retry_delay=1, max_retries=9
)  # type: ignore[untyped-decorator]
def remind(visit: str) -> None:
    from django.conf import settings  # noqa: PLC0415 the worker makes Django ready

    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = f"<{visit}@naive>", "Reminder"
    mail["From"], mail["To"] = "clinic@example.org", "ann@example.org"
    mail.set_content("Come.")
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=settings.EMAIL_TIMEOUT) as server:
        server.send_message(mail)


def main(visits: list[Any], seconds: float) -> None:
    for number, visit in enumerate(visits):
        eta = clock.now() + timedelta(seconds=seconds * (number + 1) / len(visits))
        remind.apply_async(args=[visit], eta=eta)
    json.dump(len(visits), sys.stdout)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), float(sys.argv[2]))
