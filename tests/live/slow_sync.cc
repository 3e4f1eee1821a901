// Loaded into the sensor with LD_PRELOAD: a disk on which each fdatasync takes LANGYAN_SLOW_SYNC_MS
// longer.
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

extern "C" int fdatasync(int descriptor) {
  static auto* const real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, "fdatasync"));
  static const char* const delay = std::getenv("LANGYAN_SLOW_SYNC_MS");
  const long milliseconds = delay ? std::strtol(delay, nullptr, 10) : 0;
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  ::nanosleep(&time, nullptr);
  return real(descriptor);
}
