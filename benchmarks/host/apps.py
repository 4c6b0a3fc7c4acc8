from django.apps import AppConfig


class BenchmarkHostConfig(AppConfig):
    name = "benchmarks.host"
    label = "benchmarks_host"
    default_auto_field = "django.db.models.BigAutoField"
