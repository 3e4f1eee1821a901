// Loaded into a program with LD_PRELOAD: counts its calls that change files below one folder, fails
// them or kills the program in the n-th, as a page shared with the test's driver says.
//
//   LANGYAN_FAULT_FOLDER   the folder, absolute and without symbolic links
//   LANGYAN_FAULT_PAGE     a file of sizeof(Page) bytes; faults.py writes and reads it
//
// The page may be changed while the program runs. What SQLite writes through its shared-memory map
// is no call and not counted. Any thread may be in any of these at any time.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace {

enum Op : std::uint32_t { op_open, op_write, op_sync, op_rename, op_unlink, op_truncate, op_count };
enum When : std::uint64_t {
  before,
  halfway,
  after
};  // halfway: a write gets half its bytes through

struct Page {
  std::atomic<std::uint64_t> kill_at;  // the number of a call, from 1; 0: never
  std::uint64_t when;
  std::atomic<std::uint64_t> fail_ops;    // one bit an Op
  std::atomic<std::uint64_t> fail_times;  // calls still to fail; all ones: for good
  std::uint64_t fail_errno;
  std::atomic<std::uint64_t> calls, failed;
  std::atomic<std::uint64_t> by_op[op_count];
  char last[256];  // what was called when the program was killed
};

constexpr int most_descriptors = 65'536;
constexpr std::uint64_t for_good = ~std::uint64_t{0};
constexpr const char* op_names[] = {"open", "write", "sync", "rename", "unlink", "truncate"};

std::atomic<bool> watched[most_descriptors];
Page* page = nullptr;
char folder[4096];
std::size_t folder_size = 0;

__attribute__((constructor)) void begin() {
  const char* name = getenv("LANGYAN_FAULT_FOLDER");
  const char* file = getenv("LANGYAN_FAULT_PAGE");
  if (!name || !file || strlen(name) >= sizeof folder) return;
  strcpy(folder, name);
  folder_size = strlen(folder);
  const int descriptor = static_cast<int>(
      reinterpret_cast<int (*)(const char*, int, ...)>(dlsym(RTLD_NEXT, "open"))(file, O_RDWR));
  void* memory = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) _exit(99);
  close(descriptor);
  page = static_cast<Page*>(memory);
}

bool below(const char* path) {
  return page && path && strncmp(path, folder, folder_size) == 0 &&
         (path[folder_size] == '/' || path[folder_size] == 0);
}

bool below(int descriptor) {
  return page && descriptor >= 0 && descriptor < most_descriptors && watched[descriptor].load();
}

template <class Function>
Function next(const char* name, Function) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define REAL(name) static auto* const real = next(#name, &name)

[[noreturn]] void die() {
  for (;;) tgkill(getpid(), gettid(), SIGKILL);  // the one way a confined process has
}

bool takes_failure(Op op) {
  if (!(page->fail_ops.load() >> op & 1)) return false;
  std::uint64_t left = page->fail_times.load();
  do {
    if (left == 0) return false;
    if (left == for_good) break;
  } while (!page->fail_times.compare_exchange_weak(left, left - 1));
  ++page->failed;
  return true;
}

// One call of the program that counts. `half` does half of it where that can be.
template <class Call, class Half>
auto counted(Op op, const char* path, int descriptor, Call call, Half half) -> decltype(call()) {
  ++page->by_op[op];
  const std::uint64_t number = ++page->calls;
  const bool last = number == page->kill_at.load();
  if (last) {
    char name[200] = {}, link[64];
    if (!path) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      if (readlink(link, name, sizeof name - 1) > 0) path = name;
    }
    const char* file = path ? strrchr(path, '/') : nullptr;
    snprintf(page->last, sizeof page->last, "%s %s", op_names[op], file ? file + 1 : "");
    if (page->when == halfway) half();
    if (page->when != after) die();
  }
  if (takes_failure(op)) {
    errno = static_cast<int>(page->fail_errno);
    return -1;
  }
  const auto result = call();
  if (last) die();
  return result;
}
template <class Call>
auto counted(Op op, const char* path, int descriptor, Call call) -> decltype(call()) {
  return counted(op, path, descriptor, call, [] {});
}

bool changes(int flags) {
  return (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
}

void note(int descriptor, bool yes) {
  if (descriptor >= 0 && descriptor < most_descriptors) watched[descriptor] = yes;
}

template <class Open>
int opened(const char* path, int flags, Open open) {
  if (!below(path)) return open();
  const int descriptor = changes(flags) ? counted(op_open, path, -1, open) : open();
  note(descriptor, true);
  return descriptor;
}

mode_t mode_in(int flags, va_list arguments) {
  return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

#define OPEN(name)                                                       \
  int name(const char* path, int flags, ...) {                           \
    REAL(name);                                                          \
    va_list arguments;                                                   \
    va_start(arguments, flags);                                          \
    const mode_t mode = mode_in(flags, arguments);                       \
    va_end(arguments);                                                   \
    return opened(path, flags, [=] { return real(path, flags, mode); }); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                         \
  int name(int at, const char* path, int flags, ...) {                       \
    REAL(name);                                                              \
    va_list arguments;                                                       \
    va_start(arguments, flags);                                              \
    const mode_t mode = mode_in(flags, arguments);                           \
    va_end(arguments);                                                       \
    return opened(path, flags, [=] { return real(at, path, flags, mode); }); \
  }
OPENAT(openat)
OPENAT(openat64)

int close(int descriptor) {
  REAL(close);
  note(descriptor, false);
  return real(descriptor);
}

ssize_t write(int descriptor, const void* data, size_t size) {
  REAL(write);
  if (!below(descriptor)) return real(descriptor, data, size);
  return counted(
      op_write, nullptr, descriptor, [=] { return real(descriptor, data, size); },
      [=] { (void)!real(descriptor, data, size / 2); });
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  REAL(writev);
  if (!below(descriptor)) return real(descriptor, parts, count);
  return counted(
      op_write, nullptr, descriptor, [=] { return real(descriptor, parts, count); },
      [=] { (void)!real(descriptor, parts, count / 2); });
}

#define PWRITE(name, Offset)                                                                 \
  ssize_t name(int descriptor, const void* data, size_t size, Offset offset) {               \
    REAL(name);                                                                              \
    if (!below(descriptor)) return real(descriptor, data, size, offset);                     \
    return counted(                                                                          \
        op_write, nullptr, descriptor, [=] { return real(descriptor, data, size, offset); }, \
        [=] { (void)!real(descriptor, data, size / 2, offset); });                           \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define OF_DESCRIPTOR(name, op)                                                \
  int name(int descriptor) {                                                   \
    REAL(name);                                                                \
    if (!below(descriptor)) return real(descriptor);                           \
    return counted(op, nullptr, descriptor, [=] { return real(descriptor); }); \
  }
OF_DESCRIPTOR(fsync, op_sync)
OF_DESCRIPTOR(fdatasync, op_sync)

#define TRUNCATE(name, Offset)                                                                \
  int name(int descriptor, Offset size) noexcept {                                            \
    REAL(name);                                                                               \
    if (!below(descriptor)) return real(descriptor, size);                                    \
    return counted(op_truncate, nullptr, descriptor, [=] { return real(descriptor, size); }); \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  if (!below(from)) return real(from, to);
  return counted(op_rename, from, -1, [=] { return real(from, to); });
}

#define OF_PATH(name)                                                \
  int name(const char* path) noexcept {                              \
    REAL(name);                                                      \
    if (!below(path)) return real(path);                             \
    return counted(op_unlink, path, -1, [=] { return real(path); }); \
  }
OF_PATH(unlink)
OF_PATH(remove)
}
