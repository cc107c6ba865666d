from django.apps import AppConfig
from django.db.models.signals import post_delete


class MembersConfig(AppConfig):
    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for model in self.get_models():
            # Wagtail would list what refers to a word of the vocabulary, and count it, for editors.
            model.wagtail_reference_index_ignore = True  # type: ignore[attr-defined]
        from .documents import delete_file_on_commit

        post_delete.connect(
            delete_file_on_commit,
            sender="members.VerificationDocument",
            dispatch_uid="members.document_file",
        )
