"""The parts that every installation has: what is measured, and what to do when it is not as it should be."""

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

from analytics.health import looks
from analytics.health.looking import DATABASE
from analytics.health.register import Check, register

MIGRATIONS = "migrations"
NOT_OFTEN = timedelta(seconds=16)  # a mail server may belong to somebody else

KEPT = (
    Check(
        name=DATABASE,
        label=_("Database"),
        definition=_(
            "How long one row takes, there and back. Slow above 250 ms, down when it fails or takes 2 seconds."
        ),
        advice=_(
            "Without it nothing works. SQLite: is its folder there, writable and not full? "
            "MongoDB: has the replica set a primary that this machine reaches?"
        ),
        look=looks.database,
    ),
    Check(
        name=MIGRATIONS,
        label=_("Migrations"),
        definition=_("Changes of the tables which this version brings and the database does not have yet."),
        advice=_("Run manage.py migrate, then start the servers again."),
        look=looks.migrations,
        reads_database=True,
        every=NOT_OFTEN,
    ),
)
MACHINERY = (
    Check(
        name="broker",
        label=_("Broker"),
        definition=_("How long a call to Redis or Valkey takes. Slow above 100 ms, down after 400 ms."),
        advice=_(
            "Pages work, and nothing is lost: what is to be sent waits. Start the broker, or correct REDIS_URL."
        ),
        look=looks.broker,
    ),
    Check(
        name="workers",
        label=_("Workers"),
        definition=_(
            "Workers that answer a call within 400 ms, and when one last finished a task; there is one every 20 seconds. "
            "A warning when they answer and have finished nothing for 3 minutes."
        ),
        advice=_(
            "Letters and reminders wait until a worker runs. Start it, or look into its log; "
            "if it is stuck, end it: what it had in hand is taken up again."
        ),
        look=looks.workers,
        then=looks.last_heard,
        url_name="notifications:machinery",
        permission="notifications.view_machinery",
    ),
    Check(
        name=looks.TIMETABLE,
        label=_("Timetable"),
        definition=_(
            "When it last looked what is due; it does so every 5 seconds. A warning after 13 seconds, down after a minute."
        ),
        advice=_("Start the process beat. Reminders that were due meanwhile are sent then."),
        look=looks.timetable,
        reads_database=True,
    ),
    Check(
        name="tasks",
        label=_("Waiting tasks"),
        definition=_("Tasks that wait at the broker. A warning above 1 000."),
        advice=_("Work comes faster than it is done, or no worker runs. Start more of them."),
        look=looks.tasks,
        url_name="notifications:machinery",
        permission="notifications.view_machinery",
    ),
)
MESSAGES = (
    Check(
        name="outbox",
        label=_("Outbox"),
        definition=_(
            "Messages that should have left, and for how long the oldest waits. A warning after 5 minutes, "
            "down after 30."
        ),
        advice=_(
            "Is a worker running, and does the mail server take letters? Nothing is lost; they leave by themselves."
        ),
        look=looks.outbox,
        reads_database=True,
        url_name="notifications:outbox",
        permission="notifications.view_message",
    ),
    Check(
        name="uncertain",
        label=_("Messages to decide"),
        definition=_("Messages that failed, or of which nobody can know whether they arrived."),
        advice=_("Send each again or dismiss it, in the outbox."),
        look=looks.uncertain,
        reads_database=True,
        alerts=False,  # the bell says it already
        url_name="notifications:outbox",
        permission="notifications.view_message",
    ),
    Check(
        name="mail",
        label=_("Mail server"),
        definition=_(
            "How long its greeting takes. Slow above a second, down when it fails or takes 2 seconds."
        ),
        advice=_(
            "Letters wait and are tried again, at longer and longer intervals up to an hour. "
            "Ask whoever keeps the mail server, or correct EMAIL_URL."
        ),
        look=looks.mail,
        every=NOT_OFTEN,
    ),
)
STORED = (
    Check(
        name="disk",
        label=_("Disk"),
        definition=_(
            "The free share of the fullest disk on which data lies. A warning below 10 %, down below 3 %."
        ),
        advice=_("Make room, or give it a larger disk, before nothing can be written any more."),
        look=looks.disk,
    ),
    Check(
        name=looks.BACKUP,
        label=_("Backup"),
        definition=_(
            "When the last one was made. A warning after 26 hours or if there is none, down after 3 days."
        ),
        advice=_("Run manage.py backup, and see why it does not run every night."),
        look=looks.backup,
        reads_database=True,
    ),
    Check(
        name="ledger",
        label=_("Ledger"),
        definition=_(
            "Each row of the ledger is what was booked and follows the one before it, and invoices, payments and "
            "refunds are in it once. Verified every night; a warning after 36 hours without."
        ),
        advice=_(
            "A row was changed outside of the program, or is damaged. Keep a copy of the database, run "
            "manage.py verify_ledger, and compare with the last backup."
        ),
        look=partial(looks.proof, "ledger"),
        reads_database=True,
    ),
    Check(
        name="audit",
        label=_("Audit"),
        definition=_(
            "The rows of the audit are what they were when they were sealed, and none is missing. Sealed and verified "
            "every night; a warning after 36 hours without."
        ),
        advice=_(
            "A row was changed, added or removed outside of the program. Keep a copy of the database, run "
            "manage.py verify_audit, and compare with the last backup."
        ),
        look=partial(looks.proof, "audit"),
        reads_database=True,
    ),
)


def fill_register() -> None:
    for check in (*KEPT, *MACHINERY, *MESSAGES, *STORED):
        register(check)
