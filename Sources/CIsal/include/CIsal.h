// Inflating with ISA-L, two to three times as fast as zlib. Compiled against its headers and linked with nothing: the
// library is loaded when the first gzip stream is read. Where it is missing, cisal_new gives NULL.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct cisal_stream cisal_stream;

// A stream that reads gzip members (RFC 1952) and checks their CRC. NULL: no library, or no memory.
cisal_stream *cisal_new(void);
void cisal_free(cisal_stream *stream);
// The next bytes begin another member.
void cisal_reset(cisal_stream *stream);

// Inflates from `*input` to `*output`, and moves both on. 0: go on with more input or more room; 1: the member is
// complete, and its checksum is right; below 0: the data is damaged.
int cisal_inflate(cisal_stream *stream, const uint8_t **input, size_t *count, uint8_t **output, size_t *room);
// What a negative result means.
const char *cisal_reason(int result);
