// Log lines for an operator, on stderr. warn: unexpected, nothing lost. error: data lost or help
// needed. Nothing is logged per packet or per event; count instead. Any thread may log.
#pragma once

#include <string_view>

namespace langyan::logging {

enum class Level { debug, info, warn, error, off };

void set_level(Level level);
void debug(std::string_view line);
void info(std::string_view line);
void warn(std::string_view line);
void error(std::string_view line);

}  // namespace langyan::logging
