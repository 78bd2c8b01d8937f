import Linux

extension SeccompProfile {
  /// What containers may ask of the kernel unless they say otherwise: the calls that Docker's default profile allows
  /// (its version of 2024: no io_uring, no AF_VSOCK sockets). Everything else fails with EPERM, and clone3, whose flags a
  /// filter cannot see, with ENOSYS, so that programs fall back to clone.
  static let standard = SeccompProfile(
    identity: "standard 1", defaultAction: .fail(1),
    rules: [
      Rule(names: words(files)), Rule(names: words(fileSystems)), Rule(names: words(events)),
      Rule(names: words(memory)), Rule(names: words(processes)), Rule(names: words(signals)),
      Rule(names: words(sockets)), Rule(names: words(messages)), Rule(names: words(time)),
      Rule(names: words(identity)),
      Rule(names: words("process_vm_readv process_vm_writev ptrace"), minimumKernel: [4, 8]),
      Rule(names: ["socket"], arguments: [Argument(index: 0, comparison: .notEqual, value: 40)]),
    ]
      // The personalities of this kernel and of 32-bit programs, with and without UNAME26, and the question for it.
      + [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff].map { value in
        Rule(names: ["personality"], arguments: [Argument(index: 0, comparison: .equal, value: value)])
      } + [
        Rule(names: ["arch_prctl"], architectures: ["amd64", "x32"]),
        Rule(names: ["modify_ldt"], architectures: ["amd64", "x32", "x86"]),
        Rule(
          names: words("arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"),
          architectures: ["arm", "arm64"]),
        Rule(names: ["riscv_flush_icache"], architectures: ["riscv64"]),
        Rule(names: words("sync_file_range2 swapcontext"), architectures: ["ppc64le"]),
        Rule(
          names: words("s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr"), architectures: ["s390", "s390x"]),
        // No new namespaces: CLONE_NEW* must all be zero.
        Rule(
          names: ["clone"], arguments: [Argument(index: 0, comparison: .maskedEqual, value: 0x7e02_0000)],
          unless: [.one(.sysAdmin)], exceptArchitectures: ["s390", "s390x"]),
        Rule(
          names: ["clone"], arguments: [Argument(index: 1, comparison: .maskedEqual, value: 0x7e02_0000)],
          unless: [.one(.sysAdmin)], architectures: ["s390", "s390x"]),
        Rule(names: ["clone3"], action: .fail(38), unless: [.one(.sysAdmin)]),
      ]
      + privileged.map { Rule(names: words($1), requires: [.one($0)]) })

  /// Calls that a capability brings along.
  private static let privileged: [(Capability, String)] = [
    (.dacReadSearch, "open_by_handle_at"),
    (
      .sysAdmin,
      """
      bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount
      open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare
      """
    ),
    (.sysBoot, "reboot"),
    (.sysChroot, "chroot"),
    (.sysModule, "delete_module finit_module init_module"),
    (.sysPacct, "acct"),
    (.sysPtrace, "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"),
    (.sysRawio, "ioperm iopl"),
    (.sysTime, "clock_settime clock_settime64 settimeofday stime"),
    (.sysTtyConfig, "vhangup"),
    (.sysNice, "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"),
    (.syslog, "syslog"),
    (.bpf, "bpf"),
    (.perfmon, "perf_event_open"),
  ]

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { String($0) }
  }

  private static let files = """
    access chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
    fadvise64_64 fallocate fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat
    fstat64 fstatat64 fsync ftruncate ftruncate64 getdents getdents64 ioctl lchown lchown32 link linkat _llseek lseek
    lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64
    preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename renameat renameat2 rmdir
    sendfile sendfile64 splice stat stat64 statx symlink symlinkat tee truncate truncate64 umask unlink unlinkat
    vmsplice write writev
    """

  private static let fileSystems = """
    cachestat chdir fchdir fgetxattr flistxattr fremovexattr fsetxattr fstatfs fstatfs64 getcwd getxattr lgetxattr
    getxattrat listxattr listxattrat llistxattr lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat statfs statfs64 sync sync_file_range syncfs
    landlock_add_rule landlock_create_ruleset landlock_restrict_self
    """

  private static let events = """
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
    eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy
    io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit _newselect poll ppoll ppoll_time64 pselect6
    pselect6_time64 select signalfd signalfd4
    """

  private static let memory = """
    brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect
    mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages
    """

  private static let processes = """
    execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake getcpu
    getpgid getpgrp getpid getppid getpriority getrandom getrlimit get_robust_list getrusage getsid get_thread_area
    gettid ioprio_get ioprio_set pidfd_open prctl prlimit64 restart_syscall rseq sched_getaffinity sched_getattr
    sched_getparam sched_get_priority_max sched_get_priority_min sched_getscheduler sched_rr_get_interval
    sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield seccomp
    setpgid setpriority setrlimit set_robust_list setsid set_thread_area set_tid_address sysinfo ugetrlimit uname vfork
    wait4 waitid waitpid
    """

  private static let signals = """
    kill pause pidfd_send_signal rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn tgkill tkill
    """

  private static let sockets = """
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64
    recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair
    """

  private static let messages = """
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
    """

  private static let time = """
    adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
    clock_nanosleep clock_nanosleep_time64 futimesat getitimer gettimeofday nanosleep setitimer time timer_create
    timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
    timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 times utime utimensat utimensat_time64 utimes
    """

  private static let identity = """
    capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32
    getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32
    setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32
    """
}

extension CapabilitySet {
  fileprivate static func one(_ capability: Capability) -> CapabilitySet { CapabilitySet([capability]) }
}
