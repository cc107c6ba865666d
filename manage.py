#!/usr/bin/env python
import os
import sys
from pathlib import Path

import environ


def main() -> None:
    environ.Env.read_env(Path(__file__).with_name(".env"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    from django.core.management import execute_from_command_line

    from portal.start_errors import explain

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        sentence = explain(error)
        if not sentence:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    main()
