"""The worker's door to the assistant."""

from celery import shared_task

from assistant import indexing, services, watching

SECONDS = 50.0  # a task has two minutes, and the last step may take one


@shared_task(name="assistant.tasks.index_passages")
def index_passages() -> dict[str, int]:
    """Put into the index what is new, and take out what is gone."""
    done = indexing.sweep(SECONDS)
    return {"steps": done.steps, "entries": done.entries}


@shared_task(name="assistant.tasks.erase_expired_conversations")
def erase_expired_conversations() -> int:
    """What has not been used for ASSISTANT_KEEP_DAYS is erased. How many there were."""
    return services.erase_expired()


@shared_task(name="assistant.tasks.forget_what_was_sent")
def forget_what_was_sent() -> int:
    """How many texts were forgotten."""
    return services.forget_what_was_sent()


@shared_task(name="assistant.tasks.look_for_anomalies")
def look_for_anomalies() -> dict[str, int]:
    """Look through what is new; how many rows, and how many alerts came of it."""
    looked = watching.sweep(SECONDS)
    return {"rows": looked.rows, "found": looked.found}
