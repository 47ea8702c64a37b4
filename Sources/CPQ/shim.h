// SPDX-License-Identifier: Apache-2.0
// Debian: libpq-dev.
#include <libpq-fe.h>
#include <poll.h>
