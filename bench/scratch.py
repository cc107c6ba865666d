"""What benches share that fill a database or ask servers. Free of Django, which wants its settings first."""

import atexit
import os
import shutil
import tempfile
import uuid

# Engine → the variable of the environment that holds its server's address.
SERVERS = {"elasticsearch": "ELASTICSEARCH_TEST_URL", "opensearch": "OPENSEARCH_TEST_URL"}


def settle(name: str) -> None:
    """The development settings, a search index of its own, a data folder that is removed at the end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    if "DATA_DIR" not in os.environ:
        os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix=f"bench-{name}-")
        atexit.register(shutil.rmtree, os.environ["DATA_DIR"])
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["SEARCH_INDEX"] = f"{name}-{uuid.uuid4().hex[:12]}"
