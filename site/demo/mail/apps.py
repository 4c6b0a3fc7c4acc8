from django.apps import AppConfig


class DemoMailConfig(AppConfig):
    """Keeps what the demo mails and shows it. Development settings only: it shows mail to anybody."""

    name = "demo.mail"
    label = "demo_mail"
