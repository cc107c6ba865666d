"""`/healthz`: the process answers. `/readyz`: it can serve people; JSON, 200 or 503, in bounded time.

A search engine that is down takes nobody out of service: all but search works, and every host shares it.
"""

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from home.models import HomePage
from search import engines
from search.engines.base import EngineUnavailable

logger = structlog.get_logger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Says which part is down, never how many of what there is: the address is open to all."""
    database = _database()
    migrations = _migrations() if database == "ok" else "unknown"
    needed = {
        "database": database,
        "migrations": migrations,
        "home": _home() if migrations == "ok" else "unknown",
    }
    search = _search()
    ready = all(state == "ok" for state in needed.values())
    said = {"ready": ready, "degraded": search != "ok", **needed, "search": search}
    return JsonResponse(said, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("readyz: database")
        return "down"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "pending" if pending else "ok"


def _home() -> str:
    """« missing »: `manage.py setup_site` has not run, and « / » is Wagtail's welcome page."""
    home = HomePage.objects.live().filter(sites_rooted_here__is_default_site=True)
    return "ok" if home.exists() else "missing"


def _search() -> str:
    try:
        current = engines.get_engine().status().get("current", True)
    except EngineUnavailable:
        return "down"
    return "ok" if current else "rebuild due"
