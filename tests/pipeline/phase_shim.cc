// Loaded into sensor and center with LD_PRELOAD: holds a process in the middle of a phase of an
// event's way, so that kill_test.py may kill it there with -9 and know what it interrupted.
//
//   append       a write to a segment of the spool, half done
//   fdatasync    a segment: before it, or after
//   ship         a batch on its way to the center, half sent
//   commit       the center's fdatasync of a write-ahead log: before it, or after
//   acknowledge  the answer that names the position, not sent; the ledger, half written
//
// LANGYAN_PHASE_PAGE names a file of sizeof(Page) bytes, shared with the test and among all
// processes that it starts. Held, a process makes no call that its confinement might refuse but
// clock_nanosleep. Any thread may be in any of these at any time.
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace {

enum Phase : std::uint32_t { none, append, sync_segment, ship, commit, acknowledge, phase_count };

struct Page {
  std::atomic<std::uint32_t> wanted;    // a Phase
  std::atomic<std::int32_t> countdown;  // calls of that phase until it is held: 1 is the next
  std::atomic<std::int32_t> held;       // the process that is
};

enum Kind : std::uint8_t { other, segment, ledger, wal };
constexpr int most_descriptors = 65'536;
std::atomic<std::uint8_t> kinds[most_descriptors];
std::atomic<bool> in_batch[most_descriptors];  // a socket whose last request was a batch
Page* page = nullptr;

template <class Function>
Function next(const char* name, Function) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}
#define REAL(name) static auto* const real = next(#name, &name)

__attribute__((constructor)) void begin() {
  const char* name = getenv("LANGYAN_PHASE_PAGE");
  if (!name) return;
  const int descriptor = open(name, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) _exit(99);
  void* memory = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) _exit(99);
  close(descriptor);
  page = static_cast<Page*>(memory);
}

bool due(Phase phase) {
  return page && page->wanted.load() == phase && page->countdown.fetch_sub(1) == 1;
}

// Until the test kills this process, or lets it go on.
void hold() {
  page->held = getpid();
  const timespec moment{0, 1'000'000};
  while (page->held.load() != 0) clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
}

Kind kind_of(const char* path) {
  const std::string_view name(path);
  if (name.ends_with(".seg")) return segment;
  if (name.ends_with("/ledger")) return ledger;
  return name.ends_with(".db-wal") ? wal : other;
}

int opened(int descriptor, const char* path) {
  if (page && descriptor >= 0 && descriptor < most_descriptors) {
    kinds[descriptor] = kind_of(path);
    in_batch[descriptor] = false;
  }
  return descriptor;
}

Kind kind_of(int descriptor) {
  if (!page || descriptor < 0 || descriptor >= most_descriptors) return other;
  return static_cast<Kind>(kinds[descriptor].load());
}

mode_t mode_of(int flags, va_list& list) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;
}

bool starts(const void* data, std::size_t size, std::string_view word) {
  return size >= word.size() && memcmp(data, word.data(), word.size()) == 0;
}

// A request's head, and what follows it on the same socket.
bool of_batch(int descriptor, const void* data, std::size_t size) {
  if (!page || descriptor < 0 || descriptor >= most_descriptors) return false;
  if (starts(data, size, "GET ") || starts(data, size, "PUT ")) in_batch[descriptor] = false;
  if (starts(data, size, "POST /api/v1/ingest")) in_batch[descriptor] = true;
  return in_batch[descriptor];
}

bool acknowledges(const iovec* parts, std::size_t count) {
  return std::any_of(parts, parts + count, [](const iovec& part) {
    return memmem(part.iov_base, part.iov_len, "\"acked\"", 7) != nullptr;
  });
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  REAL(open);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(real(path, flags, mode), path);
}

int open64(const char* path, int flags, ...) {
  REAL(open64);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return opened(real(path, flags, mode), path);
}

ssize_t write(int descriptor, const void* data, size_t size) {
  REAL(write);
  if (kind_of(descriptor) != segment || size < 2 || !due(append))
    return real(descriptor, data, size);
  const ssize_t half = real(descriptor, data, size / 2);
  hold();
  return half;
}

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  REAL(pwrite);
  if (kind_of(descriptor) != ledger || size < 2 || !due(acknowledge))
    return real(descriptor, data, size, offset);
  const ssize_t half = real(descriptor, data, size / 2, offset);
  hold();
  return half;
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  const Kind kind = kind_of(descriptor);
  const bool stop = (kind == segment && due(sync_segment)) || (kind == wal && due(commit));
  if (!stop) return real(descriptor);
  static std::atomic<bool> later{false};
  const bool after = getpid() % 2 == 0 || later.exchange(true);
  const int done = after ? real(descriptor) : 0;
  hold();
  return after ? done : real(descriptor);
}

ssize_t send(int descriptor, const void* data, size_t size, int flags) {
  REAL(send);
  const iovec part{const_cast<void*>(data), size};
  if (page && acknowledges(&part, 1) && due(acknowledge)) hold();
  if (!of_batch(descriptor, data, size) || size < 2 || !due(ship))
    return real(descriptor, data, size, flags);
  const ssize_t half = real(descriptor, data, size / 2, flags);
  hold();
  return half;
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  REAL(sendmsg);
  if (page && acknowledges(message->msg_iov, message->msg_iovlen) && due(acknowledge)) hold();
  return real(descriptor, message, flags);
}

}  // extern "C"
