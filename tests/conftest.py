import pytest


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files that a test stores go with the test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
