# SPDX-License-Identifier: Apache-2.0
"""Rows 3, 14 and 15: faults of the disk, under SQLite; a PostgreSQL server keeps its own."""
import os
import shutil
import subprocess
import sys
import time

from harness.api import get
from harness.load import dear
from harness.processes import Child, LeftOut, is_root, need, wait_until

from .register import SQLITE, row


class ForgetfulDisk:
    """The data folder on a file system that loses what was not synced."""

    def __init__(self, stage):
        if not os.path.exists("/dev/fuse"):
            raise LeftOut("there is no /dev/fuse here")
        need("fusermount3") if shutil.which("fusermount3") else need("fusermount")
        self.python = next((python for python in (sys.executable, "/usr/bin/python3") if self._has_fuse(python)), None)
        if self.python is None:
            raise LeftOut("no Python here has fusepy (scripts/setup --with-chaos)")
        self.stage, self.mount, self.control = stage, stage.data, stage.file("control")
        self.durable = stage.file("durable")
        os.mkdir(self.durable)
        self.child = None

    @staticmethod
    def _has_fuse(python):
        try:
            return any(subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode == 0
                       for name in ("fusepy", "mfusepy", "fuse"))
        except OSError:
            return False

    def __enter__(self):
        program = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "harness", "forgetful.py")
        self.child = Child([self.python, program, self.durable, self.mount, self.control], self.stage.file("disk.log"))
        try:
            wait_until(lambda: os.path.ismount(self.mount) or not self.child.is_running(), 15, "the file system")
        finally:
            if not os.path.ismount(self.mount):
                self.child.kill()
                raise LeftOut(f"the file system cannot be mounted: {self.child.last_lines(1)}")
        return self

    def __exit__(self, *_):
        self.fail(False)
        self.unmount()
        self.child.kill()

    def unmount(self):
        command = ["umount", "-l", self.mount] if is_root() else ["fusermount3", "-u", "-z", self.mount]
        subprocess.run(command, capture_output=True)

    def lose_power(self, *others):
        """Ends the processes on it and the file system at one blow: what was not synced is gone."""
        for child in (self.child, *others):
            child.send(9)
        for child in (self.child, *others):
            child.process.wait()
        self.unmount()
        self.__enter__()

    def fail(self, fails):
        with open(self.control, "w") as file:
            file.write("fail" if fails else "")


@row("3", "loss of power", SQLITE)
def lose_power(stage):
    """What was accepted is there after everything that was not synced is gone."""
    with ForgetfulDisk(stage) as disk:
        stage.serve()
        for number in range(2):
            stage.witness(f"t{number}", slots=8, kinds=["trial.command"])
        stage.worker("d0", options=["--kinds", "probe"])
        stage.await_workers(3)
        stage.call(callers=4, pace=8.0, payload=dear)
        for _ in stage.rounds(every=6):
            stage.pause(3)
            since = time.monotonic()
            disk.lose_power(stage.server.child)
            stage.server.start(wait=False)
            stage.await_service(since)
        stage.settle()
        stage.end()


class SmallDisk:
    """The data folder on a file system of a few megabytes."""

    SIZE = 24

    def __init__(self, stage):
        if not is_root():
            raise LeftOut("mounting a small file system needs root")
        self.stage = stage
        self.ballast = os.path.join(stage.data, "ballast")

    def __enter__(self):
        options = f"size={self.SIZE}m"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.stage.data], capture_output=True, text=True)
        if done.returncode != 0:
            raise LeftOut(f"a small file system cannot be mounted: {done.stderr.strip()}")
        return self

    def __exit__(self, *_):
        self.stage.end()
        subprocess.run(["umount", "-l", self.stage.data], capture_output=True)

    def fill(self):
        """Takes every byte that is left."""
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1 << 9, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def empty(self):
        os.remove(self.ballast)


@row("14", "full disk", SQLITE)
def fill_disk(stage):
    """Nothing is accepted that is not kept; reading goes on, /readyz says no, and it heals by itself."""
    with SmallDisk(stage) as disk:
        stage.serve()
        stage.usual(workers=1, witnesses=1, python=False, payload=large)
        known = stage.add({"kind": "probe", "payload": {"sleep": "1ms"}})
        for _ in stage.rounds(every=20):
            stage.pause(3)
            refusals = stage.load.refusals
            disk.fill()
            full = time.monotonic()
            troubled(stage, known)
            stage.pause(max(0.0, full + 8 - time.monotonic()))
            stage.expect(stage.load.refusals > refusals, "no caller was told that nothing can be kept")
            since = time.monotonic()
            disk.empty()
            stage.await_service(since)
            wait_until(stage.server.is_ready, 30, "/readyz after the disk was emptied")
            stage.recovered(since, 30, "being ready again")
        stage.settle()


def large(generator):
    """Jobs that fill a disk."""
    return {"kind": "probe", "payload": {"sleep": "1ms", "ballast": "x" * 4000}}


def troubled(stage, known):
    """A server that cannot write says so, lives on, and still answers what it knows."""
    probes = stage.server.probes
    wait_until(lambda: get("127.0.0.1", probes, "/readyz")[0] == 503, 30, "/readyz with 503 while nothing can be written")
    stage.expect(get("127.0.0.1", probes, "/livez")[0] == 200, "/livez is not 200 while nothing can be written")
    stage.expect((stage.job(known) or {}).get("id") == known, "a known job cannot be read while nothing can be written")


@row("15", "input/output errors, and a page that is damaged", SQLITE)
def break_disk(stage):
    """Writing stops and says so, and goes on when the disk does; a damaged database is found, and a copy takes its place."""
    with ForgetfulDisk(stage) as disk:
        stage.serve()
        stage.usual(workers=1, witnesses=1, python=False)
        known = stage.add({"kind": "probe", "payload": {"sleep": "1ms"}})
        for _ in stage.rounds(every=15):
            stage.pause(2)
            disk.fail(True)
            troubled(stage, known)
            stage.pause(2)
            since = time.monotonic()
            disk.fail(False)
            stage.await_service(since)
            wait_until(stage.server.is_ready, 30, "/readyz after the disk went on")
            stage.recovered(since, 30, "being ready again")
        stage.settle()
        restore_a_copy(stage)
        stage.end()


def restore_a_copy(stage):
    """The way back from a damaged file, as docs/operations.md has it."""
    copy = stage.file("copy.sqlite")
    stage.dure("backup", "make", copy, "--output", stage.data)
    jobs = len(stage.truth.bodies())
    stage.server.child.stop()
    database = os.path.join(stage.data, "dure.sqlite")
    damaged = stage.file("damaged.sqlite")
    shutil.copyfile(copy, damaged)
    with open(damaged, "r+b") as file:
        for page in range(3, os.path.getsize(damaged) // 4096, 5):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    code = stage.dure("backup", "verify", damaged, check=False)
    stage.expect(code != 0, "a copy with damaged pages passes for whole")
    stage.dure("backup", "verify", copy)
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(database + ending):
            os.remove(database + ending)
    shutil.copyfile(damaged, database)
    stage.dure("restore", copy, "--output", stage.data)
    stage.server.start()
    restored = len(stage.truth.bodies())
    stage.expect(restored == jobs, f"the copy brought {restored} jobs back, not {jobs}")
