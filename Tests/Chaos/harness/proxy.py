# SPDX-License-Identifier: Apache-2.0
"""A line between two processes that can be made slow, narrow, deaf or short."""
import random
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"


class Proxy:
    """Passes TCP connections on from a port of its own. Its members may be changed at any time, and mean all connections.

    latency      seconds that every piece waits, each way
    slice        pieces of at most so many bytes; 0 for as they come
    rate         bytes a second of each direction; 0 for any
    deaf         the directions, of UP and DOWN, in which nothing passes while nothing is closed
    refuses      new connections are reset
    loses        the share of answers that are lost: the request arrives, and the line is cut as the answer comes
    cut_after    the line is cut after so many bytes of answers; 0 for never
    cut_on       the line is cut, without its answer, once this text was sent on to the server; None for never
    cut_share    how often `cut_on` counts, of the times that the text is seen
    """

    def __init__(self, port_of, host="127.0.0.1", seed=1):
        """`port_of` gives the port to pass on to, which may change."""
        self.port_of, self.host = port_of, host
        self.latency, self.slice, self.rate = 0.0, 0, 0
        self.deaf, self.refuses, self.loses, self.cut_after = set(), False, 0.0, 0
        self.cut_on, self.cut_share = None, 1.0
        self.cuts = 0
        self.generator = random.Random(seed)
        self.lines = set()
        self.listener = socket.create_server((host, 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def heal(self):
        """Takes every fault off."""
        self.latency, self.slice, self.rate, self.loses, self.cut_after = 0.0, 0, 0, 0.0, 0
        self.deaf, self.refuses, self.cut_on = set(), False, None

    def reset(self):
        """Cuts every line that is open."""
        for line in list(self.lines):
            line.cut()

    def close(self):
        self.listener.close()
        self.reset()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.refuses:
                _reset(client)
                continue
            try:
                server = socket.create_connection((self.host, self.port_of()), timeout=5)
            except OSError:
                _reset(client)
                continue
            server.settimeout(None)
            _Line(self, client, server).start()


class _Line:
    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.asked = False
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def start(self):
        self.proxy.lines.add(self)
        for direction, source, target in ((UP, self.client, self.server), (DOWN, self.server, self.client)):
            threading.Thread(target=self._pump, args=(direction, source, target), daemon=True).start()

    def cut(self):
        """Resets both ends."""
        self.proxy.lines.discard(self)
        _reset(self.client)
        _reset(self.server)

    def _pump(self, direction, source, target):
        proxy, passed = self.proxy, 0
        try:
            while data := source.recv(65536):
                while direction in proxy.deaf:
                    time.sleep(0.02)
                if direction == UP:
                    self.asked = True
                elif self.asked:
                    self.asked = False
                    if proxy.loses and proxy.generator.random() < proxy.loses:
                        return self._lose()
                passed += len(data)
                if direction == DOWN and proxy.cut_after and passed > proxy.cut_after:
                    return self._lose()
                self._send(data, target)
                if direction == UP and proxy.cut_on and proxy.cut_on in data and proxy.generator.random() < proxy.cut_share:
                    return self._cut_unheard()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        finally:
            if direction == DOWN:
                self.proxy.lines.discard(self)

    def _send(self, data, target):
        proxy = self.proxy
        if proxy.latency:
            time.sleep(proxy.latency)
        step = proxy.slice or len(data)
        if proxy.rate:
            step = min(step, max(1, int(proxy.rate / 20)))
        for start in range(0, len(data), step):
            piece = data[start:start + step]
            target.sendall(piece)
            if proxy.rate:
                time.sleep(len(piece) / proxy.rate)

    def _lose(self):
        self.proxy.cuts += 1
        self.cut()

    def _cut_unheard(self):
        """Lets the server carry out what was sent, and the client not hear of it."""
        self.proxy.cuts += 1
        _reset(self.client)
        time.sleep(0.2)
        self.cut()


def _reset(end):
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    end.close()
