#include "parsers/goose/goose.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"

namespace langyan::goose {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint8_t> value(std::uint8_t tag, std::vector<std::uint8_t> content) {
  std::vector<std::uint8_t> made = {tag, static_cast<std::uint8_t>(content.size())};
  made.insert(made.end(), content.begin(), content.end());
  return made;
}
std::vector<std::uint8_t> text(std::uint8_t tag, std::string_view content) {
  return value(tag, {content.begin(), content.end()});
}

struct Said {
  std::uint8_t st = 1, sq = 0, conf = 1, entries = 2;
  bool on = false;
};

// [81] 18.1.2.5, the members in order, behind the header of annex C and before padding.
std::vector<std::uint8_t> message(const Said& said, std::size_t padding = 0) {
  std::vector<std::uint8_t> pdu;
  const auto add = [&](const std::vector<std::uint8_t>& octets) {
    pdu.insert(pdu.end(), octets.begin(), octets.end());
  };
  add(text(0x80, "LD0/LLN0$GO$gcb")), add(value(0x81, {0x07, 0xd0})), add(text(0x82, "LD0/LLN0$ds")),
      add(text(0x83, "trip"));
  add(value(0x84, {0x69, 0xa5, 0x43, 0x80, 0x80, 0, 0, 0x0a})), add(value(0x85, {said.st})),
      add(value(0x86, {said.sq}));
  add(value(0x87, {0})), add(value(0x88, {said.conf})), add(value(0x89, {0})), add(value(0x8a, {said.entries}));
  add(value(0xab, {0x83, 1, said.on, 0xa2, 7, 0x84, 3, 3, 0, 0, 0x86, 0}));
  pdu[pdu.size() - 12 + 4] = 0x07;  // the structure's length
  pdu = value(0x61, pdu);
  const auto length = static_cast<std::uint8_t>(pdu.size() + 8);
  std::vector<std::uint8_t> made = {0x30, 0x01, 0, length, 0, 0, 0, 0};
  made.insert(made.end(), pdu.begin(), pdu.end());
  made.insert(made.end(), padding, 0);
  return made;
}

class Goose : public testing::Test {
 protected:
  Goose() {
    decode.context.transport = Transport::layer2;
    decode.context.ethertype = 0x88b8;
    decode.context.shared = &table;
  }
  Decoded said(const Said& what, Duration later = 1'000'000) {
    decode.context.time += later;
    return decode(message(what), Direction::to_server);
  }
  SharedTable table;
  MessageDecoder decode{protocol};
};

TEST_F(Goose, NamesControlBlockNumbersAndData) {
  const Decoded got = decode(message({.st = 3, .sq = 7, .on = true}, 6), Direction::to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["appid"], "12289");
  EXPECT_EQ(got["gocb_ref"], "LD0/LLN0$GO$gcb");
  EXPECT_EQ(got["time_allowed_to_live"], "2000");
  EXPECT_EQ(got["st_num"], "3");
  EXPECT_EQ(got["sq_num"], "7");
  EXPECT_EQ(got["t"], "2026-03-02T08:00:00.500000+0000");
  EXPECT_THAT(got.operations, ElementsAre("report LD0/LLN0$GO$gcb=3 one_way"));
  ASSERT_EQ(got.items.size(), 4u);
  EXPECT_EQ(got.items[0].at("data_boolean"), "1");
  EXPECT_EQ(got.items[1].at("data_type"), "structure");
  EXPECT_EQ(got.items[2].at("data_type"), "bit_string");
  EXPECT_EQ(got.items[2].at("data_index"), "1");
}

TEST_F(Goose, OrdinaryPublishingIsNoFault) {
  for (const Said& one :
       {Said{1, 1}, Said{1, 2}, Said{1, 3}, Said{2, 0, 1, 2, true}, Said{2, 1, 1, 2, true}, Said{1, 1}, Said{1, 2}})
    EXPECT_EQ(said(one).fault, "") << int{one.st} << ' ' << int{one.sq};
}

TEST_F(Goose, SignsOfAForgedMessageAreEachToldOnce) {
  said({5, 0});
  EXPECT_EQ(said({9, 0}).fault, "goose.state_jump");
  EXPECT_EQ(said({5, 1}).fault, "goose.state_back");
  EXPECT_EQ(said({9, 1}).fault, "");  // a jump again
  EXPECT_EQ(said({9, 0}).fault, "goose.sequence_back");
  EXPECT_EQ(said({9, 1, 1, 2, true}).fault, "goose.data_changed");
  EXPECT_EQ(said({9, 2, 7, 2, true}).fault, "goose.configuration");
  EXPECT_EQ(said({9, 3, 7, 2, true}, 10'000'000).fault, "goose.expired");
  EXPECT_EQ(said({9, 4, 7, 2, true}, 10'000'000).fault, "");
}

TEST_F(Goose, NamesWhatIsWrong) {
  EXPECT_EQ(said({1, 1, 1, 3}).fault, "goose.entries");
  auto lies = message({});
  lies[3] = 0xff;
  EXPECT_EQ(decode(lies, Direction::to_server).fault, "goose.header");
  auto broken = message({});
  broken[9] = 0x7f;  // the PDU says it is longer than the frame
  const Decoded got = decode(broken, Direction::to_server);
  EXPECT_EQ(got.fault, "goose.encoding");
  EXPECT_EQ(got["st_num"], "1");
}

TEST_F(Goose, ACutMessageIsNeverAWholeOne) {
  const auto whole = message({});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, Direction::to_server);
    EXPECT_EQ(got.fault, "goose.header") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

TEST_F(Goose, IsReadBehindARoutedSessionToo) {
  const auto inner = message({});
  const std::size_t apdu = inner.size() - 8;
  auto routed = from_hex("01 40 a1 18 80 16 00000000 00000007 0002 00000000 0000 0000 00000000 00 00000000 81 00 3001");
  routed[31] = static_cast<std::uint8_t>(apdu + 6);
  routed.push_back(0), routed.push_back(static_cast<std::uint8_t>(apdu));
  routed.insert(routed.end(), inner.begin() + 8, inner.end());
  Context udp{Direction::to_server, Transport::udp, 40000, 102};
  EXPECT_EQ(protocol.identify(routed, udp), Identity::yes);
  decode.context.transport = Transport::udp;
  const Decoded got = decode(routed, Direction::to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["spdu_number"], "7");
  EXPECT_EQ(got["gocb_ref"], "LD0/LLN0$GO$gcb");
}

}  // namespace
}  // namespace langyan::goose
