"""Structured logs: every line carries the request's id; JSON in production."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Links of mails: whoever holds one chooses a password, confirms an address, or sets and stops mails.
_KEY = re.compile(
    r"(/compte/(?:mot-de-passe/oublie|adresse/lien|notifications/choix|recherches/lien)/)[^/\s'\"]+"
)


def hide_keys(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Addresses are logged, the keys in them are not. A structlog processor."""
    for field, value in event.items():
        if isinstance(value, str) and "/compte/" in value:
            event[field] = _KEY.sub(r"\1…", value)
    return event


SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    hide_keys,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


SPOKEN = ("portal", "core", "search", "members", "notifications", "alerts", "community", "imports", "django")
TASKS = ("django_tasks", "django_tasks_db")
REPEATED = ("django.request", "django.security")


def logging_config(log_format: str, level: str) -> dict:
    """Django's LOGGING setting. `log_format`: "json" or "console"; `level`: a logging level's name."""
    structlog.configure(
        processors=[
            *SHARED_PROCESSORS,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=False,
            pad_event_to=30,
            # The usual one prints the variables of each frame: passwords that were typed, sessions, mails.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "default": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": SHARED_PROCESSORS,
            }
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "default"},
            # A level of the handler: `db_worker` sets that of its loggers itself.
            "problems": {
                "class": "logging.StreamHandler",
                "formatter": "default",
                "level": level if level == "DEBUG" else "WARNING",
            },
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **{name: {"handlers": ["console"], "level": level, "propagate": False} for name in SPOKEN},
            # Two lines a task, and a saved page is a task.
            **{name: {"handlers": ["problems"], "level": level, "propagate": False} for name in TASKS},
            # One line a request is `portal.middleware`'s: these would say the same again.
            **{name: {"level": "CRITICAL"} for name in REPEATED},
        },
    }
