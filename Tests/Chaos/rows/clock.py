# SPDX-License-Identifier: Apache-2.0
"""Row 18: the clock is set under a server and its workers."""
import glob

from harness.api import metric
from harness.processes import LeftOut

from .register import BOTH, row


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob.glob("/usr/local/lib/faketime/libfaketimeMT.so.1")
    if not found:
        raise LeftOut("libfaketime is not installed (scripts/setup --with-chaos)")
    return found[0]


@row("18", "clock one hour ahead, and one hour back", BOTH)
def set_clock(stage):
    """No lease is stolen: leases are measured by clocks that nobody sets. What was due is done once."""
    files = {name: stage.file(f"clock-{name}") for name in ("server", "worker")}
    for path in files.values():
        write(path, "+0")
    # Without the last one the library moves the monotonic clock too, which no person can.
    variables = {"LD_PRELOAD": library(), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
    # The library sets a variable as it is loaded, after which Swift finds no arguments: a shell goes through that first.
    shell = ["/bin/sh", "-c", 'exec "$0" "$@"']
    stage.serve(prefix=shell, environment={**variables, "FAKETIME_TIMESTAMP_FILE": files["server"]})
    stage.worker("d0", prefix=shell, environment={**variables, "FAKETIME_TIMESTAMP_FILE": files["worker"]})
    stage.witness("t0")
    stage.await_workers(2)
    stage.call()
    jumps = ("+3600", "+0", "-3600", "+0")
    for number in stage.rounds(every=max(3, stage.config.seconds / 8), at_least=4):
        long = [stage.add({"kind": "probe", "payload": {"sleep": "2s"}, "priority": "urgent"}) for _ in range(2)]
        stage.pause(0.5)
        which = "server" if number < 4 or number % 2 == 0 else "worker"
        write(files[which], jumps[number % 4])
        for job in long:
            stage.await_state(job, ("completed", "dead"), 30)
    for path in files.values():
        write(path, "+0")
    # One look of the fleet, at which a stolen lease would show.
    stage.pause(6)
    losses = stage.truth.losses()
    stage.expect(losses == 0, f"{losses} times a worker was taken for lost because somebody set a clock")
    released = metric(stage.server.metrics(), "dure_dispatcher_jobs_total", event="released")
    stage.expect(released == 0, f"{released:g} jobs were given out again because somebody set a clock")


def write(path, offset):
    with open(path, "w") as file:
        file.write(offset + "\n")
