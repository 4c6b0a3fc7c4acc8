"""What an operation raises, beside Django's ``PermissionDenied`` and ``ValidationError``."""


class OperationError(Exception):
    """Nothing was changed. ``verb`` and ``ticket`` say what was tried on what."""

    def __init__(self, message: str, *, verb: str, ticket) -> None:
        super().__init__(message)
        self.verb = verb
        self.ticket = ticket


class InvalidTransition(OperationError):
    """The ticket's status, level or holder doesn't allow it."""


class StaleTicket(OperationError):
    """Somebody changed the ticket (a message counts) since ``seen_version`` was read."""
