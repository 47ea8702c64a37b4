# SPDX-License-Identifier: Apache-2.0
"""The rows of the fault matrix, a module for each group."""
from . import servers, workers, reports, agents, database, disk, network, clock, jobs
from .register import ROWS
