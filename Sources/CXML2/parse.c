// SPDX-License-Identifier: Apache-2.0
#include "xml_events.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// Bytes are handed over in parts, so that a stop is heeded soon and the library's own buffer stays small.
enum { PART = 32768 };

typedef struct {
    const cxml_events *events;
    void *context;
    cxml_problem *problem;
    xmlParserCtxtPtr parser;
    int stopped;
    int failed;
} run;

static void stop(run *self) {
    self->stopped = 1;
    xmlStopParser(self->parser);
}

static void on_start(
    void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespace_count,
    const xmlChar **namespaces, int attribute_count, int defaulted_count, const xmlChar **attributes) {
    run *self = context;
    (void)namespace_count;
    (void)namespaces;
    (void)defaulted_count;
    if (self->stopped) return;
    if (self->events->start(
            self->context, (const char *)local, (const char *)prefix, (const char *)uri, attribute_count,
            (const char *const *)attributes) != 0)
        stop(self);
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    run *self = context;
    (void)local;
    (void)prefix;
    (void)uri;
    if (!self->stopped && self->events->end(self->context) != 0) stop(self);
}

static void on_text(void *context, const xmlChar *bytes, int count) {
    run *self = context;
    if (!self->stopped && count > 0 && self->events->text(self->context, (const char *)bytes, (size_t)count) != 0)
        stop(self);
}

// Only the five entities of XML itself: no other can grow, or reach outside.
static xmlEntityPtr on_entity(void *context, const xmlChar *name) {
    (void)context;
    return xmlGetPredefinedEntity(name);
}

static xmlParserInputPtr on_external(void *context, const xmlChar *public_id, const xmlChar *system_id) {
    (void)context;
    (void)public_id;
    (void)system_id;
    return NULL;
}

static void on_error(void *context, xmlErrorPtr error) {
    run *self = context;
    // An unknown prefix or an odd namespace name leaves a document readable; its reader judges names anyway.
    if (self->failed || error->domain == XML_FROM_NAMESPACE || error->level < XML_ERR_ERROR) return;
    self->failed = 1;
    self->problem->line = error->line;
    self->problem->column = error->int2;
    snprintf(self->problem->message, sizeof self->problem->message, "%s", error->message ? error->message : "not XML");
    size_t length = strlen(self->problem->message);
    while (length > 0 && (self->problem->message[length - 1] == '\n' || self->problem->message[length - 1] == ' '))
        self->problem->message[--length] = '\0';
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void) { xmlInitParser(); }

cxml_outcome cxml_parse(
    const char *bytes, size_t count, const cxml_events *events, void *context, cxml_problem *problem) {
    pthread_once(&once, begin);
    run self = {.events = events, .context = context, .problem = problem};
    memset(problem, 0, sizeof *problem);
    xmlSAXHandler handler;
    memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = on_start;
    handler.endElementNs = on_end;
    handler.characters = on_text;
    handler.ignorableWhitespace = on_text;
    handler.cdataBlock = on_text;
    handler.getEntity = on_entity;
    handler.resolveEntity = on_external;
    handler.serror = on_error;
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, &self, NULL, 0, NULL);
    if (parser == NULL) return CXML_NO_MEMORY;
    self.parser = parser;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    size_t at = 0;
    while (at < count && !self.stopped && !self.failed) {
        size_t part = count - at < PART ? count - at : PART;
        if (xmlParseChunk(parser, bytes + at, (int)part, 0) != 0 && self.failed) break;
        at += part;
    }
    if (!self.stopped && !self.failed) xmlParseChunk(parser, NULL, 0, 1);
    int well_formed = parser->wellFormed;
    if (parser->myDoc != NULL) xmlFreeDoc(parser->myDoc);
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
    if (self.stopped) return CXML_STOPPED;
    return self.failed || !well_formed ? CXML_BROKEN : CXML_WELL_FORMED;
}
