// Units: sizes and durations as people write them, "64MB" and "30s", and back.
//
// A size counts in powers of 1024 (64MB is 64 * 1024 * 1024 bytes, as Suricata and the kernel count
// memory; kB and KiB are the same). A number alone is bytes. A duration always names its unit. Both
// are whole numbers: nobody has to wonder what 1.5GB is. Any thread may call these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace langyan {

constexpr std::int64_t kilobyte = 1024, megabyte = 1024 * kilobyte, gigabyte = 1024 * megabyte,
                       terabyte = 1024 * gigabyte;

// The error says what was read, what is allowed and, where it can be guessed, what was meant.
Result<std::int64_t> parse_size(std::string_view text);  // "64MB", "512 kB", "65536"
Result<Duration> parse_duration(
    std::string_view text);  // "250us", "100ms", "30s", "5m", "2h", "7d"

// The largest unit that divides the value: what parse reads back as the same number.
std::string format_size(std::int64_t bytes);     // "64MB", "1000B"
std::string format_duration(Duration duration);  // "90s", "2h"
// For people: one digit after the point, "12.3MB"; not for parsing.
std::string approximate_size(std::uint64_t bytes);

}  // namespace langyan
