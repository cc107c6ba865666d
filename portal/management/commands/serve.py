"""manage.py serve: the web process, maintenance and the task worker side by side on one machine.

One process loads the code, prepares the portal and becomes the web server's parent; the two others are forks
of it: they share its memory, and « make demo » starts in a few seconds. Where services have a supervisor (see
`deploy/`), it starts the three instead.
"""

import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from gunicorn.app.wsgiapp import WSGIApplication

from core.processes import exit_on_sigterm
from search.engines import reset_engine

MAINTENANCE = ("maintenance",)
# `--no-reload`: its watcher would look at every module of the project each second.
TASKS = ("db_worker", "--queue-name", "*", "--no-reload", "--no-startup-delay")


class Command(BaseCommand):
    help = "Migrates, sets up the portal's pages and serves it on 127.0.0.1, with its background processes."
    # The checks would double the time of a start, and `migrate` has its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("port", nargs="?", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="with the demo's content")
        parser.add_argument("--no-web", action="store_true", help="the background processes only")

    def handle(self, *args: Any, port: int, demo: bool, no_web: bool, **options: Any) -> None:
        if not no_web:
            _check_port(port)
            call_command("migrate", verbosity=0)
            call_command("demo" if demo else "setup_site", stdout=self.stdout)
        self.stdout.flush()
        # What is open now is not carried over a fork.
        connections.close_all()
        reset_engine()
        gc.freeze()  # a collection in one process would copy the pages that all share
        parent = os.getpid()
        children = [_fork(*MAINTENANCE), _fork(*TASKS)]
        try:
            if no_web:
                with exit_on_sigterm():
                    signal.pause()
            else:
                _become_gunicorn(port)
        except KeyboardInterrupt:
            pass
        finally:
            if os.getpid() == parent:  # gunicorn's workers leave through here too
                _end(children)


def _check_port(port: int) -> None:
    """Raises `CommandError` where the portal cannot listen: said before minutes of set-up."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"Port {port} cannot be used ({reason}): choose another.") from error


def _end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    for pid in pids:
        with suppress(ChildProcessError):  # gunicorn may have reaped it
            os.waitpid(pid, 0)


def _fork(*command: str) -> int:
    """The pid of a new process that runs a management command."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        call_command(*command)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except KeyboardInterrupt:
        code = 130
    finally:
        os._exit(code)


def _become_gunicorn(port: int) -> None:
    sys.argv = [
        "gunicorn",
        "portal.wsgi",
        "--config",
        "deploy/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
