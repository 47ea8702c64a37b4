# SPDX-License-Identifier: Apache-2.0
"""What every row needs: processes, servers, workers, load, faults, and the check of what happened."""
