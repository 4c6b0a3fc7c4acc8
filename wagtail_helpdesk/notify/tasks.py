"""Delivery for sites that have a worker for tasks (``django_tasks``)."""

from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends


@task()
def deliver() -> None:
    """Deliver what is due. Idempotent: a mail that somebody else has is passed over."""
    from . import delivery

    delivery.deliver_due()


def has_worker() -> bool:
    """Whether tasks run elsewhere. The immediate backend, Wagtail's default, runs them inside the request."""
    backend = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    # By name: there is one in django_tasks and one in Django itself.
    return all(cls.__name__ != "ImmediateBackend" for cls in type(backend).__mro__)
