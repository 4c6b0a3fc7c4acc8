"""Delivering what lies in the outbox. (The lead's placeholder: see the module's owner.)"""


def wake() -> None:
    pass
