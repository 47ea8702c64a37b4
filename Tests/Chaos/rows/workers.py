# SPDX-License-Identifier: Apache-2.0
"""Rows 4, 5 and 19: faults of workers."""
import os
import signal
import time

from .register import BOTH, SQLITE, row

SUPERVISED, REMOTE = 1.0, 20.0


def long_job(generator):
    """Jobs that take long enough for a worker to hold some whenever it is hit."""
    return {"kind": "probe", "payload": {"sleep": f"{generator.randint(100, 700)}ms"}, "maxAttempts": 10}


@row("4", "kill -9 of workers, supervised and not", BOTH, quick=SQLITE)
def kill_workers(stage):
    """The worker's own process under a supervisor, which tells the server; and a lone one, whose lease has to run out."""
    stage.serve()
    stage.usual(workers=2, witnesses=1, callers=2, payload=long_job)
    names = []
    for number in stage.rounds(every=6):
        names.append(f"w/k{number}")
        supervised = number % 2 == 0
        worker = stage.worker(f"k{number}", supervised=supervised)
        identifier = hold_something(stage, f"w/k{number}")
        leases = stage.leases_of(identifier)
        since = time.monotonic()
        if supervised:
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
            stage.await_releases(leases, since, SUPERVISED, "giving a dead worker's jobs to others")
        else:
            worker.kill()
            stage.await_releases(leases, since, REMOTE, "giving a silent worker's jobs to others")
    if stage.config.seconds <= 10:
        return


def hold_something(stage, name):
    """Waits until a worker holds jobs; its identifier."""
    from harness.processes import wait_until

    identifier = wait_until(lambda: stage.worker_id(name), 30, f"the worker {name}")
    wait_until(lambda: stage.leases_of(identifier), 30, f"a job at {name}")
    return identifier
