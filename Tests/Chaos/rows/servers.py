# SPDX-License-Identifier: Apache-2.0
"""Rows 1, 2 and 6: faults of the server's process, and of the line to its callers."""
import signal
import time

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
