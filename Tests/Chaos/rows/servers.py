# SPDX-License-Identifier: Apache-2.0
"""Rows 1, 2 and 6: faults of the server's process, and of the line to its callers."""
import signal
import time

from harness.processes import wait_until
from harness.proxy import UP, Proxy

from .register import BOTH, SQLITE, row


@row("1", "kill -9 of the server, every 3 s", BOTH, quick=SQLITE)
def kill_server(stage):
    stage.serve()
    stage.usual()
    for _ in stage.rounds(every=3):
        stage.pause(1.5)
        since = time.monotonic()
        stage.server.child.kill()
        stage.server.start(wait=False)
        stage.await_service(since)


@row("2", "answers lost between commit and caller", BOTH, quick=SQLITE)
def lose_answers(stage):
    """The answers to callers and to workers are lost in three of ten cases, and the server is killed under it twice."""
    stage.serve()
    proxy = Proxy(lambda: stage.server.port, seed=stage.config.seed)
    stage.witness("t0", twice=0.1)
    for number in range(2):
        stage.worker(f"d{number}", address=f"127.0.0.1:{proxy.port}")
    stage.await_workers(3)
    direct = stage.place
    stage.place = lambda: ("127.0.0.1", proxy.port)
    stage.call()
    stage.place = direct
    proxy.loses = 0.3
    for number in stage.rounds(every=max(3, stage.config.seconds / 3)):
        stage.pause(2)
        since = time.monotonic()
        stage.server.child.kill()
        stage.server.start(wait=False)
        stage.await_service(since)
    stage.expect(proxy.cuts > 10, f"only {proxy.cuts} answers were lost, so that little was shown")
    proxy.heal()


@row("6", "SIGSTOP of the server for 2 s; a pause longer than a lease", BOTH)
def stop_server(stage):
    """A pause is not held against the workers. Of two servers, the one that was cut off from the database is believed no more."""
    line = Proxy(lambda: stage.config.postgres.port) if stage.store == "postgres" else None
    if line:
        stage.database_port = line.port
    stage.serve()
    if line:
        stage.database_port = None
        stage.serve()
    other = stage.servers[-1]
    if other is stage.server:
        for number in range(2):
            stage.worker(f"d{number}")
    else:
        # What another worker was given has to be seen, to know what came too late.
        for number in range(4):
            stage.witness(f"o{number}", server=other, slots=2)
    # These report after a second, whatever the job.
    stage.witness("t0", slots=2, hurry=1.0)
    stage.witness("t1", slots=2, hurry=1.0)
    stage.await_workers(2)
    calls_the_other(stage, other)
    for _ in stage.rounds(every=5):
        stage.pause(2)
        since = time.monotonic()
        stage.server.child.send(signal.SIGSTOP)
        stage.pause(2)
        stage.server.child.send(signal.SIGCONT)
        stage.await_service(since)
    losses = stage.truth.losses()
    stage.expect(losses == 0, f"{losses} times a worker was taken for lost, which was the server's own pause")
    long_pause(stage, other, line)


def calls_the_other(stage, other):
    """Callers keep to the server that goes on."""
    from .workers import long_job

    place = stage.place
    stage.place = lambda: (other.host, other.port)
    stage.call(payload=long_job, callers=2)
    stage.place = place


def long_pause(stage, other, line):
    """Longer than the workers' leases: the only server stands still, or the first of two does not reach the database."""
    # Jobs that run for long at whoever takes them over, so that a late report meets a lease that is another's.
    long = [stage.add({"kind": "probe", "payload": {"sleep": "12s"}, "priority": "urgent"}, server=other) for _ in range(8)]
    wait_until(lambda: set(long) & {event["job"] for event in stage.history.of("given") if event["worker"] in ("w/t0", "w/t1")},
               20, "a long job at a worker of the server that will stop")
    if line:
        # What its workers report meanwhile waits on the line, and arrives when their leases are long with others.
        line.deaf = {UP}
        stage.pause(27)
        since = time.monotonic()
        line.heal()
    else:
        stage.server.child.send(signal.SIGSTOP)
        stage.pause(17)
        since = time.monotonic()
        stage.server.child.send(signal.SIGCONT)
    stage.await_service(since)
    stage.pause(6)
    if not line:
        losses = stage.truth.losses()
        stage.expect(losses == 0, f"{losses} times a worker was taken for lost, which was the server's own pause")
