"""What stands in the addresses of a record's pages."""

import re


def arguments_of(pattern, record):
    """For ``reverse``: the record, and where its versions have pages, its latest one."""
    values = {
        "pk": record.pk,
        "revision_id": getattr(record, "latest_revision_id", None),
        "revision_id_a": "live",
        "revision_id_b": "latest",
    }
    return {name: value for name, value in values.items() if re.search(rf"[:<]{name}>", pattern)}
