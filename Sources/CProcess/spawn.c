// SPDX-License-Identifier: Apache-2.0
// Starting programs, all from one thread that lives as long as the process.
#define _GNU_SOURCE
#include "internal.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// All that a child needs, made before the fork: the child allocates nothing.
struct launch {
    char **arguments;
    // The same behind `/bin/sh FILE`, for a script without a first line that names its interpreter.
    char **shell_arguments;
    char **environment;
    // The files to try, in order.
    char **candidates;
    const char *directory;
    int input;
    int output;
    int error;
    int watchdog;
    int report;
    pid_t parent;
};

// A stage of a launch that the caller never sees: the watchdog could not be told.
enum { STAGE_WATCHDOG = 100 };

struct complaint {
    int stage;
    int error;
};

static void __attribute__((noreturn)) give_up(const struct launch *launch, int stage, int error) {
    struct complaint complaint = {stage, error};
    ssize_t written = write(launch->report, &complaint, sizeof complaint);
    _exit(written == sizeof complaint ? 127 : 126);
}

static void reset_signals(void) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void mark_close_on_exec(void) {
    if (syscall(SYS_close_range, 3U, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0) return;
    // Kernels before 5.11.
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (int descriptor = 3; descriptor < most; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// The child's part. It shares the parent's memory until exec: it writes nothing there but its own stack.
static void __attribute__((noreturn, noinline)) become(const struct launch *launch) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(launch, DURE_STAGE_SETUP, errno);
    if (getppid() != launch->parent) _exit(126);
    if (setpgid(0, 0) != 0) give_up(launch, DURE_STAGE_SETUP, errno);
    // The child holds the watchdog's socket until exec: when the parent dies now, the watchdog still hears of the child
    // first.
    int untold = dure_watchdog_tell(launch->watchdog, getpid());
    if (untold != 0) give_up(launch, STAGE_WATCHDOG, untold);
    if (dup2(launch->input, 0) < 0 || dup2(launch->output, 1) < 0 || dup2(launch->error, 2) < 0) {
        give_up(launch, DURE_STAGE_SETUP, errno);
    }
    mark_close_on_exec();
    if (launch->directory != NULL && chdir(launch->directory) != 0) give_up(launch, DURE_STAGE_DIRECTORY, errno);
    reset_signals();
    int worst = ENOENT;
    for (char **candidate = launch->candidates; *candidate != NULL; candidate++) {
        execve(*candidate, launch->arguments, launch->environment);
        if (errno == ENOEXEC) {
            launch->shell_arguments[1] = *candidate;
            execve("/bin/sh", launch->shell_arguments, launch->environment);
        }
        if (errno == EACCES) worst = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR) give_up(launch, DURE_STAGE_EXEC, errno);
    }
    give_up(launch, DURE_STAGE_EXEC, worst);
}

static struct dure_spawn_result launch_once(struct launch *launch, bool is_watchdog_lost) {
    struct dure_spawn_result result = {dure_registry_prepare(is_watchdog_lost), DURE_STAGE_SETUP, 0};
    if (result.error != 0) return result;
    struct dure_pipe report = dure_pipe_open();
    if (report.error != 0) {
        result.error = report.error;
        return result;
    }
    launch->report = report.writer;
    launch->watchdog = dure_registry_descriptor();
    launch->parent = getpid();
    pid_t pid = vfork();
    if (pid == 0) become(launch);
    int fork_error = errno;
    close(report.writer);
    if (pid < 0) {
        close(report.reader);
        result.error = fork_error;
        return result;
    }
    dure_registry_add(pid);
    // Only now does the reader wait: for a complaint, or for the end that a successful exec brings.
    struct complaint complaint = {DURE_STAGE_NONE, 0};
    fcntl(report.reader, F_SETFL, 0);
    long size = dure_read(report.reader, (uint8_t *)&complaint, sizeof complaint);
    close(report.reader);
    if (size == 0) {
        result.stage = DURE_STAGE_NONE;
        result.pid = pid;
        return result;
    }
    dure_reap(pid);
    result.stage = size == sizeof complaint ? complaint.stage : DURE_STAGE_SETUP;
    result.error = size == sizeof complaint ? complaint.error : EIO;
    return result;
}

static struct dure_spawn_result launch_program(struct launch *launch) {
    struct dure_spawn_result result = launch_once(launch, false);
    // The watchdog was killed at this very moment: the program, which has not begun, is started under its successor.
    if (result.error != 0 && result.stage == STAGE_WATCHDOG) result = launch_once(launch, true);
    if (result.stage == STAGE_WATCHDOG) result.stage = DURE_STAGE_SETUP;
    return result;
}

// The thread, and the one order that it works on.
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_started;
static bool is_ordered;
static struct launch *order;
static struct dure_spawn_result answer;

static void *serve(void *unused) {
    (void)unused;
    pthread_setname_np(pthread_self(), "dure-spawner");
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!is_ordered) pthread_cond_wait(&changed, &lock);
        if (order != NULL) {
            answer = launch_program(order);
        } else {
            answer = (struct dure_spawn_result){dure_registry_prepare(false), DURE_STAGE_SETUP, 0};
        }
        is_ordered = false;
        pthread_cond_broadcast(&changed);
    }
}

static int start_thread(void) {
    if (is_started) return 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) return error;
    pthread_detach(thread);
    is_started = true;
    return 0;
}

static struct dure_spawn_result place(struct launch *launch) {
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&lock);
    struct dure_spawn_result result = {start_thread(), DURE_STAGE_SETUP, 0};
    if (result.error == 0) {
        order = launch;
        is_ordered = true;
        pthread_cond_broadcast(&changed);
        while (is_ordered) pthread_cond_wait(&changed, &lock);
        result = answer;
    }
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&turn);
    return result;
}

int dure_spawner_prepare(void) { return place(NULL).error; }

// Points at each string of a block; `spare` places are left free in front. NULL without memory.
static char **split(const uint8_t *bytes, size_t size, size_t spare) {
    size_t count = 0;
    for (size_t index = 0; index < size; index++) count += bytes[index] == 0;
    char **strings = calloc(spare + count + 1, sizeof *strings);
    if (strings == NULL) return NULL;
    const char *next = (const char *)bytes;
    for (size_t index = 0; index < count; index++) {
        strings[spare + index] = (char *)next;
        next += strlen(next) + 1;
    }
    return strings;
}

static const char *search_path(char **environment) {
    for (char **variable = environment; *variable != NULL; variable++) {
        if (strncmp(*variable, "PATH=", 5) == 0) return *variable + 5;
    }
    return "/usr/local/bin:/usr/bin:/bin";
}

// The files that a program's name may mean, in one block of memory that also holds their text.
static char **find_candidates(const char *name, char **environment) {
    bool is_path = strchr(name, '/') != NULL;
    const char *path = is_path ? "" : search_path(environment);
    size_t folders = 1;
    for (const char *next = path; *next != 0; next++) folders += *next == ':';
    size_t longest = strlen(path) + strlen(name) + 3;
    char **found = calloc(1, (folders + 1) * sizeof *found + folders * longest);
    if (found == NULL) return NULL;
    char *text = (char *)(found + folders + 1);
    if (name[0] == 0) return found;
    if (is_path) {
        found[0] = strcpy(text, name);
        return found;
    }
    for (size_t index = 0; index < folders; index++) {
        size_t length = strcspn(path, ":");
        found[index] = text;
        memcpy(text, path, length);
        // An empty folder in PATH is the present one.
        if (length == 0) text[length++] = '.';
        text[length] = '/';
        strcpy(text + length + 1, name);
        text += longest;
        path += strcspn(path, ":");
        if (*path == ':') path++;
    }
    return found;
}

struct dure_spawn_result dure_spawn(
    const uint8_t *arguments, size_t arguments_size, const uint8_t *environment, size_t environment_size,
    const char *directory, int input, int output, int error) {
    struct dure_spawn_result result = {EINVAL, DURE_STAGE_SETUP, 0};
    if (arguments_size == 0 || arguments[arguments_size - 1] != 0) return result;
    if (environment_size > 0 && environment[environment_size - 1] != 0) return result;
    struct launch launch = {.directory = directory, .input = input, .output = output, .error = error};
    launch.arguments = split(arguments, arguments_size, 0);
    launch.shell_arguments = split(arguments, arguments_size, 1);
    launch.environment = split(environment, environment_size, 0);
    if (launch.arguments != NULL && launch.environment != NULL) {
        launch.candidates = find_candidates(launch.arguments[0], launch.environment);
    }
    if (launch.candidates != NULL && launch.shell_arguments != NULL) {
        // The name's place is taken by the file that was found.
        launch.shell_arguments[0] = "sh";
        result = place(&launch);
    } else {
        result.error = ENOMEM;
    }
    free(launch.arguments);
    free(launch.shell_arguments);
    free(launch.environment);
    free(launch.candidates);
    return result;
}

void dure_signal_group(int pid, int signal) {
    if (pid <= 1) return;
    kill(-pid, signal);
    // It may have left its group.
    kill(pid, signal);
}

struct dure_ending dure_reap(int pid) {
    struct dure_ending ending = {0, 0, 0};
    siginfo_t information;
    memset(&information, 0, sizeof information);
    // The number stays taken until the process is reaped: it cannot mean another group before the watchdog has
    // forgotten it.
    while (waitid(P_PID, (id_t)pid, &information, WEXITED | WNOWAIT) != 0) {
        if (errno == EINTR) continue;
        ending.error = errno;
        break;
    }
    if (ending.error == 0) kill(-pid, SIGKILL);
    dure_registry_remove(pid);
    if (ending.error != 0) return ending;
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
    else ending.code = WEXITSTATUS(status);
    return ending;
}
