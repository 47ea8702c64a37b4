# SPDX-License-Identifier: Apache-2.0
"""Rows 16 and 17: faults of the network between workers and server."""
import contextlib
import os
import subprocess
import time

from harness.processes import LeftOut, is_root, need
from harness.proxy import DOWN, UP, Proxy

from .register import BOTH, SQLITE, row
from .workers import REMOTE, hold_something


# A program that says every tenth of a second that it runs: long when it runs first, so that it is there when its lease is over.
PROGRAM = """#!/bin/sh
count=5
mkdir "$2.$1" 2>/dev/null && count=260
for _ in $(seq $count); do
    echo "$1 $$ $(date +%s.%N)" >>"$2"
    sleep 0.1
done
echo '{"score": 1}'
"""


class Line:
    """The network between one worker and the server: a namespace of the kernel's for root, and a proxy for others."""

    def __init__(self, stage, in_namespace):
        self.stage = stage
        self.namespace = f"dure-chaos-{os.getpid()}" if in_namespace else None
        if in_namespace:
            self.ip, self.tables = need("ip"), need("iptables")
            # Rows may run at once, each in a process of its own.
            number = os.getpid() % 250 + 1
            self.near, self.far = f"dure{os.getpid()}n", f"dure{os.getpid()}f"
            self.address, self.peer = f"10.213.{number}.1", f"10.213.{number}.2"
        else:
            self.proxy = Proxy(lambda: stage.server.port)
            self.address = "127.0.0.1"

    def __enter__(self):
        if self.namespace:
            self.run("netns", "add", self.namespace)
            self.run("link", "add", self.near, "type", "veth", "peer", "name", self.far, "netns", self.namespace)
            self.run("addr", "add", f"{self.address}/24", "dev", self.near)
            self.run("link", "set", self.near, "up")
            self.run("-n", self.namespace, "addr", "add", f"{self.peer}/24", "dev", self.far)
            for device in ("lo", self.far):
                self.run("-n", self.namespace, "link", "set", device, "up")
        return self

    def __exit__(self, *_):
        if self.namespace:
            self.run("netns", "del", self.namespace, check=False)
            self.run("link", "del", self.near, check=False)
        else:
            self.proxy.close()

    def run(self, *arguments, check=True):
        done = subprocess.run([self.ip, *arguments], capture_output=True, text=True)
        if check and done.returncode != 0:
            raise LeftOut(f"a network namespace cannot be had: {done.stderr.strip()}")

    def prefix(self):
        return [self.ip, "netns", "exec", self.namespace] if self.namespace else []

    def port(self):
        return self.stage.server.port if self.namespace else self.proxy.port

    def cut(self, how):
        """`silent`: nothing passes; `one way`: nothing comes back; `reject`: every packet is answered by a reset."""
        if self.namespace:
            rules = {
                "silent": (("OUTPUT", "-d", self.address, "-j", "DROP"), ("INPUT", "-s", self.address, "-j", "DROP")),
                "one way": (("INPUT", "-s", self.address, "-j", "DROP"),),
                "reject": (("OUTPUT", "-p", "tcp", "-d", self.address, "-j", "REJECT", "--reject-with", "tcp-reset"),),
            }[how]
            for rule in rules:
                self.filter("-A", *rule)
        elif how == "reject":
            self.proxy.refuses = True
            self.proxy.reset()
        else:
            self.proxy.deaf = {UP, DOWN} if how == "silent" else {DOWN}

    def heal(self):
        if self.namespace:
            self.filter("-F")
        else:
            self.proxy.heal()

    def filter(self, *arguments):
        subprocess.run([self.ip, "netns", "exec", self.namespace, self.tables, *arguments], check=True)


def command_job(script, *arguments, timeout="30s"):
    """The body of a job that runs a program and takes `score` from its last line."""
    return {"kind": "trial.command", "maxAttempts": 10, "payload": {
        "campaign": "cmp_01m7zrwf8r2nwcx0r4ff5qvq0j", "trial": "trl_01m7zrwfahrg4nj9xr214jckfp", "unit": "one",
        "workspace": "default", "combination": "0", "settings": {"a": 1}, "metric": "score", "guardrailMetrics": [],
        "template": {"kind": "command", "attempts": 3, "every": "30m", "window": "0s", "washOut": "0s",
                     "measure": {"arguments": [script, *arguments], "environment": {}, "timeout": timeout,
                                 "directory": os.path.dirname(script)}}}}


def script(stage, name, text):
    """Writes a program that jobs run; its path."""
    path = stage.file(name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)
    return path


@row("16", "network cut between a worker and the server", BOTH, quick=SQLITE)
def cut_network(stage):
    """Silently, in one direction, and by resets. The worker's programs must have ended before another worker begins them anew."""
    with Line(stage, in_namespace=is_root()) as line:
        stage.serve(host="0.0.0.0" if line.namespace else "127.0.0.1")
        stage.server.host = line.address
        far = stage.worker("far", address=f"{line.address}:{line.port()}", prefix=line.prefix(), slots=6)
        stage.await_workers(1)
        program, log = script(stage, "run.sh", PROGRAM), stage.file("runs")
        ways = ("silent", "one way", "reject")
        for number in stage.rounds(every=25):
            if number > 0:
                near.stop()
                stage.await_workers(1)
            for job in range(6):
                stage.add(command_job(program, f"{number}-{job}", log))
            hold_something(stage, "w/far")
            near = stage.worker(f"near{number}", slots=6)
            stage.await_workers(2)
            if number == 0:
                stage.call(callers=2)
            stage.pause(1)
            leases, _ = hold_something(stage, "w/far")
            since = time.monotonic()
            line.cut(ways[number % 3])
            stage.await_releases(leases, since, REMOTE, f"giving the jobs of a worker that is cut off ({ways[number % 3]}) to others")
            line.heal()
        stage.settle()
        overlaps = overlapping(log)
        stage.expect(not overlaps, f"programs still ran at the cut-off worker when others had begun them: {overlaps[:3]}")


def overlapping(log):
    """The jobs of which two runs were under way at one instant."""
    spans = {}
    with open(log) as file:
        for line in file:
            words = line.split()
            if len(words) == 3:
                runs = spans.setdefault(words[0], {})
                first, last = runs.get(words[1], (float(words[2]),) * 2)
                runs[words[1]] = (min(first, float(words[2])), max(last, float(words[2])))
    found = []
    for job, runs in spans.items():
        ordered = sorted(runs.values())
        found += [job for one, two in zip(ordered, ordered[1:]) if two[0] < one[1]]
    return found


@row("17", "200 ms of latency, slices of 7 bytes, 4 KB/s, a tenth of the packets lost", BOTH)
def slow_network(stage):
    """Slower, and nothing else: no worker is taken for lost, and no report comes too late."""
    with contextlib.ExitStack() as stack:
        if is_root():
            line = stack.enter_context(Line(stage, in_namespace=True))
            stage.serve(host="0.0.0.0")
            stage.worker("lossy", address=f"{line.address}:{line.port()}", prefix=line.prefix())
            stage.await_workers(1)
            line.filter("-A", "INPUT", "-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP")
        else:
            stage.result.notes.append("without lost packets, which need root")
            stage.serve()
        through_proxy(stage)
        stage.settle()


def through_proxy(stage):
    proxy = Proxy(lambda: stage.server.port, seed=stage.config.seed)
    for number in range(2):
        stage.worker(f"d{number}", address=f"127.0.0.1:{proxy.port}")
    stage.await_workers(len(stage.workers))
    direct = stage.place
    stage.place = lambda: ("127.0.0.1", proxy.port)
    stage.call(callers=2, pace=2.0)
    stage.place = direct
    part = max(3, stage.config.seconds / 4)
    for setting in ({"latency": 0.2}, {"slice": 7}, {"rate": 4000}, {"latency": 0.2, "slice": 64}):
        for name, value in setting.items():
            setattr(proxy, name, value)
        stage.pause(part)
        proxy.heal()
    since = time.monotonic()
    stage.await_service(since)
    losses = stage.truth.losses()
    stage.expect(losses == 0, f"{losses} times a worker was taken for lost that was only slow to reach")
    unanswered = sum(open(worker.log).read().count("not answered") for worker in stage.workers)
    stage.expect(unanswered <= 2, f"{unanswered} calls of workers were given up that were only slow")
