#include "base/process_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace langyan {
namespace {

std::uint64_t own_size() {  // octets of address space; 0: not known
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void limit(int what, std::uint64_t most) {
  const rlimit both{most, most};
  ::setrlimit(static_cast<__rlimit_resource>(what), &both);
}

}  // namespace

void limit_process(const ProcessLimits& limits) {
  if (const std::uint64_t size = own_size()) limit(RLIMIT_AS, size + limits.memory);
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.processor / second) + 1);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
}

}  // namespace langyan
