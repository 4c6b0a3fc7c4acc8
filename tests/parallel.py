"""What the tests of several people at once share. They need a database that really runs them at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def at_once(jobs):
    """Run the callables in threads of their own, all released together; their results or exceptions."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        gate.wait()
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
