// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "cmecab.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// What MeCab 0.996 gives of a morpheme; its binary interface has not changed since 2013.
struct node {
    struct node *prev, *next, *enext, *bnext;
    void *rpath, *lpath;
    const char *surface, *feature;
    unsigned int id;
    unsigned short length, rlength, right, left, posid;
    unsigned char character, stat, best;
};

enum { NORMAL = 0, UNKNOWN = 1 };

// A part of a dictionary's files in memory.
struct mapping {
    void *start;
    size_t length;
};

enum { MOST_MAPPINGS = 32, TEXTS_BEFORE_RELEASE = 512 };

// What cuts one text at a time.
struct cutter {
    struct cutter *next;
    void *tagger, *lattice;
};

struct handle {
    void *library, *model;
    // Guards what is below.
    pthread_mutex_t lock;
    struct cutter *idle;
    unsigned texts;
    struct mapping mappings[MOST_MAPPINGS];
    int mapped;
    // By a morpheme's left context, which its first tag decides: its kind plus one, 0 where it was not seen yet.
    _Atomic uint8_t kinds[1 << 16];
    void *(*new_tagger)(void *);
    void *(*new_lattice)(void *);
    void (*destroy_model)(void *);
    void (*destroy_tagger)(void *);
    void (*destroy_lattice)(void *);
    void (*set_sentence)(void *, const char *, size_t);
    int (*parse)(void *, void *);
    const struct node *(*first)(void *);
    void (*clear)(void *);
};

// A function of the library; dlsym gives a data pointer, which POSIX lets be one of a function.
static void *symbol(struct handle *handle, const char *name, int *missing) {
    void *found = dlsym(handle->library, name);
    if (!found) *missing = 1;
    return found;
}

static void free_cutter(struct handle *handle, struct cutter *cutter) {
    if (cutter->lattice) handle->destroy_lattice(cutter->lattice);
    if (cutter->tagger) handle->destroy_tagger(cutter->tagger);
    free(cutter);
}

static struct cutter *new_cutter(struct handle *handle) {
    struct cutter *cutter = calloc(1, sizeof *cutter);
    if (!cutter) return NULL;
    cutter->tagger = handle->new_tagger(handle->model);
    cutter->lattice = handle->new_lattice(handle->model);
    if (cutter->tagger && cutter->lattice) return cutter;
    free_cutter(handle, cutter);
    return NULL;
}

// The class of a morpheme by its first tag, such as `NNG,…` or `NNP+JX,…`.
static uint8_t kind_of(const char *feature) {
    static const char *const nouns[] = {"NNG", "NNP", "SL"};
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
        size_t length = strlen(nouns[i]);
        if (!strncmp(feature, nouns[i], length) && strchr(",+", feature[length]) && feature[length]) return 1;
    }
    if (!strncmp(feature, "UNKNOWN", 7)) return 4;
    // Particles, endings, the copula, suffixes, bound nouns; and interjections, which no noun follows without a space.
    static const char *const behind[] = {"J", "E", "VCP", "XS", "NNB,", "NNB+", "IC"};
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (!strncmp(feature, behind[i], strlen(behind[i]))) return 3;
    return strncmp(feature, "SN,", 3) ? 0 : 2;
}

// The kind of a morpheme; its features, which lie scattered over a third of the dictionary, are read once for all of a context.
static uint8_t kind(struct handle *handle, const struct node *node) {
    if (!node->feature) return 0;
    const uint8_t known = atomic_load_explicit(&handle->kinds[node->left], memory_order_relaxed);
    if (known) return known - 1;
    const uint8_t found = kind_of(node->feature);
    atomic_store_explicit(&handle->kinds[node->left], found + 1, memory_order_relaxed);
    return found;
}

// A cutter that no other thread has, new where all are at work.
static struct cutter *take_cutter(struct handle *handle) {
    pthread_mutex_lock(&handle->lock);
    struct cutter *cutter = handle->idle;
    if (cutter) handle->idle = cutter->next;
    pthread_mutex_unlock(&handle->lock);
    return cutter ? cutter : new_cutter(handle);
}

// Notes where the dictionary's files are mapped; where that cannot be told, they stay in memory as a whole.
static void find_mappings(struct handle *handle, const char *dictionary) {
    char folder[PATH_MAX], line[PATH_MAX + 128];
    if (!realpath(dictionary, folder)) return;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return;
    const size_t length = strlen(folder);
    while (handle->mapped < MOST_MAPPINGS && fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        char writable;
        int path = 0;
        if (sscanf(line, "%lx-%lx %*c%c%*2c %*s %*s %*s %n", &start, &end, &writable, &path) != 3 || !path) continue;
        if (writable == 'w' || strncmp(line + path, folder, length) || line[path + length] != '/') continue;
        handle->mappings[handle->mapped++] = (struct mapping){(void *)start, end - start};
    }
    fclose(maps);
}

void cmecab_release(void *given) {
    struct handle *handle = given;
    // Pages that cannot be written to are as in the file; the kernel maps again what is wanted, from its cache.
    for (int i = 0; i < handle->mapped; i++)
        (void)madvise(handle->mappings[i].start, handle->mappings[i].length, MADV_DONTNEED);
}

static void give_back(struct handle *handle, struct cutter *cutter) {
    pthread_mutex_lock(&handle->lock);
    cutter->next = handle->idle;
    handle->idle = cutter;
    const int is_due = ++handle->texts % TEXTS_BEFORE_RELEASE == 0;
    pthread_mutex_unlock(&handle->lock);
    // Not all words are common: what only a few texts needed shall not stay for ever.
    if (is_due) cmecab_release(handle);
}

void cmecab_close(void *given) {
    struct handle *handle = given;
    if (!handle) return;
    while (handle->idle) {
        struct cutter *next = handle->idle->next;
        free_cutter(handle, handle->idle);
        handle->idle = next;
    }
    if (handle->model) handle->destroy_model(handle->model);
    if (handle->library) dlclose(handle->library);
    pthread_mutex_destroy(&handle->lock);
    free(handle);
}

static void *failed(struct handle *handle, char *reason, size_t size, const char *text) {
    snprintf(reason, size, "%s", text);
    cmecab_close(handle);
    return NULL;
}

void *cmecab_open(const char *dictionary, char *reason, size_t size) {
    struct handle *handle = calloc(1, sizeof *handle);
    if (!handle) return NULL;
    pthread_mutex_init(&handle->lock, NULL);
    handle->library = dlopen("libmecab.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!handle->library) return failed(handle, reason, size, "the library libmecab.so.2 is not installed");
    int missing = 0;
    void *(*new_model)(int, char **) = symbol(handle, "mecab_model_new", &missing);
    handle->new_tagger = symbol(handle, "mecab_model_new_tagger", &missing);
    handle->new_lattice = symbol(handle, "mecab_model_new_lattice", &missing);
    handle->destroy_model = symbol(handle, "mecab_model_destroy", &missing);
    handle->destroy_tagger = symbol(handle, "mecab_destroy", &missing);
    handle->destroy_lattice = symbol(handle, "mecab_lattice_destroy", &missing);
    handle->set_sentence = symbol(handle, "mecab_lattice_set_sentence2", &missing);
    handle->parse = symbol(handle, "mecab_parse_lattice", &missing);
    handle->first = symbol(handle, "mecab_lattice_get_bos_node", &missing);
    handle->clear = symbol(handle, "mecab_lattice_clear", &missing);
    if (missing) return failed(handle, reason, size, "libmecab.so.2 lacks functions of MeCab 0.996");
    char program[] = "mecab", settings[] = "-r", none[] = "/dev/null", folder[] = "-d";
    char *path = strdup(dictionary);
    if (!path) return failed(handle, reason, size, "no memory");
    char *arguments[] = {program, settings, none, folder, path, NULL};
    handle->model = new_model(5, arguments);
    free(path);
    if (!handle->model) return failed(handle, reason, size, "the folder holds no dictionary of MeCab");
    handle->idle = new_cutter(handle);
    if (!handle->idle) return failed(handle, reason, size, "MeCab could not be started");
    find_mappings(handle, dictionary);
    return handle;
}

int cmecab_cut(void *given, const char *text, size_t length, cmecab_piece *pieces, int most) {
    struct handle *handle = given;
    struct cutter *cutter = take_cutter(handle);
    if (!cutter) return -1;
    int count = -1;
    handle->set_sentence(cutter->lattice, text, length);
    if (handle->parse(cutter->tagger, cutter->lattice)) {
        count = 0;
        for (const struct node *node = handle->first(cutter->lattice); node; node = node->next) {
            if (node->stat != NORMAL && node->stat != UNKNOWN) continue;
            if (node->surface < text || node->surface + node->length > text + length) continue;
            if (count < most) {
                pieces[count].start = (uint32_t)(node->surface - text);
                pieces[count].length = node->length;
                pieces[count].kind = kind(handle, node);
            }
            count++;
        }
    }
    handle->clear(cutter->lattice);
    give_back(handle, cutter);
    return count;
}
