#include "CIsal.h"

#if __has_include(<isa-l/igzip_lib.h>)

#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <pthread.h>
#include <stdlib.h>

#define FUNCTIONS(X) \
  X(isal_inflate_init) X(isal_inflate_reset) X(isal_gzip_header_init) X(isal_read_gzip_header) X(isal_inflate)

#define DECLARE(name) static __typeof__(&name) p_##name;
FUNCTIONS(DECLARE)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int is_there;

static void load(void) {
  void *library = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
#define LOOK_UP(name) \
  if (!(*(void **)&p_##name = dlsym(library, #name))) return;
  FUNCTIONS(LOOK_UP)
  is_there = 1;
}

struct cisal_stream {
  struct inflate_state state;
  // isal_inflate can read headers itself, but forgets one's flags when its input ends within it.
  struct isal_gzip_header header;
  int has_header;
};

cisal_stream *cisal_new(void) {
  pthread_once(&once, load);
  if (!is_there) return NULL;
  cisal_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  p_isal_inflate_init(&stream->state);
  cisal_reset(stream);
  return stream;
}

void cisal_free(cisal_stream *stream) { free(stream); }

void cisal_reset(cisal_stream *stream) {
  p_isal_inflate_reset(&stream->state);
  // The header is read apart; the checksum behind the data is compared.
  stream->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
  p_isal_gzip_header_init(&stream->header);
  stream->has_header = 0;
}

int cisal_inflate(cisal_stream *stream, const uint8_t **input, size_t *count, uint8_t **output, size_t *room) {
  struct inflate_state *state = &stream->state;
  state->next_in = (uint8_t *)*input;
  state->avail_in = *count;
  state->next_out = *output;
  state->avail_out = *room;
  int result = ISAL_DECOMP_OK;
  if (!stream->has_header) {
    result = p_isal_read_gzip_header(state, &stream->header);
    stream->has_header = result == ISAL_DECOMP_OK;
  }
  if (stream->has_header) result = p_isal_inflate(state);
  *input = state->next_in;
  *count = state->avail_in;
  *output = state->next_out;
  *room = state->avail_out;
  if (result < 0) return result;
  if (result == ISAL_NEED_DICT) return ISAL_INVALID_BLOCK;
  return state->block_state == ISAL_BLOCK_FINISH;
}

const char *cisal_reason(int result) {
  switch (result) {
    case ISAL_INVALID_BLOCK: return "invalid block";
    case ISAL_INVALID_SYMBOL: return "invalid code";
    case ISAL_INVALID_LOOKBACK: return "invalid distance too far back";
    case ISAL_INVALID_WRAPPER: return "incorrect header";
    case ISAL_UNSUPPORTED_METHOD: return "unknown compression method";
    case ISAL_INCORRECT_CHECKSUM: return "incorrect data check";
    default: return "unknown error";
  }
}

#else

cisal_stream *cisal_new(void) { return NULL; }
void cisal_free(cisal_stream *stream) {}
void cisal_reset(cisal_stream *stream) {}
int cisal_inflate(cisal_stream *stream, const uint8_t **input, size_t *count, uint8_t **output, size_t *room) {
  return -1;
}
const char *cisal_reason(int result) { return "unknown error"; }

#endif
