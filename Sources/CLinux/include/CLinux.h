// The few lines that Swift cannot say: variadic system calls, macros, and structures that glibc does not declare.
#pragma once

// Only headers that Swift's own Glibc module lacks, and without _GNU_SOURCE: the two modules must agree on every type.
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

// Constants of fcntl.h and sched.h that need _GNU_SOURCE; the values come from the machine's own headers.
extern const int32_t clinux_O_PATH, clinux_O_TMPFILE, clinux_O_NOATIME, clinux_AT_EMPTY_PATH;

uint32_t clinux_device_major(uint64_t device);
uint32_t clinux_device_minor(uint64_t device);
uint64_t clinux_device(uint32_t major, uint32_t minor);

// Raw system call: the result, or -errno. Never touches the caller's errno expectations.
long clinux_syscall(long number, long a, long b, long c, long d, long e, long f);

// Process creation that returns twice must be a leaf that Swift sees as an ordinary call: the child's copy of the
// stack is its own, because CLONE_VM is never among the flags. `size` bytes of struct clone_args (linux/sched.h).
long clinux_clone3(const void *arguments, size_t size);

// strerrordesc_np(3): the C locale's text, no buffer, no translation.
const char *clinux_error_text(int number);
// strerrorname_np(3): "ENOENT".
const char *clinux_error_name(int number);

// The macros of wait(2).
int clinux_exit_status(int status);
int clinux_stop_signal(int status);

// SCM_RIGHTS: CMSG_* are macros with pointer arithmetic. Both return bytes moved or -errno; `count` is the number of
// descriptors offered, and on return of receive the number that arrived (CLOEXEC).
long clinux_send_descriptors(int socket, const void *bytes, size_t length, const int *descriptors, size_t count);
long clinux_receive_descriptors(int socket, void *bytes, size_t length, int *descriptors, size_t *count);

// Gives back what this process can have again without loss: the free part of the heap, the code that is not being run
// (it is read from the program's file when it is needed), and the unused part of the main thread's stack.
void clinux_release_memory(void);
