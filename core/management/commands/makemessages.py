"""Django's `makemessages`, which also reads the messages of Jinja2 templates."""

import json
from pathlib import Path
from typing import ClassVar

from django.core.management.commands import makemessages
from django.template import engines


class BuildFile(makemessages.BuildFile):
    """A Jinja2 template is handed to xgettext as the calls of gettext that Jinja2 itself finds in it."""

    def preprocess(self) -> None:
        engine = engines["jinja2"]
        folders = [Path(folder).resolve() for folder in engine.template_dirs]
        path = Path(self.path).resolve()
        if not self.is_templatized or not any(path.is_relative_to(folder) for folder in folders):
            return super().preprocess()
        messages = engine.env.extract_translations(path.read_text(encoding="utf-8"))
        calls = [_call(function, words) for _line, function, words in messages]
        Path(self.work_path).write_text("\n".join(calls), encoding="utf-8")


def _call(function: str, messages: str | tuple[str | None, ...]) -> str:
    words = messages if isinstance(messages, tuple) else (messages,)
    return f"{function}({', '.join(json.dumps(word, ensure_ascii=False) for word in words)})"


class Command(makemessages.Command):
    build_file_class: ClassVar = BuildFile
