"""System checks, with the tag ``wagtail_helpdesk``: what is wrong, what comes of it, and the fix.

Importing this registers them. Only the checks in ``records`` ask the database, and they run only
with ``manage.py check --database default`` (and with ``migrate``). Numbers never change their
meaning: E for what can't work, W for what is dangerous.
"""

from . import captcha, files, installation, mail, production, records, settings

__all__ = ["captcha", "files", "installation", "mail", "production", "records", "settings"]
