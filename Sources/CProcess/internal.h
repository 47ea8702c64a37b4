// SPDX-License-Identifier: Apache-2.0
// What the files of this target share.
#ifndef DURE_PROCESS_INTERNAL_H
#define DURE_PROCESS_INTERNAL_H

#include <stdbool.h>
#include <sys/types.h>

// The most programs at one time.
#define DURE_MOST_GROUPS 4096

// Moves a descriptor to 3 or higher, close-on-exec; closes the old one. Returns -errno on failure.
int dure_lift(int descriptor);
// Closes every descriptor from `first` to `last`. Safe after fork.
void dure_close_range(unsigned first, unsigned last);

// The watchdog of this process. All but `registry_descriptor` may be called from any thread.
// Starts the watchdog, or another one when it has died; `is_lost` says that its socket has closed, so that its end is
// near.
int dure_registry_prepare(bool is_lost);
int dure_registry_descriptor(void);
void dure_registry_add(pid_t group);
void dure_registry_remove(pid_t group);

// Runs `dure_registry_prepare` on the thread that starts programs.
int dure_spawner_prepare(void);

#endif
