from tests.urls import urlpatterns  # noqa: F401
