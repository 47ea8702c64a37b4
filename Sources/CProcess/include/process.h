// SPDX-License-Identifier: Apache-2.0
// Child processes that cannot outlive their parent, for Linux 5.3 or newer; and a process's own memory.
//
// Every program is the first member of a process group of its own. It gets SIGKILL from the kernel when Dure ends, and
// its whole
// group gets SIGKILL from a watchdog process that notices Dure's end, however Dure ended. A process that leaves the
// group with
// setsid or setpgid is out of reach of both.
//
// Functions that return a descriptor return -errno instead when they fail. Every descriptor is close-on-exec and at
// least 3.
#ifndef DURE_PROCESS_H
#define DURE_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Where a spawn failed.
enum {
    DURE_STAGE_NONE = 0,
    DURE_STAGE_SETUP = 1,
    DURE_STAGE_DIRECTORY = 2,
    DURE_STAGE_EXEC = 3,
};

// What came of a spawn: `error` is 0 and `pid` positive, or `error` is an errno and `stage` says where.
struct dure_spawn_result {
    int error;
    int stage;
    int pid;
};

// Starts a program with the three descriptors as its standard input, output and error.
//
// `arguments` and `environment` are strings that each end with a NUL, one after the other, of `*_size` bytes in all.
// The first
// argument is looked up in the environment's PATH, as execvp does, unless it has a slash; a relative one counts from
// `directory`
// (NULL: stay). The program starts with default signal handling and no other descriptors. Its group is known to the
// watchdog
// before its first instruction. All programs are started by one thread that never ends: the kernel's death signal is
// tied to it.
// Blocks until the program runs; call it on any thread.
struct dure_spawn_result dure_spawn(
    const uint8_t *arguments, size_t arguments_size, const uint8_t *environment, size_t environment_size,
    const char *directory, int input, int output, int error);

// How a program ended: `code` is the exit code when `signal` is 0.
struct dure_ending {
    int error;
    int code;
    int signal;
};

// Waits for a program to end, ends what is left of its group with SIGKILL, tells the watchdog, and frees the process
// number.
struct dure_ending dure_reap(int pid);

// Sends a signal to a program that was not reaped yet, and to its group.
void dure_signal_group(int pid, int signal);

// Starts the watchdog unless it runs; returns 0 or an errno. `dure_spawn` does so too: an early call keeps the
// watchdog's memory small.
int dure_watchdog_start(void);

// A second watchdog, for tests: `descriptor` is the end whose closing lets it strike; close it with `dure_close`.
struct dure_watchdog {
    int error;
    int descriptor;
    int pid;
};
struct dure_watchdog dure_watchdog_open(void);
// Tells that watchdog about a group (positive) or that the group is gone (negative); returns 0 or an errno.
int dure_watchdog_tell(int descriptor, int group);
// The process number of the watchdog that guards this process; 0 when there is none.
int dure_watchdog_pid(void);

// A pipe: `reader` does not block. On failure `error` is an errno.
struct dure_pipe {
    int error;
    int reader;
    int writer;
};
struct dure_pipe dure_pipe_open(void);

// A descriptor from which `size` bytes can be read: a file in memory, so that nobody has to write while a program reads
// or does not.
int dure_input_open(const uint8_t *bytes, size_t size);
// A descriptor that becomes readable when the program ends.
int dure_exit_open(int pid);
// A descriptor that becomes readable when `dure_event_signal` is called on it.
int dure_event_open(void);
void dure_event_signal(int event);
void dure_close(int descriptor);

// Reads at most `size` bytes; the count, 0 at the end, -EAGAIN when there is nothing now, or -errno.
long dure_read(int descriptor, uint8_t *bytes, size_t size);

// Bits of what `dure_wait` found ready.
enum {
    DURE_READY_OUTPUT = 1,
    DURE_READY_ERROR = 2,
    DURE_READY_EXIT = 4,
    DURE_READY_EVENT = 8,
};
// Waits until one of the descriptors is readable or at its end (negative ones are left out), or for the time-out
// (negative: for
// ever); returns the bits, 0 after the time-out or an interruption, or -errno.
int dure_wait(int output, int error, int exit, int event, int timeout_milliseconds);

// Gives back memory that a process which mostly waits does not need: pages of code, which the kernel reads in again when
// they are wanted, and what the heap holds free. Any thread may call it, any number at once; no data is lost.
void dure_release_memory(void);

#ifdef __cplusplus
}
#endif

#endif
