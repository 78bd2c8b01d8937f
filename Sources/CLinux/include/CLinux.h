// The few lines that Swift cannot say: variadic system calls, macros, and structures that glibc does not declare.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Raw system call: the result, or -errno. Never touches the caller's errno expectations.
long clinux_syscall(long number, long a, long b, long c, long d, long e, long f);
