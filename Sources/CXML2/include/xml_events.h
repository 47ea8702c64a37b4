// SPDX-License-Identifier: Apache-2.0
#ifndef CXML2_XML_EVENTS_H
#define CXML2_XML_EVENTS_H

#include <stddef.h>

/// What a parse tells of. Each returns 0 to go on; anything else stops the parse. Pointers hold only during the call, except that names,
/// prefixes and namespaces keep their address for the whole parse: equal names of one parse are equal pointers.
typedef struct {
    /// An element begins. `attributes` holds five pointers for each of `attribute_count`: local name, prefix or null, namespace or null, first
    /// byte of the value, the byte after its last.
    int (*start)(
        void *context, const char *local, const char *prefix, const char *namespace_uri, int attribute_count, const char *const *attributes);
    /// The innermost open element ends.
    int (*end)(void *context);
    /// Text, or a part of it; CDATA sections come as text.
    int (*text)(void *context, const char *bytes, size_t count);
} cxml_events;

/// Why a document is not well-formed.
typedef struct {
    int line;
    int column;
    char message[256];
} cxml_problem;

/// How a parse ended.
typedef enum { CXML_WELL_FORMED = 0, CXML_BROKEN = 1, CXML_STOPPED = 2, CXML_NO_MEMORY = 3 } cxml_outcome;

/// Parses a document in UTF-8, whatever encoding it declares; says in `problem` what the first error was.
cxml_outcome cxml_parse(
    const char *bytes, size_t count, const cxml_events *events, void *context, cxml_problem *problem);

/// How a conversion ended.
typedef enum { CXML_CONVERTED = 0, CXML_INVALID_BYTES = 1, CXML_UNKNOWN_CHARSET = 2, CXML_NO_ROOM = 3 } cxml_conversion;

/// Converts bytes of a named character set to UTF-8 into `room` bytes at `output`; `written` says how many were used.
///
/// `CXML_INVALID_BYTES` when a byte means nothing in that character set, or the last character is cut off.
cxml_conversion cxml_to_utf8(
    const char *charset, const char *bytes, size_t count, char *output, size_t room, size_t *written);

#endif
