// SPDX-License-Identifier: Apache-2.0
// Debian: liblapacke-dev and libopenblas-dev.
#include <lapacke.h>
