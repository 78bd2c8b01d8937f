#pragma once

// libcurl, loaded when a registry is spoken to: linking it would cost every other command its start-up.
// Declarations and option numbers come from its headers; only the functions below are called.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

// Loads and initializes the library once. NULL: it is there; else what the loader says.
const char *ccurl_load(void);

CURL *ccurl_easy_new(void);
void ccurl_easy_reset(CURL *easy);
void ccurl_easy_free(CURL *easy);
void ccurl_easy_resume(CURL *easy);
const char *ccurl_reason(CURLcode code);

CURLcode ccurl_set_number(CURL *easy, CURLoption option, int64_t value);
// The text is copied; NULL: the option's default.
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *text);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *pointer);
// The bytes are copied.
CURLcode ccurl_set_bytes(CURL *easy, CURLoption option, const void *bytes, size_t count);

typedef size_t (*ccurl_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_seek)(void *context, curl_off_t offset, int origin);
CURLcode ccurl_set_transfer(CURL *easy, CURLoption option, ccurl_transfer function);
CURLcode ccurl_set_seek(CURL *easy, ccurl_seek function);

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text);
void ccurl_list_free(struct curl_slist *list);

CURLM *ccurl_multi_new(void);
void ccurl_multi_free(CURLM *multi);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
void ccurl_multi_remove(CURLM *multi, CURL *easy);
// Does what can be done without waiting. Returns whether the one transfer has ended, and how.
bool ccurl_multi_perform(CURLM *multi, CURLcode *result);
// Waits for the network, or for `descriptor` (negative: none) to become readable.
void ccurl_multi_wait(CURLM *multi, int descriptor, int milliseconds);

// An address, read as the library itself reads it. The parts are allocated; free them with ccurl_url_free.
struct ccurl_url {
  char *text, *scheme, *host, *port;
};
// `relative` may be NULL. Returns NULL, or what is wrong.
const char *ccurl_url_read(const char *base, const char *relative, struct ccurl_url *url);
void ccurl_url_free(struct ccurl_url *url);
