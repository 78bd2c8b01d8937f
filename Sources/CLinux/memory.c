#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"

// Set by the linker.
extern const char __executable_start[], etext[];

void clinux_release_memory(void) {
  malloc_trim(0);
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = (uintptr_t)__executable_start & ~(page - 1);
  uintptr_t end = (uintptr_t)etext & ~(page - 1);
  madvise((void *)start, end - start, MADV_DONTNEED);
  // Only the main thread's stack is known to have nothing of somebody else's below it (stack_guard_gap).
  if (syscall(SYS_gettid) != getpid()) return;
  const uintptr_t below = 128 << 10;
  uintptr_t top = ((uintptr_t)__builtin_frame_address(0) & ~(page - 1)) - page;
  madvise((void *)(top - below), below, MADV_DONTNEED);
}
