# SPDX-License-Identifier: Apache-2.0
"""Row 18: the clock is set under a server and its workers."""
import mmap
import os
import shutil
import struct
import subprocess

from harness.api import metric
from harness.processes import LeftOut

from .register import BOTH, row

HOUR = 3600


class Clock:
    """The time of day of the processes that are started with its variables; tools that fake clocks fake their timers too."""

    def __init__(self, stage, name):
        compiler = next((path for path in map(shutil.which, ("cc", "clang", "gcc")) if path), None)
        if compiler is None:
            raise LeftOut("there is no C compiler, with which the clock is set")
        source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "harness", "clock.c")
        library = stage.file("clock.so")
        if not os.path.exists(library):
            done = subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source], capture_output=True, text=True)
            if done.returncode != 0:
                raise LeftOut(f"what sets the clock cannot be built: {done.stderr.strip()[-200:]}")
        path = stage.file(f"clock-{name}")
        with open(path, "wb") as file:
            file.write(struct.pack("q", 0))
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 8)
        self.variables = {"LD_PRELOAD": library, "CHAOS_CLOCK": path}

    def set(self, offset):
        """Sets it that many seconds ahead of the true time."""
        self.page[:8] = struct.pack("q", offset)


@row("18", "clock one hour ahead, and one hour back", BOTH)
def set_clock(stage):
    """No lease is stolen: leases are measured by clocks that nobody sets. What was due is done once."""
    clocks = {name: Clock(stage, name) for name in ("server", "worker")}
    stage.serve(environment=clocks["server"].variables)
    stage.worker("d0", environment=clocks["worker"].variables)
    stage.witness("t0")
    stage.await_workers(2)
    stage.call()
    jumps = (("server", HOUR), ("worker", HOUR), ("server", -HOUR), ("worker", -HOUR), ("server", 0), ("worker", 0))
    for number in stage.rounds(every=max(3, stage.config.seconds / 8), at_least=len(jumps)):
        long = [stage.add({"kind": "probe", "payload": {"sleep": "2s"}, "priority": "urgent"}) for _ in range(2)]
        later = stage.add({"kind": "probe", "payload": {"sleep": "1ms"}, "delay": 500})
        stage.pause(1)
        which, offset = jumps[number % len(jumps)]
        clocks[which].set(offset)
        for job in [*long, later]:
            stage.await_state(job, ("completed", "dead"), 30)
    # A lease's length and a look of the fleet, at which a stolen lease would show.
    stage.pause(21)
    losses = stage.truth.losses()
    stage.expect(losses == 0, f"{losses} times a worker was taken for lost because somebody set a clock")
    released = metric(stage.server.metrics(), "dure_dispatcher_jobs_total", event="released")
    stage.expect(released == 0, f"{released:g} jobs were given out again because somebody set a clock")
    again = sum(open(worker.log).read().count('"Registered."') for worker in stage.workers) - len(stage.workers)
    stage.expect(again == 0, f"workers registered {again} times more because somebody set a clock")
    for clock in clocks.values():
        clock.set(0)
