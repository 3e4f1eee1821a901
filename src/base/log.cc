#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace langyan::logging {
namespace {

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("langyan");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    return made;
  }();
  return *instance;
}

}  // namespace

void set_level(Level level) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err,
                                                  spdlog::level::off};
  logger().set_level(levels[static_cast<int>(level)]);
}

void debug(std::string_view line) { logger().log(spdlog::level::debug, line); }
void info(std::string_view line) { logger().log(spdlog::level::info, line); }
void warn(std::string_view line) { logger().log(spdlog::level::warn, line); }
void error(std::string_view line) { logger().log(spdlog::level::err, line); }

}  // namespace langyan::logging
