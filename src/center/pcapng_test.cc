// The packets of events as a file, read back by our own reader.
#include "center/pcapng.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/json.h"
#include "base/temp_folder.h"
#include "capture/source.h"

namespace langyan::center {
namespace {

const Time noon = *parse_timestamp("2026-03-02T12:00:00Z");

struct Found {
  Time time;
  std::string octets;
  std::uint32_t wire;
  bool operator==(const Found&) const = default;
};

nlohmann::json member(std::uint64_t number, std::string_view octets, std::uint32_t length = 0) {
  std::string text;
  JsonWriter(text).base64(bytes_of(octets));
  nlohmann::json carried = {{"packet", nlohmann::json::parse(text)}, {"packet_info", {{"linktype", 1}}}};
  if (number) carried["pcap_cnt"] = number;
  if (length) carried["packet_info"]["length"] = length;
  return carried;
}

// An alert on that packet, of whose flow the others were kept, cut to three octets.
std::string alert(std::uint64_t number, std::initializer_list<std::uint64_t> before,
                  const std::string& signature = "stop") {
  const auto octets = [](std::uint64_t of) { return "p" + std::to_string(of) + " and what it says"; };
  nlohmann::json event = member(number, octets(number));
  event["alert"]["signature"] = signature;
  event["packets_before"] = nlohmann::json::array();
  for (const std::uint64_t each : before) {
    auto carried = member(each, octets(each).substr(0, 3), static_cast<std::uint32_t>(octets(each).size()));
    std::string time;
    JsonWriter(time).time(noon + static_cast<Time>(each));
    carried["timestamp"] = nlohmann::json::parse(time);
    event["packets_before"].push_back(carried);
  }
  return event.dump();
}

std::vector<Found> read(std::string_view file) {
  TempFolder folder;
  folder.write("alert.pcapng", file);
  std::vector<Found> all;
  auto source = capture::open_file(folder.path() + "/alert.pcapng", {});
  EXPECT_TRUE(source.ok()) << source.error().message;
  for (;;) {
    const auto more = (*source)->read(10, [&](const capture::Packet& packet) {
      all.push_back({packet.time, {packet.data.begin(), packet.data.end()}, packet.wire_length});
    });
    EXPECT_TRUE(more.ok()) << more.error().message;
    if (!more || *more == capture::Progress::end) return all;
  }
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++times;
  return times;
}

TEST(PacketFile, HasThePacketsBeforeInTheOrderOfTime) {
  PacketFile file;
  ASSERT_TRUE(file.add(alert(9, {4, 6, 7}), "s1", noon + 9, "a1"));
  const std::string text = file.take();
  EXPECT_EQ(read(text), (std::vector<Found>{{noon + 4, "p4 ", 19}, {noon + 6, "p6 ", 19}, {noon + 7, "p7 ", 19},
                                            {noon + 9, "p9 and what it says", 19}}));  // 19 on the wire
  EXPECT_EQ(count(text, "a1 stop"), 1u);
  EXPECT_GT(text.find("a1 stop"), text.find("p9 and"));  // an option stands behind its packet
}

// Three alerts of one flow, two on one packet: each packet is there once, whole where any of them has it whole.
TEST(PacketFile, HasEachPacketOnce) {
  PacketFile file;
  ASSERT_TRUE(file.add(alert(9, {4, 6, 7}), "s1", noon + 9, "a1"));
  ASSERT_TRUE(file.add(alert(9, {4, 6, 7}, "written"), "s1", noon + 9, "a2"));
  ASSERT_TRUE(file.add(alert(6, {1, 4}, "read"), "s1", noon + 6, "a3"));
  const std::string text = file.take();
  std::vector<std::string> octets;
  for (const Found& each : read(text)) octets.push_back(each.octets);
  EXPECT_EQ(octets, (std::vector<std::string>{"p1 ", "p4 ", "p6 and what it says", "p7 ", "p9 and what it says"}));
  for (const char* comment : {"a1 stop", "a2 written", "a3 read"}) EXPECT_EQ(count(text, comment), 1u) << comment;
}

TEST(PacketFile, KeepsApartWhatOnlyLooksAlike) {
  PacketFile file;
  const std::string unnumbered = member(0, "same").dump(), seventh = member(7, "same").dump(),
                    other = member(7, "else").dump();
  for (const std::string& line : {unnumbered, unnumbered, seventh, other})
    ASSERT_TRUE(file.add(line, "s1", noon, "id"));
  ASSERT_TRUE(file.add(seventh, "s2", noon, "id"));        // another sensor's seventh packet
  ASSERT_TRUE(file.add(seventh, "s1", noon + 1, "id"));  // and that of another capture
  EXPECT_EQ(read(file.take()).size(), 6u);
}

TEST(PacketFile, LeavesOutWhatIsNone) {
  PacketFile file;
  for (const char* line :
       {"", "{}", R"({"packet":7})", R"({"packet":"?"})", R"({"packets_before":[{"packet":"AAEC"}]})"})
    EXPECT_FALSE(file.add(line, "s1", noon, "id")) << line;
  EXPECT_TRUE(read(PacketFile().take()).empty());
  for (const char* before :
       {"7", "[7]", "[[]]", "[{}]", R"([{"packet":"AAEC"}])", R"([{"packet":"AAEC","timestamp":"noon"}])",
        R"([{"packet":"?","timestamp":"2026-03-02T12:00:00Z"}])"})
    EXPECT_TRUE(
        file.add(R"({"packet":"AAEC","packet_info":{"length":-1},"packets_before":)" + std::string(before) + "}", "s1",
                 noon, "id"))
        << before;
  const auto packets = read(file.take());
  EXPECT_EQ(packets.size(), 7u);
  for (const Found& each : packets) EXPECT_EQ(each.wire, 3u);
}

}  // namespace
}  // namespace langyan::center
