#include "sensor/system_calls.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>

namespace langyan::sensor {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t foreign_calls = 0x40000000;  // the x32 numbers begin there
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t foreign_calls = 0x40000000;
#else
#error "name the audit architecture of this processor"
#endif

// Files, memory, threads, time, signals of its own: what every process of the sensor needs. The
// older calls exist only where glibc may still use them.
constexpr long for_all[] = {
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_lseek,
    SYS_openat,
    SYS_close,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getcwd,
    SYS_getdents64,
    SYS_mkdirat,
    SYS_renameat,
    SYS_renameat2,
    SYS_unlinkat,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fsync,
    SYS_fdatasync,
    SYS_flock,
    SYS_fcntl,
    SYS_dup,
    SYS_fadvise64,
    SYS_pipe2,  // within the process; the sanitizers ask one whether memory can be read
#ifdef SYS_open
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_mkdir,
    SYS_rmdir,
    SYS_rename,
    SYS_unlink,
    SYS_getdents,
    SYS_poll,
    SYS_select,
    SYS_time,
    SYS_dup2,
    SYS_pipe,
#endif
    SYS_mmap,
    SYS_munmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_futex,
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_rseq,
    SYS_membarrier,
    SYS_set_tid_address,
    SYS_exit,
    SYS_exit_group,
    SYS_restart_syscall,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigtimedwait,
    SYS_rt_sigpending,
    SYS_rt_sigsuspend,
    SYS_sigaltstack,
    SYS_getpid,
    SYS_getppid,
    SYS_gettid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_ppoll,
    SYS_pselect6,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_getcpu,
    SYS_getrandom,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrlimit,
    SYS_getrusage,
    SYS_times,
};

constexpr long for_ship[] = {
    SYS_connect,       SYS_bind,       SYS_getsockname, SYS_getpeername, SYS_sendto,
    SYS_recvfrom,      SYS_sendmsg,    SYS_recvmsg,     SYS_sendmmsg,    SYS_recvmmsg,
    SYS_shutdown,      SYS_getsockopt, SYS_setsockopt,  SYS_socketpair,  SYS_eventfd2,
    SYS_epoll_create1, SYS_epoll_ctl,  SYS_epoll_pwait, SYS_ioctl,
    SYS_umask,  // a key that is renewed is for nobody else to read
#ifdef SYS_epoll_wait
    SYS_epoll_wait,
#endif
};

// A call that is allowed only when one argument is one of these.
struct Argument {
  long call;
  std::uint32_t index;
  std::uint32_t value;
};

constexpr std::uint32_t tcgets = 0x5401;

constexpr Argument watch_arguments[] = {
    {SYS_getsockopt, 1, SOL_PACKET},        // the ring's counters
    {SYS_getsockopt, 1, SOL_SOCKET},        // why a poll woke
    {SYS_setsockopt, 2, SO_ATTACH_FILTER},  // closing the door before the end
    {SYS_ioctl, 1, tcgets},                 // is it a terminal?
};
constexpr Argument ship_arguments[] = {
    {SYS_socket, 0, AF_UNIX},
    {SYS_socket, 0, AF_INET},
    {SYS_socket, 0, AF_INET6},
    {SYS_socket, 0, AF_NETLINK},  // the resolver asks which addresses there are
};
constexpr Argument all_arguments[] = {
    {SYS_prctl, 0, PR_SET_NAME},
    {SYS_prctl, 0, 0x53564d41},  // PR_SET_VMA: the allocator names its memory
    {SYS_prlimit64, 0, 0},       // its own limits
};

class Program {
 public:
  void load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  void answer(std::uint32_t action) { add(BPF_RET | BPF_K, action); }
  void answer_if(std::uint32_t value, std::uint32_t action) {
    jump(BPF_JEQ, value, 0, 1);
    answer(action);
  }
  void answer_unless(std::uint32_t value, std::uint32_t action) {
    jump(BPF_JEQ, value, 1, 0);
    answer(action);
  }
  void answer_from(std::uint32_t least, std::uint32_t action) {
    jump(BPF_JGE, least, 0, 1);
    answer(action);
  }
  // The accumulator holds the call's number before and after.
  void allow_where(const Argument& rule) {
    jump(BPF_JEQ, static_cast<std::uint32_t>(rule.call), 0, 4);
    load(argument(rule.index));
    jump(BPF_JEQ, rule.value, 0, 1);
    answer(SECCOMP_RET_ALLOW);
    load(offsetof(seccomp_data, nr));
  }
  void allow_where_set(long call, std::uint32_t index, std::uint32_t bits) {
    jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 4);
    load(argument(index));
    jump(BPF_JSET, bits, 0, 1);
    answer(SECCOMP_RET_ALLOW);
    load(offsetof(seccomp_data, nr));
  }
  std::vector<sock_filter> take() { return std::move(code_); }

 private:
  // The low half; every argument compared here is 32 bits wide.
  static std::size_t argument(std::uint32_t index) {
    return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
  }
  void add(std::uint16_t code, std::uint32_t value) { code_.push_back({code, 0, 0, value}); }
  void jump(std::uint16_t how, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
    code_.push_back({static_cast<std::uint16_t>(BPF_JMP | how | BPF_K), yes, no, value});
  }
  std::vector<sock_filter> code_;
};

}  // namespace

std::vector<sock_filter> system_call_filter(Part part) {
  const auto refuse = [](int number) {
    return SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(number) & SECCOMP_RET_DATA);
  };
  Program program;
  program.load(offsetof(seccomp_data, arch));
  program.answer_unless(architecture, SECCOMP_RET_KILL_PROCESS);
  program.load(offsetof(seccomp_data, nr));
  program.answer_from(foreign_calls, refuse(EPERM));
  const auto allow = [&](std::span<const long> calls) {
    for (const long call : calls)
      program.answer_if(static_cast<std::uint32_t>(call), SECCOMP_RET_ALLOW);
  };
  const auto allow_some = [&](std::span<const Argument> rules) {
    for (const Argument& rule : rules) program.allow_where(rule);
  };
  allow(for_all);
  if (part == Part::ship) allow(for_ship);
  allow_some(all_arguments);
  if (part == Part::watch) allow_some(watch_arguments);
  if (part == Part::ship) allow_some(ship_arguments);
  // Threads, no processes. clone3 keeps its flags in memory where no filter can look; without it
  // glibc takes clone.
  program.allow_where_set(SYS_clone, 0, CLONE_THREAD);
  program.answer_if(SYS_clone3, refuse(ENOSYS));
  program.allow_where({SYS_tgkill, 0, static_cast<std::uint32_t>(::getpid())});
  program.answer(refuse(EPERM));
  return program.take();
}

}  // namespace langyan::sensor
