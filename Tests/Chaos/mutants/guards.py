# SPDX-License-Identifier: Apache-2.0
"""The guards, each with the text that takes it out and the rows that must notice."""
from dataclasses import dataclass

SQLITE, POSTGRES = "sqlite", "postgres"


@dataclass
class Mutant:
    name: str
    guard: str
    edits: list
    rows: list
    says: str


MUTANTS = []
