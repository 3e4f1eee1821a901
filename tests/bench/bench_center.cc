#include "tests/bench/bench_center.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "center/center.h"
#include "center/certificate.h"

namespace langyan::center {
namespace {

// Says its URL and the tokens' secrets through `out`, a line each, and serves until `in` is closed.
[[noreturn]] void serve(const std::string& folder, const std::string& listen, const std::vector<std::string>& sources,
                        bool relay, int in, int out) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  CenterOptions options;
  options.data = folder + "/data", options.listen = listen, options.tls = TlsMode::on;
  if (!std::filesystem::exists(options.data + "/tls"))
    if (auto made = init_certificate(disk, clock, options.data + "/tls", own_names()); !made)
      fail(made.error().message);
  auto center = Center::open(options, disk, clock, random);
  if (!center) fail(center.error().message);
  std::string words;
  for (const std::string& source : sources) {
    Token token;
    token.name = token.source = source, token.role = Role::ingest, token.organisation = "local", token.relay = relay;
    auto created = (*center)->access().tokens().create(token);
    if (!created) fail(created.error().message);
    words += created->secret + "\n";
  }
  Token reader;
  reader.name = "reader", reader.role = Role::viewer;
  const auto created = (*center)->access().tokens().create(reader);
  if (!created) fail(created.error().message);
  if (auto started = (*center)->start(); !started) fail(started.error().message);
  words.insert(0, (*center)->url() + "\n" + created->secret + "\n");
  for (std::string_view left = words; !left.empty();) {
    const ssize_t size = ::write(out, left.data(), left.size());
    if (size <= 0) fail("pipe");
    left.remove_prefix(static_cast<std::size_t>(size));
  }
  words = {};
  ::close(out);
  char end;
  while (::read(in, &end, 1) > 0) {
  }
  (*center)->stop();
  std::_Exit(0);
}

std::string read_all(int from) {
  std::string all, part(1u << 16, '\0');
  for (ssize_t size; (size = ::read(from, part.data(), part.size())) > 0;)
    all.append(part, 0, static_cast<std::size_t>(size));
  return all;
}

}  // namespace

void fail(const std::string& what) {
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::_Exit(1);
}

std::string pressed(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

BenchCenter::BenchCenter(const std::string& folder, const std::vector<std::string>& sources, bool relay,
                         const std::string& listen)
    : folder_(folder) {
  int to[2], from[2];
  if (::pipe(to) != 0 || ::pipe(from) != 0) fail("pipe");
  child_ = ::fork();
  if (child_ == 0) {
    const auto ours = [&](int fd) { return fd == to[0] || fd == from[1]; };
    for (int fd = 3; fd < ::getdtablesize(); ++fd)  // those of another center too, which is to see the end of its pipe
      if (!ours(fd)) ::close(fd);
    serve(folder, listen, sources, relay, to[0], from[1]);
  }
  ::close(to[0]), ::close(from[1]);
  to_ = to[1];
  std::istringstream words(read_all(from[0]));
  ::close(from[0]);
  if (!std::getline(words, url_) || !std::getline(words, reader_)) fail("the center did not start");
  for (std::string secret; std::getline(words, secret);) secrets_.push_back(secret);
}

double BenchCenter::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(child_) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));  // from the third field on, proc(5)
  std::string skip;
  for (int field = 3; field < 14; ++field) fields >> skip;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double BenchCenter::status_kb(std::string_view name) const {
  std::ifstream file("/proc/" + std::to_string(child_) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr);
  return 0;
}

double BenchCenter::stop() {
  if (child_ < 0) return 0;
  ::close(to_);
  int status = 0;
  rusage used{};
  if (::wait4(child_, &status, 0, &used) != child_ || status != 0) fail("the center failed");
  child_ = -1;
  const auto whole = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return whole(used.ru_utime) + whole(used.ru_stime);
}

}  // namespace langyan::center
