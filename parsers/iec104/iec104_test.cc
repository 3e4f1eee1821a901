#include "parsers/iec104/iec104.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/iec104/types.h"

namespace langyan::iec104 {
namespace {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

// An ASDU in an I frame with N(S) = N(R) = 0.
std::vector<std::uint8_t> apdu(std::string_view asdu) {
  std::vector<std::uint8_t> octets = {0x68, 0, 0, 0, 0, 0};
  for (std::uint8_t octet : from_hex(asdu)) octets.push_back(octet);
  octets[1] = static_cast<std::uint8_t>(octets.size() - 2);
  return octets;
}
Decoded decode(std::string_view asdu, Direction direction) {
  return MessageDecoder(protocol)(apdu(asdu), direction);
}
Decoded decode_whole(std::string_view hex, Direction direction) {
  return MessageDecoder(protocol)(from_hex(hex), direction);
}

struct Case {
  const char* asdu;  // type, VSQ, cause, originator, common address, objects
  Direction direction;
  std::vector<std::string> operations;
};

TEST(Iec104, ReducesAsdusToOperations) {
  const Case cases[] = {
      {"01 01 03 00 0100 e90300 01", answer, {"report IOA 1001=1 unit 1 ok"}},
      {"01 82 14 00 0100 0a0000 00 01", answer, {"report IOA 10=0 unit 1 ok", "report IOA 11=1 unit 1 ok"}},
      {"03 01 03 00 0200 010000 02", answer, {"report IOA 1=2 unit 2 ok"}},
      {"05 01 03 00 0100 010000 7f 00", answer, {"report IOA 1=-1 unit 1 ok"}},
      {"07 01 03 00 0100 010000 78563412 00", answer, {"report IOA 1=305419896 unit 1 ok"}},
      {"09 01 03 00 0100 010000 0040 00", answer, {"report IOA 1=0.5 unit 1 ok"}},
      {"0b 01 03 00 0100 010000 feff 00", answer, {"report IOA 1=-2 unit 1 ok"}},
      {"0d 01 03 00 0100 010000 0000803f 00", answer, {"report IOA 1=1 unit 1 ok"}},
      {"0f 01 25 00 0100 010000 ffffffff 03", answer, {"report IOA 1=-1 unit 1 ok"}},
      {"2d 01 06 00 0100 8a1300 81", ask, {"select IOA 5002=1 unit 1 pending"}},
      {"2d 01 06 00 0100 8a1300 01", ask, {"control IOA 5002=1 unit 1 pending"}},
      {"2d 01 07 00 0100 8a1300 01", answer, {"control IOA 5002 unit 1 ok"}},
      {"2d 01 47 00 0100 8a1300 01", answer, {"control IOA 5002 unit 1 refused 7"}},
      {"2d 01 2f 00 0100 8a1300 01", answer, {"control IOA 5002 unit 1 refused 47"}},
      {"2d 01 0a 00 0100 8a1300 01", answer, {}},
      {"32 01 06 00 0100 8a1300 00002042 00", ask, {"control IOA 5002=40 unit 1 pending"}},
      {"64 01 06 00 0100 000000 14", ask, {"read IOA 0 unit 1 pending"}},
      {"66 01 05 00 0100 010000", ask, {"read IOA 1 unit 1 pending"}},
      {"67 01 06 00 0100 000000 e803 1e 0c 02 03 1a", ask, {"time IOA 0 unit 1 pending"}},
      {"69 01 06 00 0100 000000 01", ask, {"reset IOA 0 unit 1 pending"}},
      {"70 01 06 00 0100 010000 0000803f 01", ask, {"configure IOA 1=1 unit 1 pending"}},
      {"7a 01 0d 00 0100 010000 0100 01 02", ask, {"file file IOA 1 unit 1 ok"}},
      {"46 01 04 00 0100 000000 00", answer, {"session IOA 0 unit 1 ok"}},
  };
  for (const Case& each : cases) {
    const Decoded got = decode(each.asdu, each.direction);
    EXPECT_EQ(got.fault, "") << each.asdu;
    EXPECT_EQ(got.operations, each.operations) << each.asdu;
  }
}

TEST(Iec104, EveryTypeReadsAnElementOfItsOwnSize) {
  for (const Type& type : types) {
    std::vector<std::uint8_t> octets = {0x68, 0, 0, 0, 0, 0, type.code, 1, 3, 0, 1, 0, 5, 0, 0};
    octets.insert(octets.end(), element_bytes(type), 0);
    octets[1] = static_cast<std::uint8_t>(octets.size() - 2);
    EXPECT_EQ(MessageDecoder(protocol)(octets, answer).fault, "") << type.name;
    octets.push_back(0);
    EXPECT_EQ(MessageDecoder(protocol)(octets, answer).fault, "iec104.trailing") << type.name;
    octets.pop_back();
    octets.pop_back();
    if (octets.size() > 12) {
      EXPECT_EQ(MessageDecoder(protocol)(octets, answer).fault, "iec104.truncated") << type.name;
    }
  }
}

TEST(Iec104, ReadsQualityTimeAndQualifiers) {
  const Decoded point = decode("1e 01 03 00 0100 e90300 91 e803 1e 0c 02 03 1a", answer);
  ASSERT_EQ(point.items.size(), 1u);
  EXPECT_EQ(point.items[0].at("ioa"), "1001");
  EXPECT_EQ(point.items[0].at("value"), "1");
  EXPECT_EQ(point.items[0].at("quality"), "144");
  EXPECT_EQ(point.items[0].at("time"), "2026-03-02T12:30:01.000000+0000");
  EXPECT_EQ(point.items[0].at("time_invalid"), "0");
  EXPECT_EQ(point["cause"], "spontaneous");
  EXPECT_EQ(point["type_id"], "m_sp_tb_1");
  const Decoded command = decode("2e 01 06 07 0100 010000 86", ask);
  EXPECT_EQ(command.items[0].at("value"), "2");
  EXPECT_EQ(command.items[0].at("select"), "1");
  EXPECT_EQ(command.items[0].at("qualifier"), "1");
  EXPECT_EQ(command["originator_address"], "7");
  const Decoded no_clock = decode("1e 01 03 00 0100 010000 00 ffff ff ff ff ff ff", answer);
  EXPECT_EQ(no_clock.items[0].count("time"), 0u) << "a face that no clock shows is not a time";
}

TEST(Iec104, TellsConnectionControlApart) {
  const Decoded start = decode_whole("68 04 07 00 00 00", ask);
  EXPECT_EQ(start["format"], "u");
  EXPECT_EQ(start["u_function"], "startdt");
  EXPECT_EQ(start.role, Role::request);
  EXPECT_EQ(start.operations, std::vector<std::string>{"session pending"});
  const Decoded confirmed = decode_whole("68 04 83 00 00 00", answer);
  EXPECT_EQ(confirmed["u_function"], "testfr");
  EXPECT_EQ(confirmed["u_confirmation"], "1");
  EXPECT_EQ(confirmed.role, Role::answer);
  const Decoded supervisory = decode_whole("68 04 01 00 0a 00", ask);
  EXPECT_EQ(supervisory["format"], "s");
  EXPECT_EQ(supervisory["receive_sequence"], "5");
  EXPECT_TRUE(supervisory.operations.empty());
}

TEST(Iec104, NamesWhatIsWrong) {
  EXPECT_EQ(decode("01 02 03 00 0100 e90300 01", answer).fault, "iec104.truncated");
  EXPECT_EQ(decode("01 01 03 00 0100 e90300 01 00", answer).fault, "iec104.trailing");
  EXPECT_EQ(decode("1d 01 03 00 0100 e90300 01", answer).fault, "iec104.type_id");
  EXPECT_EQ(decode("01 01 3f 00 0100 e90300 01", answer).fault, "iec104.cause");
  EXPECT_EQ(decode("2d 01 06 00 0100 8a1300 01", answer).fault, "iec104.direction");
  EXPECT_EQ(decode_whole("68 04 0f 00 00 00", ask).fault, "iec104.control");
  EXPECT_EQ(decode_whole("68 04 03 00 00 00", ask).fault, "iec104.control");
  EXPECT_EQ(decode_whole("68 05 07 00 00 00 00", ask).fault, "iec104.trailing");
}

TEST(Iec104, MissesNoJumpOfTheSendSequence) {
  MessageDecoder decoder(protocol);
  auto frame = apdu("01 01 03 00 0100 e90300 01");
  const auto number = [&](unsigned n) {
    frame[2] = static_cast<std::uint8_t>(n << 1), frame[3] = static_cast<std::uint8_t>(n >> 7);
    return decoder(frame, answer).fault;
  };
  EXPECT_EQ(number(32766), "");  // the first may be any: the connection is months old
  EXPECT_EQ(number(32767), "");
  EXPECT_EQ(number(0), "");
  EXPECT_EQ(number(2), "iec104.sequence");
  EXPECT_EQ(number(3), "");
  EXPECT_EQ(number(3), "iec104.sequence");
}

TEST(Iec104, SeesMoreUnacknowledgedFramesThanTheWindow) {
  MessageDecoder decoder(protocol);
  auto frame = apdu("01 01 03 00 0100 e90300 01");
  unsigned sent = 0;
  const auto send = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i, ++sent) {
      frame[2] = static_cast<std::uint8_t>(sent << 1);
      EXPECT_EQ(decoder(frame, answer).fault, "") << sent;
    }
  };
  const auto acknowledge = [&] {
    const std::vector<std::uint8_t> s = {0x68, 4, 1, 0, static_cast<std::uint8_t>(sent << 1), 0};
    return decoder(s, ask).fault;
  };
  send(20);
  EXPECT_EQ(acknowledge(), "") << "what was acknowledged before is not known";
  send(12);
  EXPECT_EQ(acknowledge(), "");
  send(13);
  EXPECT_EQ(acknowledge(), "iec104.window");
  send(13);
  decoder.context.after_gap = true;  // an acknowledgement may be among what was lost
  EXPECT_EQ(acknowledge(), "");
}

TEST(Iec104, SeesDataWhileTransferIsStopped) {
  MessageDecoder decoder(protocol);
  auto frame = apdu("01 01 03 00 0100 e90300 01");
  const auto send = [&](unsigned number) {
    frame[2] = static_cast<std::uint8_t>(number << 1);
    return decoder(frame, answer).fault;
  };
  EXPECT_EQ(send(0), "") << "a connection seen from its middle";
  decoder("68 04 13 00 00 00", ask);
  EXPECT_EQ(send(1), "") << "asked for, not yet confirmed";
  decoder("68 04 23 00 00 00", answer);
  EXPECT_EQ(send(2), "iec104.stopped");
  decoder("68 04 07 00 00 00", ask);
  EXPECT_EQ(send(3), "");
  EXPECT_EQ(decoder("68 04 07 00 00 00", answer).fault, "iec104.direction");
}

TEST(Iec104, InventsNothingFromACutApdu) {
  const auto whole = apdu("24 02 03 00 0100 010000 0000803f 00 e8031e0c02031a 020000 00000040 00 e8031e0c02031a");
  for (std::size_t size = 6; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, answer);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_LE(got.items.size(), size < 12 + 15 ? 0u : 1u) << size;
    EXPECT_EQ(got.items.size(), got.operations.size()) << size;
  }
}

TEST(Iec104, FramesAndIsKnownOnAnyPort) {
  const auto kind = [](std::string_view hex) { return protocol.frame(from_hex(hex), {}).kind; };
  EXPECT_EQ(kind("68 04 07 00 00 00"), Frame::Kind::message);
  EXPECT_EQ(kind("68 04 07"), Frame::Kind::need);
  EXPECT_EQ(kind("68"), Frame::Kind::need);
  EXPECT_EQ(kind("69 04 07 00 00 00"), Frame::Kind::lost);
  EXPECT_EQ(kind("68 03 07 00 00"), Frame::Kind::lost);
  EXPECT_EQ(kind("68 fe 00 00 00 00"), Frame::Kind::lost);
  Context foreign{ask, Transport::tcp, 40000, 12404};
  const auto identify = [&](std::string_view hex) { return protocol.identify(from_hex(hex), foreign); };
  EXPECT_EQ(identify("68 04 07 00 00 00"), Identity::yes);
  EXPECT_EQ(identify("68 04 07 00 00 00 68 04 43 00 00 00"), Identity::yes);
  EXPECT_EQ(identify("68 04 07 00 00 00 41"), Identity::no);
  EXPECT_EQ(identify("68 04 08 00 01 00"), Identity::no);
  EXPECT_EQ(identify("68 65 6c 6c 6f 20 77 6f 72 6c 64"), Identity::no);
  EXPECT_EQ(identify("68 04"), Identity::unsure);
}

TEST(Iec104, WritesObjectsAsEngineersDo) {
  std::string one, range;
  protocol.notation({.address = 1001, .count = 1}, one);
  protocol.notation({.address = 1001, .count = 3}, range);
  EXPECT_EQ(one, "IOA 1001");
  EXPECT_EQ(range, "IOA 1001..1003");
}

}  // namespace
}  // namespace langyan::iec104
