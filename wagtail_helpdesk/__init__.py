"""A help desk that lives inside the Wagtail site you already have."""

__version__ = "0.1.0.dev0"
