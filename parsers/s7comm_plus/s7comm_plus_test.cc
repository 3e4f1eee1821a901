#include "parsers/s7comm_plus/s7comm_plus.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/s7comm_plus/table.h"

namespace langyan::s7comm_plus {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Octets = std::vector<std::uint8_t>;
constexpr Direction ask = Direction::to_server, reply = Direction::to_client;

Octets tpkt(const Octets& unit) {
  Octets packet = {3, 0, static_cast<std::uint8_t>((unit.size() + 4) >> 8),
                   static_cast<std::uint8_t>(unit.size() + 4)};
  packet.insert(packet.end(), unit.begin(), unit.end());
  return packet;
}
Octets data_unit(const Octets& user, bool last = true) {
  Octets unit = {2, 0xf0, static_cast<std::uint8_t>(last ? 0x80 : 0)};
  unit.insert(unit.end(), user.begin(), user.end());
  return tpkt(unit);
}
const std::string digest = "20" + std::string(64, 'a');

// A message of `version` around `body`; protected ones get a digest, all but pieces a trailer.
Octets user(int version, std::string_view body, bool trailer = true) {
  const Octets octets = from_hex((version == 3 ? digest : "") + std::string(body));
  Octets all = {0x72, static_cast<std::uint8_t>(version),
                static_cast<std::uint8_t>(octets.size() >> 8),
                static_cast<std::uint8_t>(octets.size())};
  all.insert(all.end(), octets.begin(), octets.end());
  if (trailer) all.insert(all.end(), {0x72, static_cast<std::uint8_t>(version), 0, 0});
  return all;
}
Octets message(int version, std::string_view body, bool trailer = true) {
  return data_unit(user(version, body, trailer));
}
std::string request_head(std::string_view function, std::string_view sequence = "0009") {
  return "31 0000" + std::string(function) + "0000" + std::string(sequence) + "70000e4c 34";
}
std::string answer_head(std::string_view function, std::string_view sequence = "0009") {
  return "32 0000" + std::string(function) + "0000" + std::string(sequence) + "34";
}

class Parts final : public Assembly {
 public:
  bool append(Bytes piece) override {
    if (octets_.size() + piece.size() > 400) return false;
    octets_.insert(octets_.end(), piece.begin(), piece.end());
    return true;
  }
  Bytes bytes() const override { return octets_; }
  void clear() override { octets_.clear(); }

 private:
  Octets octets_;
};

const std::string set_state = request_head("04f2") + "00000034 01 9077 00 08";
const std::string qualifier =
    "000004e8 8969 0012 00000000 896a 0013 00 896b 0004 00 00 07 00000000";

TEST(S7commPlus, ToldStatesStartAndStop) {
  MessageDecoder decode(protocol);
  const Decoded stop = decode(message(3, set_state + "01" + qualifier), ask);
  EXPECT_EQ(stop.fault, "");
  EXPECT_EQ(stop.role, Role::request);
  EXPECT_THAT(stop.operations, ElementsAre("stop cpu_exec_unit.operating_state_request=1 pending"));
  EXPECT_EQ(stop["operating_state"], "stop");
  EXPECT_EQ(stop["object_id"], "cpu_exec_unit");
  EXPECT_EQ(stop["integrity"], "1");
  EXPECT_THAT(decode(message(3, set_state + "03" + qualifier), ask).operations,
              ElementsAre("start cpu_exec_unit.operating_state_request=3 pending"));
  EXPECT_THAT(decode(message(3, set_state + "02" + qualifier), ask).operations,
              ElementsAre("reset cpu_exec_unit.operating_state_request=2 pending"));
  const Decoded done = decode(message(3, answer_head("04f2") + "00 07 00000000"), reply);
  EXPECT_EQ(done.role, Role::answer);
  EXPECT_THAT(done.operations, ElementsAre("reset ok"));
  EXPECT_EQ(done["result"], "ok");
}

TEST(S7commPlus, AnswersAloneTellNoChange) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode(message(3, answer_head("04f2") + "00 07 00000000"), reply).operations,
              ElementsAre("other ok"));
  EXPECT_THAT(decode(message(3, answer_head("04d4") + "00 00000388 00000000"), reply).operations,
              ElementsAre("other ok"));
}

TEST(S7commPlus, RefusalsHaveTheirCode) {
  MessageDecoder decode(protocol);
  decode(message(3, set_state + "01" + qualifier), ask);
  // 0x8318890001b3fffe in seven bits an octet, the last with eight.
  const Decoded refused =
      decode(message(3, answer_head("04f2") + "c1c691908086e7ff fe 00000000"), reply);
  EXPECT_THAT(refused.operations, ElementsAre("stop refused 65534"));
  EXPECT_EQ(refused["result"], "invalid_type");
  MessageDecoder again(protocol);
  again(message(3, set_state + "01" + qualifier), ask);
  const Decoded gone =
      again(message(3, answer_head("04f2") + "ffffffffffffffff f4 00000000"), reply);
  EXPECT_THAT(gone.operations, ElementsAre("stop refused 65524"));
  EXPECT_EQ(gone["result"], "object_not_found");
}

TEST(S7commPlus, SessionSetupTellsWhoSpeaks) {
  MessageDecoder decode(protocol);
  const Decoded asked = decode(
      message(1,
              "31 0000 04ca 0000 0001 00000120 36 0000011d 00 04 00 00000000 a1 000000d3 821f 00 00"
              "a3 8169 00 15 03 533031 a3 8228 00 15 04 75736572 a3 8229 00 15 06 506f7274616c"
              "a3 822a 00 15 0a 4553383037315f343137 a3 822c 00 12 01c9c389 a1 000000d3 817f 00 00 "
              "a2 a2 00000000"),
      ask);
  EXPECT_EQ(asked.fault, "");
  EXPECT_THAT(asked.operations, ElementsAre("session server_session pending"));
  EXPECT_EQ(asked["class_id"], "server_session");
  EXPECT_EQ(asked["host"], "ES8071_417");
  EXPECT_EQ(asked["user"], "user");
  EXPECT_THAT(asked.facts, ElementsAre("description=Portal", "name=ES8071"));
  ASSERT_EQ(asked.items.size(), 5u);
  EXPECT_EQ(asked.items[4].at("number"), std::to_string(0x01c9c389));

  const Decoded told = decode(
      message(1,
              "32 0000 04ca 0000 0001 36 00 02 8707 8706 a1 00000120 821f 01 00 a3 822b 00 04 02"
              "a3 8232 00 17 0000013a 823b 00 04 8500 823f 00 15 1a "
              "313b36455337203531352d32414d30312d304142303b56322e36"
              "8241 00 03 0003 00 a2 00000000"),
      reply);
  EXPECT_EQ(told.fault, "");
  EXPECT_THAT(told.operations, ElementsAre("session ok"));
  EXPECT_EQ(told["new_object_id"], std::to_string(7 << 7 | 7));
  EXPECT_EQ(told["cpu"], "1;6ES7 515-2AM01-0AB0;V2.6");
  EXPECT_THAT(told.facts,
              ElementsAre("vendor=Siemens", "order_number=6ES7 515-2AM01-0AB0", "firmware=V2.6"));
}

TEST(S7commPlus, ClientsRepeatingTheCpuTellNothing) {
  MessageDecoder decode(protocol);
  const Decoded echo =
      decode(message(2, request_head("0542", "0002") +
                            "70000e4c 01 01 8232 01 00 17 0000013a 823f 00 15 1a"
                            "313b36455337203531352d32414d30312d304142303b56322e36 00 00"),
             ask);
  EXPECT_THAT(echo.facts, IsEmpty());
  EXPECT_EQ(echo["cpu"], "1;6ES7 515-2AM01-0AB0;V2.6");
  EXPECT_THAT(echo.operations, ElementsAre("session session.session_version pending"));
}

TEST(S7commPlus, IdentityRecordsAreTold) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(
      decode(message(3, request_head("0586", "0005") + "00000031 20 04 01 9d29" + qualifier), ask)
          .operations,
      ElementsAre("identify cpu_proxy.identity_record pending"));
  const Decoded told = decode(
      message(
          3,
          answer_head("0586", "0005") +
              "00 00 00 14 00 3c 0020 0038 0100 002a 36455337203531352d32414d30312d30414230 20"
              "5320432d4c35434d3737373632303139 0003 560206000000 0000 0000 0101 000e 07 00000000"),
      reply);
  EXPECT_THAT(told.facts, ElementsAre("vendor=Siemens", "order_number=6ES7 515-2AM01-0AB0",
                                      "serial=S C-L5CM77762019", "hardware=3", "firmware=V2.6.0"));
}

TEST(S7commPlus, VariablesHaveNamesAndValues) {
  MessageDecoder decode(protocol);
  const Decoded asked = decode(message(3, request_head("054c") +
                                              "00000000 03 0f 88ede1bc63 88d0b88006 02 937616"
                                              "00 52 02 9d18 04 00 88d0b88001 04 9376 03 02 04" +
                                              qualifier),
                               ask);
  EXPECT_THAT(asked.operations, ElementsAre("read DB6.22 pending", "read M.4 pending",
                                            "read DB1.DBB2..DBB5 pending"));
  EXPECT_EQ(asked.items[0].at("db_number"), "6");
  EXPECT_EQ(asked.items[0].at("sub_area"), "value_actual");
  const Decoded told =
      decode(message(3, answer_head("054c") + "00 01 00 0e 41932542 03 10 0a 04 01020304 00"
                                              "02 ffffffffffffffff f4 00 06 00000000"),
             reply);
  EXPECT_EQ(told.operations.size(), 3u);
  EXPECT_THAT(told.operations[0], testing::StartsWith("read=18.39"));
  EXPECT_EQ(told.operations[1], "read refused 65524");
  EXPECT_EQ(told.operations[2], "read ok");
  EXPECT_EQ(told.items[1].at("octets"), "01020304");
  EXPECT_EQ(told.items[2].at("item_result"), "object_not_found");

  EXPECT_THAT(
      decode(message(3, request_head("0542") +
                            "00000000 01 05 00 88d0b88006 02 9376 71 01 00 01 01 00" + qualifier),
             ask)
          .operations,
      ElementsAre("write DB6.113=1 pending"));
}

TEST(S7commPlus, ProgramsClocksAndPasswordsWeigh) {
  MessageDecoder decode(protocol);
  // A new function block under the program, with its number and its code.
  EXPECT_THAT(decode(message(3, request_head("04ca") +
                                    "00000003 00 04 00 00000000 a1 8a0c0001 9412 00 00"
                                    "a3 9359 00 03 0001 a3 9414 00 14 00 03 010203 a2 00000000"),
                     ask)
                  .operations,
              ElementsAre("download fb pending"));
  EXPECT_THAT(decode(message(3, request_head("04f2") + "00000034 01 9275 00 10 0005a2d5c3f80000" +
                                    qualifier),
                     ask)
                  .operations,
              ElementsAre("time cpu_exec_unit.clock=" + number_text(double(0x0005a2d5c3f80000)) +
                          " pending"));
  EXPECT_THAT(
      decode(message(3, request_head("04f2") + "70000e4c 01 8e36 00 14 00 02 abcd" + qualifier),
             ask)
          .operations,
      ElementsAre("auth session.legitimate pending"));
  EXPECT_THAT(decode(message(3, request_head("04d4") + "8a0e0006" + qualifier), ask).operations,
              ElementsAre("configure DB6 pending"));
  EXPECT_THAT(decode(message(3, request_head("04d4") + "70000e4c" + qualifier), ask).operations,
              ElementsAre("session session pending"));
  EXPECT_THAT(
      decode(message(3, request_head("04ca") + "70000e4d 00 04 00 00000000 a1 7fffffff 8769 00 00"
                                               "a3 8819 00 04 8768 a2 00000000"),
             ask)
          .operations,
      ElementsAre("subscribe subscription pending"));
}

TEST(S7commPlus, WhoAsksForCodeTakesTheProgram) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(
      decode(message(3, request_head("04bb") + "00000003 00 01 01 00 00 01 8169 07 00000000"), ask)
          .operations,
      ElementsAre("browse plc_program pending"));
  EXPECT_THAT(
      decode(message(3, request_head("04bb") + "00000003 00 01 01 00 00 02 8169 9414 07 00000000"),
             ask)
          .operations,
      ElementsAre("upload plc_program pending"));
  EXPECT_THAT(decode(message(3, answer_head("04bb") + "00 00000003 07 00000000"), reply).operations,
              ElementsAre("upload ok"));
  // Attributes of a block, several at once.
  EXPECT_THAT(
      decode(
          message(3, request_head("0542") +
                         "8a0c0001 02 02 9366 9414 01 00 03 0001 02 00 14 00 01 aa 00" + qualifier),
          ask)
          .operations,
      ElementsAre("download 0x8a0c0001.2534=1 pending", "download 0x8a0c0001.code_block pending"));
}

TEST(S7commPlus, NamesOfPassingObjectsDoNotChange) {
  MessageDecoder decode(protocol);
  for (const char* relation : {"70000e51", "70000f02"})
    EXPECT_THAT(
        decode(message(3, request_head("04f2") + relation + "01 881d 00 07 0014" + qualifier), ask)
            .operations,
        ElementsAre("subscribe session_object.credit_limit=20 pending"));
}

TEST(S7commPlus, DigestsBehindTheDataAreSeen) {
  MessageDecoder decode(protocol);
  const Decoded asked =
      decode(message(2, set_state + "01 000004e8 8969 0012 00000000 00 00 01" + digest), ask);
  EXPECT_EQ(asked["integrity"], "1");
  EXPECT_THAT(asked.operations,
              ElementsAre("stop cpu_exec_unit.operating_state_request=1 pending"));
  // What looks like the mark of one, in a message that ends in zeros.
  const Decoded bare = decode(
      message(2, request_head("054c") + "00000000 01 05 20 88d0b88006 02 9376 16" + qualifier),
      ask);
  EXPECT_EQ(bare["integrity"], "0");
  EXPECT_THAT(bare.operations, ElementsAre("read DB6.22 pending"));
}

TEST(S7commPlus, NotificationsReport) {
  MessageDecoder decode(protocol);
  const Decoded told =
      decode(message(3,
                     "33 70000e51 0400 0000 0000 f5 8ec174 01 92 0000001b 00 0e 41932542"
                     "9b 1a 00 01 01 13 0000001c 00 00000000"),
             reply);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told.role, Role::event);
  ASSERT_EQ(told.operations.size(), 3u);
  EXPECT_THAT(told.operations[0], testing::StartsWith("report 0x70000e51[27]=18.39"));
  EXPECT_EQ(told.operations[1], "report 0x70000e51[26]=1 ok");
  EXPECT_EQ(told.operations[2], "report 0x70000e51[28] refused 19");
  EXPECT_EQ(told["credit_tick"], "245");
}

TEST(S7commPlus, SystemEventsBeatAndEnd) {
  MessageDecoder decode(protocol);
  const Decoded beat = decode(message(0xfe, "00000000 00000380 00000000 00000000", false), reply);
  EXPECT_THAT(beat.operations, ElementsAre("heartbeat ok"));
  EXPECT_EQ(beat["confirmed_octets"], "896");
  const Decoded end =
      decode(message(0xfe, "00000000 00000528 00000000 00000000 4c4f474f5554", false), reply);
  EXPECT_EQ(end["event_text"], "LOGOUT");
  EXPECT_THAT(end.operations, ElementsAre("session ok"));
}

TEST(S7commPlus, PiecesAreJoined) {
  MessageDecoder decode(protocol);
  Parts parts;
  EXPECT_EQ(decode(message(3, set_state.substr(0, 21), false), ask, &parts).role, Role::part);
  const Decoded whole = decode(message(3, set_state.substr(21) + "01" + qualifier), ask, &parts);
  EXPECT_EQ(whole.fault, "");
  EXPECT_THAT(whole.operations,
              ElementsAre("stop cpu_exec_unit.operating_state_request=1 pending"));
  EXPECT_TRUE(parts.bytes().empty());

  // Cut by the transport below.
  const Octets all = user(3, set_state + "01" + qualifier);
  EXPECT_EQ(decode(data_unit({all.begin(), all.begin() + 50}, false), ask, &parts).role,
            Role::part);
  EXPECT_THAT(decode(data_unit({all.begin() + 50, all.end()}), ask, &parts).operations,
              testing::SizeIs(1));

  // Too long to keep: nothing is told of it, and the next message is read again.
  const std::string filler(2 * 300, '0');
  decode(message(3, request_head("04ca") + filler, false), ask, &parts);
  EXPECT_EQ(decode(message(3, filler, false), ask, &parts).fault, "s7comm_plus.pieces");
  EXPECT_THAT(decode(message(3, filler), ask, &parts).operations, IsEmpty());
  EXPECT_THAT(decode(message(3, set_state + "01" + qualifier), ask, &parts).operations,
              testing::SizeIs(1));
}

TEST(S7commPlus, TlsIsSaid) {
  MessageDecoder decode(protocol);
  const Decoded hello = decode(data_unit(from_hex("16 0301 0004 01000000")), ask);
  EXPECT_EQ(hello["tls_record"], "handshake");
  EXPECT_THAT(hello.operations, ElementsAre("session ok"));
  const Decoded cipher = decode(data_unit(from_hex("17 0303 0004 01020304")), reply);
  EXPECT_EQ(cipher["tls_record"], "application_data");
  EXPECT_THAT(cipher.operations, IsEmpty());
  EXPECT_EQ(decode(data_unit(from_hex("9a9b9c9d")), ask).role, Role::part);
  EXPECT_EQ(MessageDecoder{protocol}(data_unit(from_hex("9a9b9c9d")), ask).fault,
            "s7comm_plus.foreign");
}

TEST(S7commPlus, ConnectionsTellTheRole) {
  MessageDecoder decode(protocol);
  const Octets request =
      from_hex("03000023 1e e0 0000 0015 00 c1020600 c20f 53494d415449432d524f4f542d4553 c0010a");
  const Decoded asked = decode(request, ask);
  EXPECT_THAT(asked.facts, ElementsAre("role=engineering station"));
  EXPECT_EQ(asked["called_tsap"], "SIMATIC-ROOT-ES");
  EXPECT_THAT(asked.operations, ElementsAre("session pending"));
  EXPECT_THAT(decode(from_hex("0300000b 06 80 0015 0000 03"), reply).operations,
              ElementsAre("session refused 3"));
}

TEST(S7commPlus, FaultsAreNamed) {
  const struct {
    Octets message;
    const char* fault;
  } cases[] = {
      {data_unit(from_hex("7202")), "s7comm_plus.header"},
      {data_unit(from_hex("7209 0000 72090000")), "s7comm_plus.version"},
      {data_unit(from_hex("7202 0100 31")), "s7comm_plus.length"},
      {message(2, "45 0000"), "s7comm_plus.opcode"},
      {message(2, "31 0000 04f2"), "s7comm_plus.header"},
      {message(2, request_head("04f2") + "00000034 01 9077 00 08"), "s7comm_plus.truncated"},
      {message(2, request_head("04f2") + "00000034 01 9077 00 7e 01"), "s7comm_plus.value"},
      {data_unit(from_hex("7202 0011 32000004f20000000334 00 00000000 00 00 7202 00")),
       "s7comm_plus.trailing"},
      {tpkt(from_hex("02 10 80")), "s7comm_plus.transport"},
  };
  for (const auto& each : cases) {
    const Decoded decoded = MessageDecoder{protocol}(each.message, ask);
    EXPECT_EQ(decoded.fault, each.fault);
    EXPECT_THAT(decoded.operations, Not(Contains(testing::StartsWith("stop"))));
  }
  Octets bare = user(2, set_state + "01" + qualifier);
  bare[1] = 3;
  EXPECT_EQ(MessageDecoder{protocol}(data_unit(bare), ask).fault, "s7comm_plus.unprotected");
}

TEST(S7commPlus, NestingIsLimited) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "00 17 00000001 01";
  EXPECT_EQ(
      MessageDecoder{protocol}(message(2, request_head("04f2") + "00000034 01 9077" + deep), ask)
          .fault,
      "s7comm_plus.value");
}

TEST(S7commPlus, TruncationInventsNothing) {
  const std::string bodies[] = {
      set_state + "01" + qualifier,
      request_head("0542") + "00000000 01 05 00 88d0b88006 02 9376 71 01 00 01 01 00" + qualifier,
      answer_head("054c") +
          "00 01 00 0e 41932542 03 10 0a 04 01020304 00 02 ffffffffffffffff f4 00 06 00000000",
      "33 70000e51 0400 0000 0000 f5 8ec174 01 92 0000001b 00 0e 41932542 9b 1a 00 01 01 00 "
      "00000000",
  };
  for (const std::string& body : bodies) {
    const Octets octets = from_hex(body);
    std::string hex;
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const Decoded cut = MessageDecoder{protocol}(message(2, hex), ask);
      for (const std::string& operation : cut.operations)
        EXPECT_EQ(operation.find("=0"), operation.npos) << operation;
      char pair[3];
      std::snprintf(pair, sizeof pair, "%02x", octets[size]);
      hex += pair;
    }
    const Octets whole = message(2, body);
    for (std::size_t size = 0; size < whole.size(); ++size)
      MessageDecoder{protocol}(
          Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), ask);
  }
  EXPECT_THAT(MessageDecoder{protocol}(message(2, set_state), ask).operations,
              ElementsAre("mode cpu_exec_unit.operating_state_request pending"));
}

TEST(S7commPlus, RandomOctetsDoNoHarm) {
  std::uint32_t seed = 7;
  for (int round = 0; round < 3'000; ++round) {
    Octets octets = user(
        round % 3 + 1, request_head("04ca") + "00000003 00 04 00 00000000 a1 8a0c0001 9412 00 00");
    for (int i = 0; i < 90; ++i) {
      seed = seed * 1664525 + 1013904223;
      octets.insert(octets.end() - 4, static_cast<std::uint8_t>(seed >> 24));
    }
    octets[2] = static_cast<std::uint8_t>((octets.size() - 8) >> 8);
    octets[3] = static_cast<std::uint8_t>(octets.size() - 8);
    const std::uint8_t functions[] = {0xbb, 0xca, 0xd4, 0xf2, 0xfc};
    const std::size_t at = round % 3 == 2 ? 4 + 33 + 4 : 4 + 4;
    octets[at] = functions[round % 5];
    MessageDecoder{protocol}(data_unit(octets), round % 2 ? ask : reply);
  }
}

Identity identity(const Octets& octets, std::uint16_t port, Transport transport = Transport::tcp) {
  Context context;
  context.transport = transport;
  context.server_port = port;
  return identify(octets, context);
}

TEST(S7commPlus, IsToldFromItsNeighbours) {
  const Octets connect =
      from_hex("03000023 1e e0 0000 0015 00 c1020600 c20f 53494d415449432d524f4f542d4553 c0010a");
  EXPECT_EQ(identity(connect, 102), Identity::unsure);
  EXPECT_EQ(identity(from_hex("03000007 02f000"), 102), Identity::unsure);
  Octets both = connect;
  const Octets first = message(1, "31 0000 04ca 0000 0001 00000120 36");
  both.insert(both.end(), first.begin(), first.end());
  EXPECT_EQ(identity(both, 102), Identity::yes);
  EXPECT_EQ(identity(both, 4444), Identity::yes);
  EXPECT_EQ(identity(first, 4444), Identity::yes);
  EXPECT_EQ(identity(message(3, request_head("054c")), 4444), Identity::yes);
  EXPECT_EQ(identity(first, 102, Transport::udp), Identity::no);
  EXPECT_EQ(identity(data_unit(from_hex("32 01 0000 0001 0008 0000 f0000001000101e0")), 102),
            Identity::no);
  EXPECT_EQ(identity(data_unit(from_hex("0100 0100 6105 020103 a000")), 102), Identity::no);
  EXPECT_EQ(identity(data_unit(from_hex("7202 0008 31 00")), 102), Identity::no);
  EXPECT_EQ(identity(data_unit(from_hex("16 0301 0004 01000000")), 102), Identity::yes);
  EXPECT_EQ(identity(data_unit(from_hex("16 0301 0004 01000000")), 3389), Identity::no);
  EXPECT_EQ(identity(from_hex("16030100"), 102), Identity::no);
  EXPECT_EQ(identity(from_hex("47455420"), 102), Identity::no);
  for (std::size_t size = 1; size < first.size(); ++size) {
    const Octets cut(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(identity(cut, 102), Identity::no) << size;
  }
}

TEST(S7commPlus, SendersAreKnown) {
  const Context context;
  EXPECT_EQ(sender(message(3, request_head("054c")), context), End::client);
  EXPECT_EQ(sender(message(2, answer_head("054c")), context), End::server);
  EXPECT_EQ(sender(message(3, "33 70000e51"), context), End::server);
  EXPECT_EQ(sender(message(0xfe, "00000000", false), context), End::unknown);
}

TEST(S7commPlus, FindsTheNextMessage) {
  Octets stream = from_hex("aabb 0300 0300");
  const Octets next = message(2, request_head("054c") + "00000000 00 00");
  stream.insert(stream.end(), next.begin(), next.end());
  EXPECT_EQ(resync(stream, Context{}), 6u);
  EXPECT_EQ(resync(next, Context{}), 0u);
  EXPECT_EQ(resync(from_hex("000102030405060708"), Context{}), 9u);
}

}  // namespace
}  // namespace langyan::s7comm_plus
