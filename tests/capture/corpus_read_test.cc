// Every capture of pcaps/ and, where there is one, of the corpus is read and decoded: no packet is
// lost between the two rooms, and the corpus's own counts and times agree.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include "base/log.h"
#include "capture/source.h"
#include "decode/decode.h"

namespace langyan {
namespace {

namespace fs = std::filesystem;

struct Reading {
  std::uint64_t packets = 0, delivered = 0;
  Time first = std::numeric_limits<Time>::max(), last = 0;  // by time, not by place
  std::string error;
  decode::Decoder decoder;
};

void expect_sound(const capture::Packet& packet, decode::Outcome outcome,
                  const decode::Headers& headers) {
  EXPECT_EQ(outcome == decode::Outcome::invalid, headers.invalid != decode::Invalid::none);
  const Bytes payload = headers.payload;
  EXPECT_TRUE(payload.empty() ||
              (payload.data() >= packet.data.data() &&
               payload.data() + payload.size() <= packet.data.data() + packet.data.size()));
  if (!headers.has(decode::Odd::cut)) {
    EXPECT_LE(payload.size() + headers.missing, packet.wire_length);
  }
  if (outcome != decode::Outcome::invalid) {
    EXPECT_EQ(decode::pair_hash(packet.data, packet.link_type), decode::pair_hash(headers)) << "packet " << packet.number;
  }
}

void read_into(Reading& reading, const std::string& path) {
  auto source = capture::open_file(path);
  if (!source) {
    reading.error = source.error().message;
    return;
  }
  decode::Headers headers;
  const auto take = [&](const capture::Packet& packet) {
    ++reading.delivered;
    reading.first = std::min(reading.first, packet.time);
    reading.last = std::max(reading.last, packet.time);
    EXPECT_EQ(packet.number, reading.delivered);
    const auto outcome =
        reading.decoder.decode(packet.data, packet.wire_length, packet.link_type, headers);
    expect_sound(packet, outcome, headers);
  };
  while (true) {
    const auto progress = (*source)->read(100, take);
    if (!progress) reading.error = progress.error().message;
    if (!progress || *progress == capture::Progress::end) break;
  }
  reading.packets = (*source)->counters().value(capture::Count::captured);
}

// captured = decoded + invalid + filtered, where nothing was filtered.
void expect_exact(const Reading& reading) {
  using decode::Count;
  const auto& counters = reading.decoder.counters();
  const std::uint64_t decoded = counters.value(Count::transport) + counters.value(Count::network) +
                                counters.value(Count::fragment) + counters.value(Count::link_only);
  EXPECT_EQ(reading.packets, decoded + counters.value(Count::invalid));
  EXPECT_EQ(reading.packets, reading.delivered);
  std::uint64_t reasons = 0;
  counters.each([&](const CounterRow& row, std::uint64_t value) {
    if (row.name.starts_with("decode.invalid.")) reasons += value;
  });
  EXPECT_EQ(reasons, counters.value(Count::invalid));
}

std::map<std::string, std::uint64_t> totals(const std::map<std::string, Reading>& readings) {
  std::map<std::string, std::uint64_t> sums;
  for (const auto& [path, reading] : readings) {
    reading.decoder.counters().each([&](const CounterRow& row, std::uint64_t value) {
      if (value) sums[std::string(row.name)] += value;
    });
  }
  return sums;
}

std::map<std::string, Reading> read_folder(const fs::path& folder) {
  std::map<std::string, Reading> readings;
  const auto files = capture::capture_files(folder.string());
  EXPECT_TRUE(files) << files.error().message;
  if (!files) return readings;
  for (const std::string& path : files->paths) {
    SCOPED_TRACE(path);
    Reading& reading = readings[fs::path(path).lexically_relative(folder).string()];
    read_into(reading, path);
    expect_exact(reading);
  }
  return readings;
}

TEST(CorpusRead, OwnCaptures) {
  const auto readings = read_folder(fs::path(LANGYAN_SOURCE_DIR) / "pcaps");
  for (const auto& [path, reading] : readings) {
    EXPECT_EQ(reading.error, "") << path;
    EXPECT_GT(reading.packets, 0u) << path;
  }
  EXPECT_GT(totals(readings)["decode.tcp"], 0u);
}

struct Expected {
  std::uint64_t packets = 0;
  bool known = false;  // tshark reads the file's link type
  double first = 0, last = 0;
};

std::map<std::string, Expected> expectations(const fs::path& corpus) {
  std::map<std::string, Expected> rows;
  std::ifstream file(corpus / "expect/files.tsv");
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::array<std::string, 5> cells;
    for (std::string& cell : cells) std::getline(columns, cell, '\t');
    const auto& [path, bytes, packets, first, last] = cells;
    if (path == "file") continue;
    rows[path] = {std::strtoull(packets.c_str(), nullptr, 10), first != "None",
                  std::strtod(first.c_str(), nullptr), std::strtod(last.c_str(), nullptr)};
  }
  return rows;
}

TEST(CorpusRead, CountsAndTimesOfTheCorpus) {
  const char* named = std::getenv("LANGYAN_CORPUS");
  const fs::path corpus =
      named ? fs::path(named) : fs::path(LANGYAN_SOURCE_DIR) / "../shared/corpus";
  if (!fs::is_directory(corpus)) {
    ASSERT_FALSE(named) << "LANGYAN_CORPUS is no directory: " << named;
    GTEST_SKIP() << "no corpus at " << corpus << ": nothing was compared";
  }
  logging::set_level(logging::Level::error);  // many of its files are cut on purpose
  const auto readings = read_folder(corpus);
  std::size_t compared = 0;
  for (const auto& [path, expected] : expectations(corpus)) {
    SCOPED_TRACE(path);
    const auto at = readings.find(path);
    if (at == readings.end()) {
      ADD_FAILURE() << "was not found";
      continue;
    }
    const Reading& reading = at->second;
    EXPECT_EQ(reading.error, "");
    if (!expected.known) continue;
    EXPECT_EQ(reading.packets, expected.packets);
    ++compared;
    if (path.starts_with("malformed/")) continue;  // some have fractions of more than a second
    EXPECT_NEAR(static_cast<double>(reading.first), expected.first * 1e6, 2);
    EXPECT_NEAR(static_cast<double>(reading.last), expected.last * 1e6, 2);
  }
  EXPECT_GT(compared, 0u);
  std::printf("corpus: %zu files, %zu compared\n", readings.size(), compared);
  for (const auto& [name, value] : totals(readings)) {
    std::printf("%-36s %9llu\n", name.c_str(), static_cast<unsigned long long>(value));
  }
}

}  // namespace
}  // namespace langyan
