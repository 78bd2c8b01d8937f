#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

const int32_t clinux_O_PATH = O_PATH, clinux_O_TMPFILE = O_TMPFILE, clinux_O_NOATIME = O_NOATIME,
              clinux_AT_EMPTY_PATH = AT_EMPTY_PATH;

uint32_t clinux_device_major(uint64_t device) { return major(device); }
uint32_t clinux_device_minor(uint64_t device) { return minor(device); }
uint64_t clinux_device(uint32_t major, uint32_t minor) { return makedev(major, minor); }

long clinux_syscall(long number, long a, long b, long c, long d, long e, long f) {
  long result = syscall(number, a, b, c, d, e, f);
  return result == -1 ? -errno : result;
}

long clinux_clone3(const void *arguments, size_t size) {
  long result = syscall(SYS_clone3, arguments, size);
  return result == -1 ? -errno : result;
}

const char *clinux_error_text(int number) {
  const char *text = strerrordesc_np(number);
  return text ? text : "Unknown error";
}

const char *clinux_error_name(int number) {
  const char *name = strerrorname_np(number);
  return name ? name : "?";
}

int clinux_exit_status(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int clinux_stop_signal(int status) { return WIFSTOPPED(status) ? WSTOPSIG(status) : 0; }
