# SPDX-License-Identifier: Apache-2.0
"""The live stream, spoken by hand: what a browser would never send."""

import base64
import http.client
import json
import os
import socket
import struct


class Wire:
    def handshake(self, headers, path="/live"):
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        fields = {
            "Host": f"127.0.0.1:{self.server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(4096)
            if not part:
                break
            data += part
        head, _, rest = data.partition(b"\r\n\r\n")
        return connection, int(head.split()[1]) if head else 0, rest

    @staticmethod
    def frame(opcode, data, fin=True, masked=True):
        first = (0x80 if fin else 0) | opcode
        length = len(data)
        head = bytes([first, (0x80 if masked else 0) | (length if length < 126 else 126 if length < 65536 else 127)])
        head += b"" if length < 126 else struct.pack(">H", length) if length < 65536 else struct.pack(">Q", length)
        if not masked:
            return head + data
        mask = os.urandom(4)
        return head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))

    @staticmethod
    def frames(connection, rest=b""):
        data = rest
        while True:
            while len(data) < 2 or len(data) < Wire.need(data):
                part = connection.recv(65536)
                if not part:
                    return
                data += part
            length, start = Wire.measure(data)
            yield data[0] & 0x0F, data[start:start + length]
            data = data[start + length:]

    @staticmethod
    def measure(data):
        length = data[1] & 0x7F
        if length == 126:
            return struct.unpack(">H", data[2:4])[0] if len(data) >= 4 else 0, 4
        if length == 127:
            return struct.unpack(">Q", data[2:10])[0] if len(data) >= 10 else 0, 10
        return length, 2

    @staticmethod
    def need(data):
        length, start = Wire.measure(data)
        return max(start, length + start)

    def check_socket(self):
        own = {"Cookie": self.cookie(), "Origin": self.base}
        for name, headers, expected in [
            ("no credential", {"Origin": self.base}, 401), ("a foreign origin", {**own, "Origin": "http://evil.example"}, 403),
            ("no origin's scheme", {**own, "Origin": "null"}, 403), ("a wrong version", {**own, "Sec-WebSocket-Version": "8"}, 400),
            ("a short key", {**own, "Sec-WebSocket-Key": "abc"}, 400), ("a page of ours", own, 101),
        ]:
            connection, status, _ = self.handshake(headers)
            connection.close()
            if status != expected:
                self.failures.note(f"socket: {name} was answered {status} instead of {expected}")
        hello = self.frame(1, b'{"type":"subscribe","topics":["campaigns"]}')
        for name, sent, expected in [
            ("no mask", self.frame(1, b"{}", masked=False), 1002), ("bytes that are no UTF-8", self.frame(1, b"\xff\xfe"), 1007),
            ("a binary message", self.frame(2, b"x"), 1003), ("a message of 100 KB", self.frame(1, b"x" * 100_000), 1009),
            ("a long ping", self.frame(9, b"x" * 126), 1002), ("a ping in parts", self.frame(9, b"x", fin=False), 1002),
            ("a reserved opcode", self.frame(3, b"x"), 1002), ("a continuation of nothing", self.frame(0, b"x"), 1002),
            ("a flood", hello * 200, 4429), ("a goodbye", self.frame(8, struct.pack(">H", 1000)), 1000),
            ("a goodbye with a code that is none", self.frame(8, struct.pack(">H", 999)), 1002),
        ]:
            connection, status, rest = self.handshake(own)
            connection.sendall(sent)
            code = None
            try:
                for opcode, data in self.frames(connection, rest):
                    if opcode == 8:
                        code = struct.unpack(">H", data[:2])[0]
                        break
            except OSError:
                pass
            connection.close()
            if code != expected:
                self.failures.note(f"socket: {name} was closed with {code} instead of {expected}")
        connection, _, rest = self.handshake(own)
        half = b'{"type":"subscribe","topics":["campaigns"]}'
        connection.sendall(self.frame(1, half[:10], fin=False) + self.frame(9, b"hi") + self.frame(0, half[10:]))
        seen = self.frames(connection, rest)
        if next(seen) != (10, b"hi"):
            self.failures.note("socket: a ping between the parts of a message was not answered first")
        snapshot = json.loads(next(seen)[1])
        if snapshot["type"] != "snapshot" or len(snapshot["state"]["campaigns"]) < 1:
            self.failures.note("socket: the first message is no snapshot")
        made = self.make_campaign()
        change = json.loads(next(data for opcode, data in seen if opcode == 1))
        if change["type"] != "change" or change["key"] != made["id"] or change["seq"] <= snapshot["seq"]:
            self.failures.note(f"socket: the change that was made is not the next message: {change}")
        connection.close()
        connection, _, rest = self.handshake(own)
        connection.sendall(self.frame(1, json.dumps({"type": "subscribe", "topics": ["campaigns"], "after": snapshot["seq"]}).encode()))
        seen = self.frames(connection, rest)
        first, second = json.loads(next(seen)[1]), json.loads(next(seen)[1])
        if first["type"] != "resumed" or second != change:
            self.failures.note(f"socket: coming back does not go on with what was missed: {first} {second}")
        connection.close()
        self.check_events(change)

    def listen(self, query):
        """Opens the stream as server-sent events: the connection and the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        connection.request("GET", "/live/events?topics=" + query, headers={"Cookie": self.cookie(), "Origin": self.base})
        return connection, connection.getresponse()

    def check_events(self, change):
        connection, answer = self.listen(f"campaigns&after={change['seq'] - 1}")
        lines = []
        while len([line for line in lines if line.startswith("data:")]) < 2:
            lines.append(answer.readline().decode().strip())
        data = [json.loads(line[5:]) for line in lines if line.startswith("data:")]
        if answer.getheader("Content-Type") != "text/event-stream" or data[0]["type"] != "resumed" or data[1] != change:
            self.failures.note(f"events: the stream does not go on with what was missed: {data}")
        connection.close()
