// SPDX-License-Identifier: Apache-2.0
// Debian: zlib1g-dev.
#include <zlib.h>
