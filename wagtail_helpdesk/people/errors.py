"""What an operation on contacts raises, beside Django's ``PermissionDenied``. Nothing was changed."""


class MergeRefused(Exception):
    """These two can't be made one; the message says why."""


class StaleContacts(MergeRefused):
    """Somebody changed one of the two since they were looked at."""


class LoginTaken(Exception):
    """The contact has another login already, or may have none."""
