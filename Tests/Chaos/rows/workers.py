# SPDX-License-Identifier: Apache-2.0
"""Rows 4, 5 and 19: faults of workers."""
import os
import signal
import time

from harness.api import metric
from harness.processes import wait_until

from .register import BOTH, SQLITE, row

# How long it may take until the jobs of a dead worker are elsewhere: told by a supervisor, and by silence alone.
SUPERVISED, REMOTE = 1.0, 20.0


def long_job(generator):
    """Jobs that take long enough for a worker to hold some whenever it is hit."""
    return {"kind": "probe", "payload": {"sleep": f"{generator.randint(100, 700)}ms"}, "maxAttempts": 10}


def hold_something(stage, name):
    """Waits until a worker holds jobs; gives them, and the worker's identifier."""
    identifier = wait_until(lambda: stage.worker_id(name), 30, f"the worker {name}")
    return wait_until(lambda: stage.leases_of(identifier), 30, f"a job at {name}"), identifier


@row("4", "kill -9 of workers, supervised and alone", BOTH, quick=SQLITE)
def kill_workers(stage):
    """The worker's own process under a supervisor, which tells the server; and a lone one, whose lease has to run out."""
    stage.serve()
    stage.usual(workers=2, witnesses=1, callers=2, payload=long_job)
    for number in stage.rounds(every=8, at_least=2):
        supervised = number % 2 == 0
        worker = stage.worker(f"k{number}", supervised=supervised)
        leases, identifier = hold_something(stage, f"w/k{number}")
        since = time.monotonic()
        if supervised:
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
        else:
            worker.kill()
        # What it was given in its last moment counts too.
        leases.update(stage.leases_of(identifier))
        if supervised:
            stage.await_releases(leases, since, SUPERVISED, "giving a dead worker's jobs to others")
        else:
            stage.await_releases(leases, since, REMOTE, "giving a silent worker's jobs to others")


@row("5", "SIGSTOP of workers for 21 s, and late reports", BOTH, quick=SQLITE)
def stop_workers(stage):
    """Three kinds of workers stand still for longer than their lease, and one reports when its lease has long been over."""
    stage.serve()
    stage.witness("late", slots=3, late=1.0)
    lone = stage.worker("lone", supervised=False)
    pair = stage.worker("pair")
    example = stage.python_worker()
    stage.await_workers(4)
    stage.call(payload=long_job, callers=2)
    for _ in stage.rounds(every=27):
        leases = {}
        for worker in (lone, pair, example):
            leases.update(hold_something(stage, worker.name)[0])
        since = time.monotonic()
        stopped = [identifier for worker in (lone, pair, example) for identifier in [worker.pid, *worker.descendants()]]
        for identifier in stopped:
            os.kill(identifier, signal.SIGSTOP)
        # A witness goes on meanwhile, so that there is somebody to take the jobs over.
        helper = stage.witness(f"t{int(since)}")
        stage.await_releases(leases, since, REMOTE, "giving a stopped worker's jobs to others")
        stage.pause(max(0.0, since + 21 - time.monotonic()))
        for identifier in stopped:
            try:
                os.kill(identifier, signal.SIGCONT)
            except ProcessLookupError:
                pass
        helper.stopping.set()
    wait_until(lambda: any(event["status"] in ("stale", "over") for event in stage.history.of("report")), 30,
               "a late report that was refused")


@row("19", "jobs that take twice the lease", BOTH)
def slow_workers(stage):
    """Beats keep the lease of a worker that is slow: its jobs are not given to others."""
    stage.serve()
    stage.usual(workers=1, witnesses=0, callers=1, pace=3.0)
    stage.witness("slow", slots=2)
    stage.await_workers(3)
    slow = [stage.add({"kind": "probe", "payload": {"sleep": "32s"}, "priority": "urgent"}) for _ in range(6)]
    stage.pause(stage.config.seconds - 35)
    for job in slow:
        stage.await_state(job, ("completed", "dead"), 60)
    losses = stage.truth.losses()
    released = metric(stage.server.metrics(), "dure_dispatcher_jobs_total", event="released")
    stage.expect(released == 0 and losses == 0, f"{released:g} slow jobs were given out again, {losses} workers taken for lost")
