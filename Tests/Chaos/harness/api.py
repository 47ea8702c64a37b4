# SPDX-License-Identifier: Apache-2.0
"""The server's HTTP interface, one connection for each user of it."""
import http.client
import json


class API:
    """Calls of one caller; a call whose outcome is unknown has the status 0."""

    def __init__(self, host, port, key="", patience=5.0):
        self.host, self.port, self.key, self.patience = host, port, key, patience
        self.connection = None

    def call(self, method, path, body=None, headers=None, patience=None):
        """The status and the JSON of the answer."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
                self.connection.connect()
            self.connection.sock.settimeout(patience or self.patience)
            self.connection.request(
                method, path, None if body is None else json.dumps(body),
                {"Authorization": "Bearer " + self.key, "Content-Type": "application/json", **(headers or {})})
            answer = self.connection.getresponse()
            text = answer.read()
            if answer.will_close:
                self.close()
            return answer.status, (json.loads(text) if text[:1] in (b"{", b"[") else text.decode(errors="replace"))
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            return 0, None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def get(host, port, path, patience=3.0):
    """One GET without a key on a connection of its own."""
    caller = API(host, port, patience=patience)
    status, body = caller.call("GET", path)
    caller.close()
    return status, body


def metric(text, name, **labels):
    """The sum of a metric's samples that have the labels given, out of Prometheus' text."""
    total = 0.0
    for line in str(text).splitlines():
        if line.startswith(name) and line[len(name):len(name) + 1] in ("{", " "):
            if all(f'{key}="{value}"' in line for key, value in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
    return total
