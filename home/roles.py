"""What each role may do in Wagtail's admin. Idempotent: called after migrations and by the site's set-up.

Community managers have no admin access: their work is on the site itself, themes included.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from members.models import COMMUNITY_MANAGERS, EDITORS

PAGE_PERMISSIONS = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
COLLECTION_PERMISSIONS = [
    f"{action}_{model}" for model in ("image", "document") for action in ("add", "change", "choose")
]
# Vocabulary is data from official sources: editors read it, and curate the themes.
VIEWED = ["profession", "specialty", "region", "department", "contracttype", "romecode", "role"]
ACTIONS = ("add", "change", "delete", "view")
EDITOR_PERMISSIONS = {
    ("wagtailadmin", "access_admin"),
    ("taxonomy", "add_theme"),
    ("taxonomy", "change_theme"),
    ("taxonomy", "delete_theme"),
    ("taxonomy", "view_theme"),
    *(("taxonomy", f"view_{model}") for model in VIEWED),
    *(("search", f"{action}_{model}") for action in ACTIONS for model in ("synonymrule", "promotion")),
    ("search", "view_indexjob"),
    ("search", "view_querycount"),
}


def ensure_roles() -> None:
    """Creates the groups and what editors may do; never takes away what an administrator granted."""
    editors, _created = Group.objects.get_or_create(name=EDITORS)
    Group.objects.get_or_create(name=COMMUNITY_MANAGERS)
    wanted = Permission.objects.filter(
        content_type__app_label__in={app for app, _codename in EDITOR_PERMISSIONS},
        codename__in={codename for _app, codename in EDITOR_PERMISSIONS},
    )
    editors.permissions.add(*wanted)
    if root := Page.get_first_root_node():
        for permission in _permissions("wagtailcore", PAGE_PERMISSIONS):
            GroupPagePermission.objects.get_or_create(group=editors, page=root, permission=permission)
    if collection := Collection.get_first_root_node():
        for permission in _permissions(("wagtailimages", "wagtaildocs"), COLLECTION_PERMISSIONS):
            GroupCollectionPermission.objects.get_or_create(
                group=editors, collection=collection, permission=permission
            )


def _permissions(apps_: str | tuple[str, ...], codenames: list[str]) -> list[Permission]:
    labels = (apps_,) if isinstance(apps_, str) else apps_
    return list(Permission.objects.filter(content_type__app_label__in=labels, codename__in=codenames))


def after_migrations(*, using: str, **kwargs) -> None:
    """Roles exist in every fully migrated database; a partial or backward migration is left alone."""
    loader = MigrationLoader(connections[using])
    if set(loader.graph.leaf_nodes()) <= set(loader.applied_migrations):
        ensure_roles()


def last_app_with_models() -> object:
    """The app whose `post_migrate` is sent last: by then every permission exists."""
    return [config for config in apps.get_app_configs() if config.models_module][-1]
