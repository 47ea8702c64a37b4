// SPDX-License-Identifier: Apache-2.0
#include "ccurl.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

enum { MOST_ANSWER = 64 * 1024 };

// An answer's body tells nothing that its status does not: it is counted and thrown away.
static size_t discard(char *bytes, size_t size, size_t count, void *total) {
    (void)bytes;
    size_t *sum = total;
    *sum += size * count;
    return *sum > MOST_ANSWER ? 0 : size * count;
}

struct source {
    const char *bytes;
    size_t left;
    // Whether the other side was told that the message is whole: before, it can have taken none.
    int ended;
};

static size_t give(char *into, size_t size, size_t count, void *given) {
    struct source *source = given;
    size_t room = size * count, part = source->left < room ? source->left : room;
    memcpy(into, source->bytes, part);
    source->bytes += part;
    source->left -= part;
    if (part == 0) source->ended = 1;
    return part;
}

static int end_of(CURLcode code) {
    switch (code) {
        case CURLE_OK: return CCURL_DONE;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT: return CCURL_UNREACHED;
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE: return CCURL_BROKEN;
        case CURLE_OPERATION_TIMEDOUT: return CCURL_TIMED_OUT;
        case CURLE_USE_SSL_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE: return CCURL_NO_TLS;
        case CURLE_LOGIN_DENIED:
        case CURLE_REMOTE_ACCESS_DENIED: return CCURL_DENIED;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_QUOTE_ERROR: return CCURL_REFUSED;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL: return CCURL_INVALID;
        default: return CCURL_FAILED;
    }
}

static CURL *handle_for(const char *url, long milliseconds, size_t *received) {
    pthread_once(&started, start);
    CURL *curl = curl_easy_init();
    if (!curl) return NULL;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, received);
    return curl;
}

static int finish(CURL *curl, struct curl_slist *list, const struct source *mail, ccurl_answer *answer) {
    CURLcode code = curl_easy_perform(curl);
    curl_off_t wait = 0, begun = 0;
    long request = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &begun);
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &request);
    answer->retry_after = wait > 0 && wait < 86400 * 7 ? (long)wait : 0;
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    // A mail server that refuses an address is told of as a failure to send.
    if (code == CURLE_SEND_ERROR && answer->status >= 400) return CCURL_REFUSED;
    int end = end_of(code);
    // A connection that broke or was too slow before anything was sent, or before a mail was whole, has left nothing behind.
    int nothing = mail ? !mail->ended : begun == 0 && request == 0;
    return nothing && (end == CCURL_BROKEN || end == CCURL_TIMED_OUT) ? CCURL_UNREACHED : end;
}

struct gate {
    int (*may)(const char *address);
    int refused;
};

// The address that is connected to is what counts: a name may lead anywhere, and elsewhere the next time.
static curl_socket_t open_allowed(void *given, curlsocktype purpose, struct curl_sockaddr *place) {
    (void)purpose;
    struct gate *gate = given;
    char text[INET6_ADDRSTRLEN] = "";
    if (place->family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)&place->addr)->sin_addr, text, sizeof text);
    else if (place->family == AF_INET6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&place->addr)->sin6_addr, text, sizeof text);
    if (!gate->may(text)) {
        gate->refused = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(place->family, place->socktype | SOCK_CLOEXEC, place->protocol);
}

// Joins lines to a list; NULL where memory ends.
static struct curl_slist *joined(const char *const *lines, size_t count) {
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < count; i++) {
        struct curl_slist *longer = curl_slist_append(list, lines[i]);
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

int ccurl_post(const char *url, const char *const *headers, size_t header_count, const void *body, size_t length,
               int plain, long milliseconds, int (*may)(const char *address), ccurl_answer *answer) {
    size_t received = 0;
    memset(answer, 0, sizeof *answer);
    CURL *curl = handle_for(url, milliseconds, &received);
    if (!curl) return CCURL_FAILED;
    struct gate gate = {may, 0};
    if (may) {
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_allowed);
        curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &gate);
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
    }
    struct curl_slist *list = joined(headers, header_count);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    int end = finish(curl, list, NULL, answer);
    return gate.refused && end != CCURL_DONE ? CCURL_PRIVATE : end;
}

int ccurl_mail(const char *url, const char *user, const char *password, const char *from, const char *const *to,
               size_t to_count, const void *message, size_t length, int plain, long milliseconds, ccurl_answer *answer) {
    size_t received = 0;
    memset(answer, 0, sizeof *answer);
    CURL *curl = handle_for(url, milliseconds, &received);
    if (!curl) return CCURL_FAILED;
    struct source source = {message, length, 0};
    struct curl_slist *list = joined(to, to_count);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (user) curl_easy_setopt(curl, CURLOPT_USERNAME, user);
    if (password) curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, list);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &source);
    return finish(curl, list, &source, answer);
}
