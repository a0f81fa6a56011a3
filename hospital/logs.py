"""JSON logs: one object a line, with the request's id; ids only, never a name, a body or a search text."""

import logging
import logging.config
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

SHARED: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
# Their lines below a warning tell of every call; the timetable's tell of every task it hands over, some twice a minute.
TALKATIVE = ("pymongo", "httpx", "httpcore", "celery.beat")


def without_contents(_: Any, __: str, line: dict[str, Any]) -> dict[str, Any]:
    """What went wrong and where. Neither values nor messages: a patient's name may stand in them."""
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given else None
    if error is not None:
        line["exception"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        line["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return line


class NoPaths(logging.Filter):
    """Django's own lines carry the path, where a patient's name may stand. The line of the request has its route."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(one.partition("/")[0] if isinstance(one, str) else one for one in record.args)
        return True


def configure(level: str) -> None:
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"no_paths": {"()": NoPaths}},
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        without_contents,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": SHARED,
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["no_paths"]}
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
        }
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
