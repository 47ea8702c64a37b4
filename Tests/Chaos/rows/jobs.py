# SPDX-License-Identifier: Apache-2.0
"""Row 20: jobs that harm whoever runs them."""
import time

from .network import command_job, script
from .register import BOTH, SQLITE, row

THROWS = "#!/bin/sh\necho it went wrong >&2\nexit 3\n"
TRAPS = "#!/bin/sh\nkill -SEGV $$\n"
# The worker is the parent of the shell: what ends it must not end every worker after it.
KILLS = "#!/bin/sh\nkill -9 $PPID\nsleep 30\n"
NEVER_ENDS = "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1; done\n"
EATS_MEMORY = "#!/bin/sh\nulimit -v 300000\nx=0123456789\nwhile :; do x=$x$x; done\n"


@row("20", "poison jobs: throw, trap, never end, eat memory, kill their worker", BOTH, quick=SQLITE)
def poison(stage):
    """What fails for itself fails; what takes its worker with it is tried alone, and not a fourth time. Others go on."""
    stage.serve()
    # Each has a supervisor, which starts it anew.
    for number in range(4):
        stage.worker(f"d{number}", slots=2)
    stage.witness("t0")
    stage.await_workers(5)
    stage.call(callers=2)
    for number in stage.rounds(every=60):
        poison_once(stage, number)
    states = {worker["name"]: worker["state"] for worker in stage.fleet_now()}
    isolated = [name for name, state in states.items() if state == "isolated"]
    stage.expect(not isolated, f"workers were isolated for what a job did: {isolated}")


def poison_once(stage, number):
    jobs = {}
    for name, text in (("throws", THROWS), ("traps", TRAPS), ("never-ends", NEVER_ENDS), ("eats-memory", EATS_MEMORY)):
        body = command_job(script(stage, f"{name}.sh", text), timeout="2s")
        jobs[name] = stage.add({**body, "maxAttempts": 2}, may_die=True)
    killer = stage.add(command_job(script(stage, "kills.sh", KILLS)), may_die=True)
    since = time.monotonic()
    for name, job in jobs.items():
        ended = stage.await_state(job, ("dead",), 45)
        stage.expect(ended["attempt"] == 2, f"the job that {name} died at attempt {ended['attempt']}, not 2")
    stage.await_state(killer, ("dead",), 60)
    losses = stage.truth.dead()[killer]
    stage.expect(losses == 3, f"the job that kills its worker did so {losses} times, not 3")
    stage.recovered(since, 60, "ending all poison jobs")
    # Somebody is there for the others all the time.
    stage.await_service(time.monotonic())
