// SPDX-License-Identifier: Apache-2.0
#include "cmecab.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct handle {
    void *library, *model, *tagger, *lattice;
    pthread_mutex_t lock;
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

void cmecab_close(void *given) {
    struct handle *handle = given;
    if (!handle) return;
    if (handle->lattice) handle->destroy_lattice(handle->lattice);
    if (handle->tagger) handle->destroy_tagger(handle->tagger);
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
    void *(*new_tagger)(void *) = symbol(handle, "mecab_model_new_tagger", &missing);
    void *(*new_lattice)(void *) = symbol(handle, "mecab_model_new_lattice", &missing);
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
    handle->tagger = new_tagger(handle->model);
    handle->lattice = new_lattice(handle->model);
    if (!handle->tagger || !handle->lattice) return failed(handle, reason, size, "MeCab could not be started");
    return handle;
}

// The class of a morpheme by its first tag, such as `NNG,…` or `NNP+JX,…`.
static uint8_t kind_of(const char *feature) {
    static const char *const nouns[] = {"NNG", "NNP", "SL"};
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++) {
        size_t length = strlen(nouns[i]);
        if (!strncmp(feature, nouns[i], length) && strchr(",+", feature[length]) && feature[length]) return 1;
    }
    if (feature[0] == 'J') return 3;
    return strncmp(feature, "SN,", 3) ? 0 : 2;
}

int cmecab_cut(void *given, const char *text, size_t length, cmecab_piece *pieces, int most) {
    struct handle *handle = given;
    int count = -1;
    pthread_mutex_lock(&handle->lock);
    handle->set_sentence(handle->lattice, text, length);
    if (handle->parse(handle->tagger, handle->lattice)) {
        count = 0;
        for (const struct node *node = handle->first(handle->lattice); node; node = node->next) {
            if (node->stat != NORMAL && node->stat != UNKNOWN) continue;
            if (node->surface < text || node->surface + node->length > text + length) continue;
            if (count < most) {
                pieces[count].start = (uint32_t)(node->surface - text);
                pieces[count].length = node->length;
                pieces[count].kind = node->feature ? kind_of(node->feature) : 0;
            }
            count++;
        }
    }
    handle->clear(handle->lattice);
    pthread_mutex_unlock(&handle->lock);
    return count;
}
