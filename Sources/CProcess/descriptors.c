// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "internal.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int dure_lift(int descriptor) {
    if (descriptor < 0) return -errno;
    if (descriptor > 2) return descriptor;
    int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int error = errno;
    close(descriptor);
    return lifted < 0 ? -error : lifted;
}

void dure_close_range(unsigned first, unsigned last) {
    if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
    // Kernels before 5.9.
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (unsigned descriptor = first; descriptor <= last && descriptor < (unsigned)most; descriptor++) {
        close((int)descriptor);
    }
}

struct dure_pipe dure_pipe_open(void) {
    struct dure_pipe made = {0, -1, -1};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        made.error = errno;
        return made;
    }
    made.reader = dure_lift(ends[0]);
    made.writer = dure_lift(ends[1]);
    int flags = made.reader < 0 ? -1 : fcntl(made.reader, F_GETFL);
    if (made.reader < 0 || made.writer < 0 || flags < 0 || fcntl(made.reader, F_SETFL, flags | O_NONBLOCK) != 0) {
        made.error = made.reader < 0 ? -made.reader : made.writer < 0 ? -made.writer : errno;
        if (made.reader >= 0) close(made.reader);
        if (made.writer >= 0) close(made.writer);
    }
    return made;
}

int dure_input_open(const uint8_t *bytes, size_t size) {
    // Some systems forbid files in memory that could be run; older kernels do not know how to say so.
    int made = memfd_create("dure-input", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (made < 0 && errno == EINVAL) made = memfd_create("dure-input", MFD_CLOEXEC);
    int descriptor = dure_lift(made);
    if (descriptor < 0) return descriptor;
    size_t done = 0;
    while (done < size) {
        ssize_t written = write(descriptor, bytes + done, size - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) {
            int error = written == 0 ? ENOSPC : errno;
            close(descriptor);
            return -error;
        }
        done += (size_t)written;
    }
    if (lseek(descriptor, 0, SEEK_SET) < 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int dure_exit_open(int pid) { return dure_lift((int)syscall(SYS_pidfd_open, pid, 0)); }

int dure_event_open(void) { return dure_lift(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void dure_event_signal(int event) {
    uint64_t one = 1;
    while (write(event, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void dure_close(int descriptor) { close(descriptor); }

long dure_read(int descriptor, uint8_t *bytes, size_t size) {
    for (;;) {
        ssize_t count = read(descriptor, bytes, size);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

int dure_wait(int output, int error, int exit, int event, int timeout_milliseconds) {
    struct pollfd watched[4] = {
        {output, POLLIN, 0},
        {error, POLLIN, 0},
        {exit, POLLIN, 0},
        {event, POLLIN, 0},
    };
    if (poll(watched, 4, timeout_milliseconds) < 0) return errno == EINTR ? 0 : -errno;
    int ready = 0;
    for (int index = 0; index < 4; index++) {
        if (watched[index].revents != 0) ready |= 1 << index;
    }
    return ready;
}
