// SPDX-License-Identifier: Apache-2.0
#ifndef DURE_CCURL_H
#define DURE_CCURL_H

#include <stddef.h>

/// How a transfer ended.
enum ccurl_end {
    CCURL_DONE = 0,
    /// It is certain that nothing was sent that the other side could have taken.
    CCURL_UNREACHED = 1,
    CCURL_TIMED_OUT = 2,
    CCURL_NO_TLS = 3,
    CCURL_DENIED = 4,
    CCURL_REFUSED = 5,
    CCURL_INVALID = 6,
    CCURL_FAILED = 7,
    /// The connection broke when something was sent: nobody knows whether it was taken.
    CCURL_BROKEN = 8,
    CCURL_PRIVATE = 9,
};

/// The other side's answer.
typedef struct ccurl_answer {
    /// The status of HTTP or SMTP; 0 for none.
    long status;
    /// Seconds that the answer asks to wait; 0 for none.
    long retry_after;
} ccurl_answer;

/// Posts a body over HTTPS, or over HTTP where `plain` is not 0; follows no redirection and reads at most 64 KiB of the answer.
///
/// `headers` are whole lines without an end. `may` is asked, before anything is sent, with each numeric address that the host's name led
/// to; where it says 0 there is no connection, and the end is `CCURL_PRIVATE`. No proxy is used then. NULL allows every address.
int ccurl_post(const char *url, const char *const *headers, size_t header_count, const void *body, size_t length,
               int plain, long milliseconds, int (*may)(const char *address), ccurl_answer *answer);

/// Sends a message by SMTP; TLS is required unless `plain` is not 0. `user` and `password` may be NULL.
int ccurl_mail(const char *url, const char *user, const char *password, const char *from, const char *const *to,
               size_t to_count, const void *message, size_t length, int plain, long milliseconds, ccurl_answer *answer);

#endif
