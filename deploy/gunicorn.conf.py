"""Sync workers: pages are short and CPU-bound; a reverse proxy in front buffers slow clients."""

import gc
import multiprocessing
import os
import signal

workers = int(os.environ.get("WEB_CONCURRENCY", max(2, multiprocessing.cpu_count())))
worker_class = "sync"
preload_app = True
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True  # nobody uses it, and it wants to be written where systemd allows nothing
accesslog = None  # portal.middleware writes one line per request
errorlog = "-"
loglevel = "warning"


def when_ready(server) -> None:
    keep_what_is_loaded()
    # Ctrl-C, like SIGTERM, lets requests end; pressed twice, it does not wait for them.
    server.handle_int = server.handle_term


def post_worker_init(worker) -> None:
    """A terminal sends Ctrl-C to every process; this one ends when its parent says so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def keep_what_is_loaded() -> None:
    """The code and templates loaded so far live as long as the process: the collector need not visit them.

    Workers made from here share that memory. A page makes some ten thousand objects and keeps none: looking
    for cycles after every 700 of them costs about a twentieth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
