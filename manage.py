#!/usr/bin/env python3
"""Django's command line, for the demo project under site/."""

import os
import sys
from pathlib import Path


def main():
    # "site" itself can never be imported (the standard library owns the name),
    # so the folder goes on the path and the project is its package "demo".
    sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings.dev")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
