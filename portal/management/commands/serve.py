"""manage.py serve: the web process and the worker side by side, on this machine; both end together.

One process prepares the portal and becomes the web server's parent: loading the code once instead of three
times is what makes « make demo » start in a few seconds. Where services have a supervisor (see `deploy/`),
gunicorn and the worker are started by it instead.
"""

import subprocess
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from gunicorn.app.wsgiapp import WSGIApplication

from search.engines import reset_engine


class Command(BaseCommand):
    help = "Migrates, sets up the portal's pages and serves it, with the worker, on 127.0.0.1."
    # The checks would double the time of a start, and `migrate` has its own.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("port", nargs="?", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="with the demo's content")

    def handle(self, *args: Any, port: int, demo: bool, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("demo" if demo else "setup_site", stdout=self.stdout)
        self.stdout.flush()
        # What is open now is not carried over a fork.
        connections.close_all()
        reset_engine()
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"])
        try:
            serve(port)
        finally:
            worker.terminate()
            worker.wait()


def serve(port: int) -> None:
    """Becomes gunicorn, until it is asked to end."""
    sys.argv = [
        "gunicorn",
        "portal.wsgi",
        "--config",
        "deploy/gunicorn.conf.py",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()
