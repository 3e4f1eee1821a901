#include "sensor/confinement.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sensor/system_calls.h"

namespace langyan::sensor {
namespace {

// Rights that came after the first Landlock; Debian 12's header knows the first fourteen.
constexpr std::uint64_t right_refer = 1ull << 13;     // from version 2 on
constexpr std::uint64_t right_truncate = 1ull << 14;  // 3
constexpr std::uint64_t right_device = 1ull << 15;    // 5: ioctl on a device

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                  LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                  LANDLOCK_ACCESS_FS_REMOVE_DIR | right_refer | right_truncate;
constexpr std::uint64_t never = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
                                right_device;
constexpr std::uint64_t rights_of_a_file = LANDLOCK_ACCESS_FS_WRITE_FILE |
                                           LANDLOCK_ACCESS_FS_READ_FILE |
                                           LANDLOCK_ACCESS_FS_EXECUTE | right_truncate;

Error failed(const std::string& what) {
  return {ErrorKind::permission, "cannot " + what + ": " + std::strerror(errno) +
                                     "; the process would hold more than it needs and was ended"};
}

int landlock_version() {
  return static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

std::uint64_t rights_known_to(int version) {
  std::uint64_t rights = (1ull << 13) - 1;
  if (version >= 2) rights |= right_refer;
  if (version >= 3) rights |= right_truncate;
  if (version >= 5) rights |= right_device;
  return rights;
}

class Ruleset {
 public:
  ~Ruleset() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool make(std::uint64_t rights) {
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = handled_ = rights;
    // The size of the first version: a kernel fills in what it learned since.
    descriptor_ = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes,
                                             sizeof attributes.handled_access_fs, 0));
    return descriptor_ >= 0;
  }
  bool allow(const std::string& path, std::uint64_t rights) {
    const int at = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (at < 0) return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
    struct stat status {};
    if (::fstat(at, &status) == 0 && !S_ISDIR(status.st_mode)) rights &= rights_of_a_file;
    landlock_path_beneath_attr beneath{};
    beneath.allowed_access = rights & handled_;
    beneath.parent_fd = at;
    const long done = beneath.allowed_access == 0
                          ? 0
                          : ::syscall(SYS_landlock_add_rule, descriptor_,
                                      LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    const int number = errno;
    ::close(at);
    errno = number;
    return done == 0;
  }
  bool enforce() { return ::syscall(SYS_landlock_restrict_self, descriptor_, 0) == 0; }

 private:
  int descriptor_ = -1;
  std::uint64_t handled_ = 0;
};

Result<void> stay_in_folders(const Confinement& confinement, int version) {
  const std::uint64_t known = rights_known_to(version);
  Ruleset rules;
  if (!rules.make((confinement.reads_anywhere ? writing | never : reading | writing | never) &
                  known)) {
    return failed("make a Landlock ruleset");
  }
  for (const auto& path : confinement.reads)
    if (!rules.allow(path, reading)) return failed("allow reading " + path);
  for (const auto& path : confinement.writes)
    if (!rules.allow(path, reading | writing)) return failed("allow writing in " + path);
  if (!rules.enforce()) return failed("enter the Landlock ruleset");
  return {};
}

Result<void> limit_calls(Part part) {
  auto code = system_call_filter(part);
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) != 0)
    return failed("limit the system calls (seccomp)");
  return {};
}

}  // namespace

bool landlock_available() {
  return landlock_version() >= 1;
}

Result<void> drop_capabilities() {
  // A capability above the highest the kernel knows answers EINVAL: the end of the list. Without
  // CAP_SETPCAP the bounding set stays, which no_new_privs makes harmless.
  for (unsigned long number = 0; ::prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0; ++number) {
  }
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  if (::syscall(SYS_capset, &header, none) != 0) return failed("give up the capabilities");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("set no_new_privs");
  return {};
}

Result<void> keep_to_folders(const Confinement& confinement) {
  if (auto done = drop_capabilities(); !done) return done;
  const int version = landlock_version();
  return version >= 1 ? stay_in_folders(confinement, version) : Result<void>();
}

Result<void> confine(const Confinement& confinement) {
  if (auto done = keep_to_folders(confinement); !done) return done;
  return limit_calls(confinement.part);
}

}  // namespace langyan::sensor
