# SPDX-License-Identifier: Apache-2.0
"""Celery over a Redis of its own: jobs that do nothing, added by one caller and run by one worker of two processes.

Prints `celery.enqueue` and `celery.burn_down` (jobs/s), `celery.p50` and `celery.p99` (milliseconds from adding a job to its answer, one
at a time). A job is acknowledged after it ran (`acks_late`), which is what a queue that loses nothing does; `celery.early` is the rate
without that. Redis keeps nothing on disk, which favours Celery.
Usage: celery_jobs.py [JOBS]
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import redis
from celery import Celery

PORT = int(os.environ.get("CELERY_REDIS_PORT", "0"))
JOBS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 10_000
PROCESSES = 2

app = Celery("celery_jobs", broker=f"redis://127.0.0.1:{PORT}/1", backend=f"redis://127.0.0.1:{PORT}/2")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    result_serializer="json",
    # Few round trips for jobs this short; the default of 4 is slower.
    worker_prefetch_multiplier=64,
    broker_connection_retry_on_startup=True,
)


@app.task(name="early", ignore_result=True)
def early(number):
    return None


@app.task(name="late", ignore_result=True, acks_late=True)
def late(number):
    return None


@app.task(name="answered", acks_late=True)
def answered(number):
    return number


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("Celery did not get there")
        time.sleep(0.005)


class Worker:
    """A Celery worker, for the time of a `with`."""

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "celery_jobs", "worker", "-c", str(PROCESSES), "-l", "ERROR",
             "--without-gossip", "--without-mingle", "--without-heartbeat"],
            cwd=os.path.dirname(os.path.abspath(__file__)),
            env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def burn_down(broker, task):
    """Jobs added a second, and run a second once the worker has started."""
    broker.flushdb()
    start = time.perf_counter()
    for number in range(JOBS):
        task.delay(number)
    added = JOBS / (time.perf_counter() - start)
    with Worker():
        # The time to start is not counted.
        until(lambda: broker.llen("celery") < JOBS)
        left, start = broker.llen("celery"), time.perf_counter()
        until(lambda: broker.llen("celery") == 0 and broker.hlen("unacked") == 0)
        return added, left / (time.perf_counter() - start)


def round_trips(broker, count=500):
    broker.flushdb()
    with Worker():
        answered.delay(0).get(timeout=60)
        times = []
        for number in range(count):
            start = time.perf_counter()
            answered.delay(number).get(timeout=10, interval=0.001)
            times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return times[count // 2], times[count * 99 // 100]


def main():
    broker = redis.Redis(port=PORT, db=1)
    added, rate = burn_down(broker, late)
    _, rate_early = burn_down(broker, early)
    p50, p99 = round_trips(broker)
    for name, value in [("enqueue", added), ("burn_down", rate), ("early", rate_early), ("p50", p50), ("p99", p99)]:
        print(f"celery.{name} {value:.6g}")


def with_redis():
    """Starts a Redis on a free port and runs this file again beside it."""
    server = shutil.which("redis-server")
    if server is None:
        sys.exit("redis-server is not installed (scripts/setup --with-services)")
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                try:
                    redis.Redis(port=port).ping()
                    break
                except redis.ConnectionError:
                    time.sleep(0.05)
            environment = dict(os.environ, CELERY_REDIS_PORT=str(port))
            return subprocess.run([sys.executable, os.path.abspath(__file__), str(JOBS)], env=environment).returncode
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main() if PORT else with_redis())
