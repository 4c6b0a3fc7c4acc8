import pytest

from tests.factories import make_ticket


@pytest.fixture
def other(desk):
    """A second ticket of the first division, from somebody else."""
    return make_ticket(desk, email="another@example.org", subject="The bell is mute")
