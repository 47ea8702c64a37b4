// SPDX-License-Identifier: Apache-2.0
// Debian: liblapacke-dev and libopenblas-dev.
#include <lapacke.h>

// OpenBLAS alone has this call; with another BLAS the address is null. The systems solved here are small: threads that wait for
// work by spinning would only take the processors from everybody else.
extern void openblas_set_num_threads(int) __attribute__((weak));
static inline void dure_blas_single_thread(void) {
    if (openblas_set_num_threads) openblas_set_num_threads(1);
}
