# SPDX-License-Identifier: Apache-2.0
"""What became of a row."""
import json
from dataclasses import asdict, dataclass, field

from .history import Findings


@dataclass
class Result:
    row: str
    title: str
    store: str
    findings: Findings = field(default_factory=Findings)
    conflicts: int | None = None
    budget: str = "-"
    recoveries: list = field(default_factory=list)
    breaches: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    left_out: str = ""
    seconds: float = 0.0

    @property
    def verdict(self):
        if self.left_out:
            return "left out"
        return "FAILED" if self.breaches else "held"


def write(results, path):
    """Leaves results for the process that asked for them."""
    with open(path, "w") as file:
        json.dump([asdict(result) for result in results], file)


def read(path):
    """The one result in a file; None where there is none."""
    try:
        with open(path) as file:
            members = json.load(file)[0]
    except (OSError, ValueError, IndexError):
        return None
    return Result(**{**members, "findings": Findings(**members["findings"])})
