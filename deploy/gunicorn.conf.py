"""Sync workers: pages are short and CPU-bound; a reverse proxy in front buffers slow clients."""

import multiprocessing
import os

workers = int(os.environ.get("WEB_CONCURRENCY", max(2, multiprocessing.cpu_count())))
worker_class = "sync"
preload_app = True
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
accesslog = None  # django-structlog writes one line per request
errorlog = "-"
loglevel = "warning"
