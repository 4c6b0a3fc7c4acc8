class IndexUnavailable(Exception):
    """The index can't be asked now; the message says why, and search goes to the database."""


class IndexBusy(Exception):
    """Another process wrote for longer than ``WRITE_TIMEOUT``; what was to be written waits."""
