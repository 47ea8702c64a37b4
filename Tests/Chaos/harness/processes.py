# SPDX-License-Identifier: Apache-2.0
"""Processes that cannot outlive this one, and ports that are free."""
import atexit
import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_running = []
_handed_out = set()


class Breach(Exception):
    """A row's own expectation that did not hold."""


class LeftOut(Exception):
    """A row that cannot be run here, and why."""


def free_port():
    """A port below those that the system gives to outgoing connections, on which nobody listens."""
    while True:
        port = random.randint(15000, 30999)
        with socket.socket() as probe:
            if port not in _handed_out and probe.connect_ex(("127.0.0.1", port)) != 0:
                _handed_out.add(port)
                return port


def wait_until(condition, seconds, what, step=0.05):
    """Waits until a condition gives something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Breach(f"{what}: not within {seconds:g} s")
        time.sleep(step)


def is_root():
    return os.geteuid() == 0


def need(program):
    """The path of a program; the row is left out where it is missing."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")
    if not path:
        raise LeftOut(f"{program} is not installed (scripts/setup --with-chaos)")
    return path


class Child:
    """A process of ours: its output goes to a file, and the system ends it should this process be killed."""

    def __init__(self, arguments, log, environment=None, folder=None, user=None):
        # The signal is bound to the thread that starts the process, which must therefore last.
        assert threading.current_thread() is threading.main_thread()
        self.arguments = [str(argument) for argument in arguments]
        self.log = log
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                _as_user(self.arguments, user), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **(environment or {})}, cwd=folder, start_new_session=True,
                preexec_fn=None if user else _die_with_parent)
        _running.append(self)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def send(self, number):
        if self.is_running():
            os.kill(self.pid, number)

    def kill(self):
        """SIGKILL, and waits for the end."""
        self.send(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=20):
        """SIGTERM, and SIGKILL for one that does not end; returns the exit code."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def children(self):
        """The identifiers of its direct children, whichever of its threads started them."""
        return [child for child, parent in _parents().items() if parent == self.pid]

    def descendants(self):
        """The identifiers of everything below it."""
        parents, found = _parents(), [self.pid]
        for identifier in found:
            found += [child for child, parent in parents.items() if parent == identifier]
        return found[1:]

    def last_lines(self, count=5):
        try:
            with open(self.log, errors="replace") as file:
                return "".join(file.readlines()[-count:])
        except OSError:
            return ""


def _parents():
    """The parent of every process, from the system's table."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parents[int(name)] = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    return parents


def _as_user(arguments, user):
    if user is None:
        return arguments
    return [need("setpriv"), "--reuid", user, "--regid", user, "--clear-groups", "--pdeathsig", "KILL", "--", *arguments]


def _die_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def end_all():
    """Ends every process that still runs."""
    for child in _running:
        if child.is_running():
            child.send(signal.SIGCONT)
            child.kill()
    _running.clear()


atexit.register(end_all)
