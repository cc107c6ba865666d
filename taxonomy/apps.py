from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TaxonomyConfig(AppConfig):
    name = "taxonomy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_load, sender=self)


def _load(*, using: str, plan: list | None = None, **kwargs) -> None:
    """Every migrated database has the vocabulary; a partial or backward migration is left alone."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections[using])
    leaves = {node for node in loader.graph.leaf_nodes() if node[0] == "taxonomy"}
    if leaves <= set(loader.applied_migrations):
        from .vocabulary import load_vocabulary

        load_vocabulary()
