from django.apps import AppConfig
from django.db.models.signals import post_delete


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .documents import delete_file_on_commit

        post_delete.connect(
            delete_file_on_commit,
            sender="members.VerificationDocument",
            dispatch_uid="members.document_file",
        )
