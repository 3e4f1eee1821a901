#include "sensor/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace langyan::sensor {
namespace {

constexpr Duration line_every = 10 * second;
constexpr std::size_t bar_width = 24;

bool draws(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return ::isatty(descriptor) && (!terminal || std::string_view(terminal) != "dumb");
}

void put(const std::string& text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

double share(const pipeline::Progress& progress) {
  if (!progress.total_bytes) return 0;
  return std::min(1.0,
                  static_cast<double>(progress.bytes) / static_cast<double>(progress.total_bytes));
}

}  // namespace

ProgressLine::ProgressLine(Clock& clock, bool quiet)
    : clock_(clock),
      quiet_(quiet),
      terminal_(draws(STDERR_FILENO)),
      start_(clock.monotonic()),
      next_line_(start_ + line_every) {}

void ProgressLine::show(const pipeline::Progress& progress) {
  if (quiet_) return;
  if (terminal_) return bar(progress);
  const Time now = clock_.monotonic();
  if (now < next_line_) return;
  next_line_ = now + line_every;
  put(fmt::format("{}: {} packets, {:.0f} %\n", progress.source, progress.packets,
                  100 * share(progress)));
}

void ProgressLine::bar(const pipeline::Progress& progress) {
  const double seconds = static_cast<double>(clock_.monotonic() - start_) / second;
  const double done = share(progress);
  const auto filled = static_cast<std::size_t>(done * bar_width);
  std::string line =
      fmt::format("\r\x1b[K[{}{}] {:3.0f} %  {} packets", std::string(filled, '#'),
                  std::string(bar_width - filled, '.'), 100 * done, progress.packets);
  if (seconds > 0.5) {
    line += fmt::format("  {:.2f} M/s", static_cast<double>(progress.packets) / seconds / 1e6);
    if (done > 0.01) line += fmt::format("  {:.0f} s left", seconds / done - seconds);
  }
  put(line);
  shown_ = true;
}

void ProgressLine::end() {
  if (shown_) put("\r\x1b[K");
  shown_ = false;
}

}  // namespace langyan::sensor
