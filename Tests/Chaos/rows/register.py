# SPDX-License-Identifier: Apache-2.0
"""The list of rows, which each module adds its own to."""
from dataclasses import dataclass

ROWS = {}
BOTH = ("sqlite", "postgres")
SQLITE = ("sqlite",)
POSTGRES = ("postgres",)


@dataclass
class Row:
    number: str
    title: str
    stores: tuple
    quick: tuple
    play: object


def row(number, title, stores=BOTH, quick=()):
    """Adds a row: its number in the fault matrix, what the fault is, where it applies, and on which stores the quick run has it."""

    def add(play):
        ROWS[number] = Row(number, title, stores, quick, play)
        return play

    return add
