// SPDX-License-Identifier: Apache-2.0
#ifndef DURE_CMECAB_H
#define DURE_CMECAB_H

#include <stddef.h>
#include <stdint.h>

/// A morpheme of a text.
typedef struct cmecab_piece {
    /// Its bytes in the text.
    uint32_t start;
    uint32_t length;
    /// 1 for a noun or a foreign word, 2 for a number, 3 for a particle, 0 for all else.
    uint8_t kind;
} cmecab_piece;

/// Loads the library, which is looked for by the linker's rules, with a dictionary's folder.
///
/// Returns NULL and writes a reason of at most `size` bytes where either is missing or broken.
void *cmecab_open(const char *dictionary, char *reason, size_t size);

/// Cuts a text; returns how many pieces it has, of which at most `most` are written; -1 where it cannot be cut.
///
/// Safe from several threads, each of which cuts a text of its own.
int cmecab_cut(void *handle, const char *text, size_t length, cmecab_piece *pieces, int most);

/// Unmaps the dictionary's pages, all of which soon are in memory, for words are looked up all over it; another text maps again what it
/// needs.
void cmecab_release(void *handle);

/// Frees what `cmecab_open` gave.
void cmecab_close(void *handle);

#endif
