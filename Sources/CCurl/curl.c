#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The gcc checks of curl.h wrap the names that are looked up here.
#undef curl_easy_setopt

#define FUNCTIONS(X)                                                                                      \
  X(curl_global_init) X(curl_easy_init) X(curl_easy_reset) X(curl_easy_cleanup) X(curl_easy_pause)          \
  X(curl_easy_strerror) X(curl_easy_setopt) X(curl_slist_append) X(curl_slist_free_all) X(curl_multi_init)  \
  X(curl_multi_cleanup) X(curl_multi_add_handle) X(curl_multi_remove_handle) X(curl_multi_perform)          \
  X(curl_multi_info_read) X(curl_multi_poll) X(curl_url) X(curl_url_set) X(curl_url_get)                    \
  X(curl_url_cleanup) X(curl_url_strerror) X(curl_free)

#define DECLARE(name) static __typeof__(&name) p_##name;
FUNCTIONS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *problem;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    problem = strdup(dlerror());
    return;
  }
#define LOOK_UP(name)                                   \
  if (!(*(void **)&p_##name = dlsym(library, #name))) { \
    problem = strdup(dlerror());                        \
    return;                                             \
  }
  FUNCTIONS(LOOK_UP)
  if (p_curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) problem = "libcurl cannot be initialized";
}

const char *ccurl_load(void) {
  pthread_once(&once, load);
  return problem;
}

CURL *ccurl_easy_new(void) { return p_curl_easy_init(); }
void ccurl_easy_reset(CURL *easy) { p_curl_easy_reset(easy); }
void ccurl_easy_free(CURL *easy) { p_curl_easy_cleanup(easy); }
void ccurl_easy_resume(CURL *easy) { p_curl_easy_pause(easy, CURLPAUSE_CONT); }
const char *ccurl_reason(CURLcode code) { return p_curl_easy_strerror(code); }

CURLcode ccurl_set_number(CURL *easy, CURLoption option, int64_t value) {
  if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
    return p_curl_easy_setopt(easy, option, (curl_off_t)value);
  return p_curl_easy_setopt(easy, option, (long)value);
}

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *text) {
  return p_curl_easy_setopt(easy, option, text);
}

CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *pointer) {
  return p_curl_easy_setopt(easy, option, pointer);
}

CURLcode ccurl_set_bytes(CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
  return p_curl_easy_setopt(easy, option, &blob);
}

CURLcode ccurl_set_transfer(CURL *easy, CURLoption option, ccurl_transfer function) {
  return p_curl_easy_setopt(easy, option, function);
}

CURLcode ccurl_set_seek(CURL *easy, ccurl_seek function) {
  return p_curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, function);
}

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) {
  return p_curl_slist_append(list, text);
}
void ccurl_list_free(struct curl_slist *list) { p_curl_slist_free_all(list); }

CURLM *ccurl_multi_new(void) { return p_curl_multi_init(); }
void ccurl_multi_free(CURLM *multi) { p_curl_multi_cleanup(multi); }
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return p_curl_multi_add_handle(multi, easy); }
void ccurl_multi_remove(CURLM *multi, CURL *easy) { p_curl_multi_remove_handle(multi, easy); }

bool ccurl_multi_perform(CURLM *multi, CURLcode *result) {
  // A peer that hangs up must not end the program: SIGPIPE is held back on this thread and taken away again.
  sigset_t pipe_signal, before, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);

  int running = 0;
  CURLMcode code = p_curl_multi_perform(multi, &running);

  if (!sigismember(&before, SIGPIPE)) {
    sigpending(&pending);
    struct timespec now = {0, 0};
    if (sigismember(&pending, SIGPIPE)) sigtimedwait(&pipe_signal, NULL, &now);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  if (code != CURLM_OK) {
    *result = CURLE_FAILED_INIT;
    return true;
  }
  int left;
  for (CURLMsg *message; (message = p_curl_multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return true;
  }
  return false;
}

void ccurl_multi_wait(CURLM *multi, int descriptor, int milliseconds) {
  struct curl_waitfd extra = {.fd = descriptor, .events = CURL_WAIT_POLLIN};
  p_curl_multi_poll(multi, &extra, descriptor >= 0 ? 1 : 0, milliseconds, NULL);
}

const char *ccurl_url_read(const char *base, const char *relative, struct ccurl_url *url) {
  memset(url, 0, sizeof *url);
  CURLU *handle = p_curl_url();
  if (!handle) return "no memory";
  // A name and a password in an address would be sent by libcurl itself.
  CURLUcode code = p_curl_url_set(handle, CURLUPART_URL, base, CURLU_DISALLOW_USER);
  if (!code && relative) code = p_curl_url_set(handle, CURLUPART_URL, relative, CURLU_DISALLOW_USER);
  if (!code) code = p_curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0);
  if (!code) code = p_curl_url_get(handle, CURLUPART_URL, &url->text, 0);
  if (!code) code = p_curl_url_get(handle, CURLUPART_SCHEME, &url->scheme, 0);
  if (!code) code = p_curl_url_get(handle, CURLUPART_HOST, &url->host, 0);
  if (!code) code = p_curl_url_get(handle, CURLUPART_PORT, &url->port, CURLU_DEFAULT_PORT);
  p_curl_url_cleanup(handle);
  if (!code) return NULL;
  ccurl_url_free(url);
  return p_curl_url_strerror(code);
}

void ccurl_url_free(struct ccurl_url *url) {
  p_curl_free(url->text);
  p_curl_free(url->scheme);
  p_curl_free(url->host);
  p_curl_free(url->port);
  memset(url, 0, sizeof *url);
}
