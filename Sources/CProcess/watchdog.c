// SPDX-License-Identifier: Apache-2.0
// A process that outlives this one for a moment, to end what this one started.
//
// It is a fork without exec that holds one end of a socket pair; the other end is held by this process alone. Records
// are one
// number each: a positive process group has begun, a negative one is gone. When this process ends, in whatever way, the
// socket
// ends too, and the watchdog sends SIGKILL to every group that is left.
#define _GNU_SOURCE
#include "internal.h"
#include "process.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// Only calls that are safe after a fork of a process with threads, and no memory but its own.
static void __attribute__((noreturn)) watch(int descriptor) {
    static int32_t groups[DURE_MOST_GROUPS];
    size_t count = 0;
    // All signals stay blocked: only SIGKILL and the end of the socket end it.
    setsid();
    prctl(PR_SET_NAME, "program-guard", 0, 0, 0);
    // Not to hold a caller's pipes, nor a folder that shall be unmounted.
    dure_close_range(0, (unsigned)descriptor - 1);
    dure_close_range((unsigned)descriptor + 1, UINT_MAX);
    if (chdir("/") != 0) errno = 0;
    for (;;) {
        int32_t record = 0;
        ssize_t size = recv(descriptor, &record, sizeof record, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size != sizeof record) break;
        if (record > 1 && count < DURE_MOST_GROUPS) groups[count++] = record;
        for (size_t index = 0; record < 0 && index < count; index++) {
            if (groups[index] != -record) continue;
            groups[index] = groups[--count];
            break;
        }
    }
    for (size_t index = 0; index < count; index++) kill(-groups[index], SIGKILL);
    _exit(0);
}

struct dure_watchdog dure_watchdog_open(void) {
    struct dure_watchdog made = {0, -1, 0};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        made.error = errno;
        return made;
    }
    int theirs = dure_lift(ends[0]);
    int ours = dure_lift(ends[1]);
    made.error = theirs < 0 ? -theirs : ours < 0 ? -ours : 0;
    if (made.error == 0) {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        made.pid = fork();
        if (made.pid == 0) watch(theirs);
        made.error = made.pid < 0 ? errno : 0;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    if (theirs >= 0) close(theirs);
    if (made.error != 0 && ours >= 0) close(ours);
    made.descriptor = made.error == 0 ? ours : -1;
    return made;
}

int dure_watchdog_tell(int descriptor, int group) {
    int32_t record = group;
    for (;;) {
        if (send(descriptor, &record, sizeof record, MSG_NOSIGNAL) == sizeof record) return 0;
        if (errno != EINTR) return errno;
    }
}

// The watchdog of this process, and the groups that a new one would have to know.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct dure_watchdog ours = {0, -1, 0};
static pid_t living[DURE_MOST_GROUPS];
static size_t living_count;

int dure_registry_prepare(bool is_lost) {
    pthread_mutex_lock(&lock);
    int error = living_count < DURE_MOST_GROUPS ? 0 : EAGAIN;
    // Somebody may have killed it: its successor learns what lives.
    if (ours.pid > 0 && waitpid(ours.pid, NULL, is_lost ? 0 : WNOHANG) != 0) {
        close(ours.descriptor);
        ours.pid = 0;
    }
    if (ours.pid <= 0) {
        ours = dure_watchdog_open();
        if (ours.error != 0) error = ours.error;
        for (size_t index = 0; error == 0 && index < living_count; index++) {
            error = dure_watchdog_tell(ours.descriptor, living[index]);
        }
    }
    pthread_mutex_unlock(&lock);
    return error;
}

int dure_registry_descriptor(void) { return ours.descriptor; }

void dure_registry_add(pid_t group) {
    pthread_mutex_lock(&lock);
    living[living_count++] = group;
    pthread_mutex_unlock(&lock);
}

void dure_registry_remove(pid_t group) {
    pthread_mutex_lock(&lock);
    for (size_t index = 0; index < living_count; index++) {
        if (living[index] != group) continue;
        living[index] = living[--living_count];
        break;
    }
    // A watchdog that is gone is replaced before the next program, and then told only of those that live.
    dure_watchdog_tell(ours.descriptor, -group);
    pthread_mutex_unlock(&lock);
}

int dure_watchdog_pid(void) {
    pthread_mutex_lock(&lock);
    int pid = ours.pid > 0 ? ours.pid : 0;
    pthread_mutex_unlock(&lock);
    return pid;
}

int dure_watchdog_start(void) { return dure_spawner_prepare(); }
