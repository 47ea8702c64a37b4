// SPDX-License-Identifier: Apache-2.0
#include "xml_events.h"

#include <errno.h>
#include <iconv.h>

cxml_conversion cxml_to_utf8(
    const char *charset, const char *bytes, size_t count, char *output, size_t room, size_t *written) {
    *written = 0;
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1) return CXML_UNKNOWN_CHARSET;
    char *input = (char *)bytes, *end = output;
    size_t left = count, space = room;
    cxml_conversion outcome = CXML_CONVERTED;
    if (iconv(converter, &input, &left, &end, &space) == (size_t)-1) {
        outcome = errno == E2BIG ? CXML_NO_ROOM : CXML_INVALID_BYTES;
    } else if (iconv(converter, NULL, NULL, &end, &space) == (size_t)-1) {
        outcome = CXML_NO_ROOM;
    }
    iconv_close(converter);
    *written = room - space;
    return outcome;
}
