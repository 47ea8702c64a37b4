// SPDX-License-Identifier: Apache-2.0
// A disk whose syncs take time, by LD_PRELOAD: fsync and fdatasync last at least SYNC_MILLISECONDS. Built and used by scripts/measure-api.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int slowly(const char *name, int file) {
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *text = getenv("SYNC_MILLISECONDS");
    long milliseconds = text ? atol(text) : 0;
    struct timespec span = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    int outcome = sync(file);
    nanosleep(&span, NULL);
    return outcome;
}

int fsync(int file) { return slowly("fsync", file); }

int fdatasync(int file) { return slowly("fdatasync", file); }
