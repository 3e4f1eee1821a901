#include "parsers/opcua/opcua.h"

#include <gmock/gmock.h>

#include <set>

#include "parsers/opcua/table.h"
#include "parsers/opcua/test_message.h"

namespace langyan::opcua {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

constexpr Direction to_server = Direction::to_server, to_client = Direction::to_client;

Octets read_of(const std::vector<Octets>& nodes) {
  Build body;
  body.f64(0).u32(2).u32(nodes.size());
  for (const Octets& node : nodes) body.add(node).u32(13).null().u16(0).null();
  return body.octets;
}

TEST(Opcua, GreetsAndSaysWhatEachSideTakes) {
  Connection connection;
  const Decoded hel = connection.pass(hello(), to_server);
  EXPECT_EQ(hel.fault, "");
  EXPECT_EQ(hel.role, Role::request);
  EXPECT_EQ(hel["message_type"], "HEL");
  EXPECT_EQ(hel["endpoint_url"], "opc.tcp://plc:4840");
  EXPECT_EQ(hel["receive_buffer_size"], "65535");
  EXPECT_THAT(hel.operations, ElementsAre("session pending"));
  const Decoded ack = connection.pass(acknowledge(), to_client);
  EXPECT_EQ(ack.role, Role::answer);
  EXPECT_THAT(ack.operations, ElementsAre("session ok"));
  const Decoded reverse =
      connection.pass(framed("RHEF", Build{}.text("urn:plc").text("opc.tcp://plc:4840").octets), to_server);
  EXPECT_EQ(reverse["server_uri"], "urn:plc");
  EXPECT_THAT(reverse.facts, ElementsAre("name=urn:plc"));
}

TEST(Opcua, AnErrorAnswersTheHelloThatWaits) {
  Connection connection;
  const Octets error = framed("ERRF", Build{}.u32(0x80830000).text("no such endpoint").octets);
  connection.pass(hello(), to_server);
  const Decoded refusal = connection.pass(error, to_client);
  EXPECT_EQ(refusal.role, Role::answer);
  EXPECT_EQ(refusal["error"], "BadTcpEndpointUrlInvalid");
  EXPECT_EQ(refusal["reason"], "no such endpoint");
  EXPECT_THAT(refusal.operations, ElementsAre("session refused 32899"));
  EXPECT_EQ(connection.pass(error, to_client).role, Role::event);
}

TEST(Opcua, OpensAChannelWithoutSecurity) {
  Connection connection;
  const Decoded asked = connection.pass(open_request(), to_server);
  EXPECT_EQ(asked["security_policy"], "None");
  EXPECT_EQ(asked["security_mode"], "none");
  EXPECT_EQ(asked["certificate_size"], "0");
  EXPECT_EQ(asked["service"], "open_secure_channel");
  EXPECT_EQ(asked["encrypted"], "absent");
  EXPECT_THAT(asked.operations, ElementsAre("session channel None pending"));
  const Decoded told = connection.pass(
      open_none(1, response(449, Build{}.u32(0).u32(1).u32(1).u64(some_time).u32(3'600'000).null().octets)), to_client);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["secure_channel_id"], "1");
  EXPECT_EQ(told["lifetime"], "3600000");
  EXPECT_EQ(told.role, Role::answer);
}

TEST(Opcua, AnEncryptedChannelIsSaidAndNotRead) {
  MessageDecoder decoder(protocol);
  const Octets certificate = from_hex("3020 0603550403 0c02 4341 0603550403 0c06 436c69656e74 0000");
  Octets secret(64, 0xa7);
  const Octets opn = framed("OPNF", Build{}
                                        .u32(0)
                                        .text("http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256")
                                        .u32(certificate.size())
                                        .add(certificate)
                                        .u32(20)
                                        .add(Octets(20, 0x11))
                                        .add(secret)
                                        .octets);
  const Decoded asked = decoder(opn, to_server);
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["encrypted"], "1");
  EXPECT_EQ(asked["security_policy"], "Basic256Sha256");
  EXPECT_EQ(asked["certificate_name"], "Client");
  EXPECT_EQ(asked["receiver_thumbprint"], std::string(40, '1'));
  EXPECT_EQ(asked["request_id"], "absent");
  EXPECT_EQ(asked.role, Role::request);
  EXPECT_EQ(decoder(opn, to_client).role, Role::answer);
  for (const char* mark : {"MSGF", "MSGC", "MSGA", "CLOF"}) {
    const Decoded message = decoder(framed(mark, Build{}.u32(5).u32(1).add(secret).octets), to_server);
    EXPECT_EQ(message.fault, "") << mark;
    EXPECT_EQ(message["encrypted"], "1") << mark;
    EXPECT_EQ(message["sequence_number"], "absent") << mark;
    EXPECT_THAT(message.operations, ElementsAre("session channel Basic256Sha256 ok")) << mark;
  }
}

TEST(Opcua, ASignedChannelIsRead) {
  MessageDecoder decoder(protocol);
  decoder(framed("OPNF", Build{}.u32(0).text("http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256").null().null()
                             .add(Octets(64, 0xa7)).octets), to_server);
  Octets body = request(631, read_of({Build{}.node(2, "Pump1").octets}));
  body.insert(body.end(), 32, 0x5a);
  const Decoded got = decoder(chunk("MSGF", 9, 3, body), to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("read ns=2;s=Pump1 pending"));
}

TEST(Opcua, AnOpeningInClearUnderAPolicyIsSaid) {
  MessageDecoder decoder(protocol);
  const Octets opn = framed("OPNF", Build{}
                                        .u32(0)
                                        .text("http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256")
                                        .null()
                                        .null()
                                        .u32(1)
                                        .u32(1)
                                        .add(request(446, Build{}.u32(0).u32(0).u32(2).null().u32(1'000).octets))
                                        .octets);
  const Decoded got = decoder(opn, to_server);
  EXPECT_EQ(got.fault, "opcua.open_in_clear");
  EXPECT_EQ(got["security_mode"], "sign");
}

TEST(Opcua, PairsValuesWithTheNodesThatWereAsked) {
  Connection connection;
  const Decoded asked = connection.ask(
      631, read_of({Build{}.node(2, "Pump1").octets, Build{}.node(2258).octets, from_hex("02 0300 78563412"),
                    Build{}.u8(4).u16(1).raw("33221100 5544 7766 8899 aabbccddeeff").octets,
                    Build{}.u8(5).u16(1).text("\x01\x02").octets}));
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["service"], "read");
  EXPECT_EQ(asked["timestamps_to_return"], "both");
  EXPECT_THAT(asked.operations,
              ElementsAre("read ns=2;s=Pump1 pending", "read i=2258 pending", "read ns=3;i=305419896 pending",
                          "read ns=1;g=00112233-4455-6677-8899-aabbccddeeff pending", "read ns=1;b=0102 pending"));
  EXPECT_EQ(asked.items[0].at("node_id"), "ns=2;s=Pump1");
  EXPECT_EQ(asked.items[0].at("attribute"), "Value");
  EXPECT_EQ(asked.items[3].at("node_id"), "ns=1;g=00112233-4455-6677-8899-aabbccddeeff");
  const Decoded told = connection.answer(
      634, Build{}.u32(5)
               .u8(1).u8(11).f64(2.5)                              // Double
               .u8(1).u8(13).u64(some_time)                        // DateTime
               .u8(2).u32(0x80340000)                              // a status alone
               .u8(3).u8(0x86).u32(3).u32(1).u32(2).u32(0xffffffff).u32(0x40900000)  // Int32[3], uncertain
               .u8(5).u8(12).text("on").u64(some_time).null().octets);
  EXPECT_EQ(told.fault, "");
  EXPECT_THAT(told.operations, ElementsAre("read=2.5 ok", "read='2019-04-17T18:40:00.000Z' ok", "read refused 32820",
                                           "read='[1, 2, -1]' ok", "read='on' ok"));
  EXPECT_EQ(told["bad_results"], "1");
  EXPECT_EQ(told.items[0].at("value"), "2.5");
  EXPECT_EQ(told.items[0].at("value_type"), "Double");
  EXPECT_EQ(told.items[2].at("status"), "BadNodeIdUnknown");
  EXPECT_EQ(told.items[3].at("array_length"), "3");
  EXPECT_EQ(told.items[3].at("status"), "UncertainLastUsableValue");
  EXPECT_EQ(told.items[4].at("source_time"), "2019-04-17T18:40:00.000000+0000");
}

TEST(Opcua, ReadsWhoTheServerIs) {
  Connection connection;
  const Decoded asked =
      connection.ask(631, read_of({Build{}.node(2263).octets, Build{}.node(2258).octets, Build{}.node(2264).octets}));
  EXPECT_THAT(asked.operations,
              ElementsAre("identify i=2263 pending", "read i=2258 pending", "identify i=2264 pending"));
  const Decoded told = connection.answer(
      634, Build{}.u32(3).u8(1).u8(12).text("Acme").u8(1).u8(12).text("x").u8(1).u8(12).text("1.2.3").null().octets);
  EXPECT_THAT(told.facts, ElementsAre("vendor=Acme", "firmware=1.2.3"));
  const Octets build = Build{}.text("urn:acme:p").text("Acme").text("Plc").text("1.2").text("77").u64(some_time).octets;
  const Octets status = Build{}.u64(some_time).u64(some_time).u32(0).add(build).u32(0).localized("").octets;
  connection.ask(631, read_of({Build{}.node(2256).octets}));
  const Decoded whole = connection.answer(634, Build{}.u32(1).u8(1).u8(22).extension(864, status).null().octets);
  EXPECT_THAT(whole.facts,
              ElementsAre("series=urn:acme:p", "vendor=Acme", "model=Plc", "firmware=1.2", "description=77"));
  EXPECT_EQ(whole.items[0].at("value"), "running Acme Plc 1.2");
}

TEST(Opcua, WritesValuesAndRights) {
  Connection connection;
  const Decoded asked = connection.ask(673, Build{}
                                                .u32(2)
                                                .node(2, "Pump1")
                                                .u32(13)
                                                .null()
                                                .u8(1)
                                                .variant(-5)
                                                .node(2, "Pump1")
                                                .u32(17)
                                                .null()
                                                .u8(1)
                                                .u8(3)
                                                .u8(3)
                                                .octets);
  EXPECT_EQ(asked.fault, "");
  EXPECT_THAT(asked.operations,
              ElementsAre("write ns=2;s=Pump1=-5 pending", "configure ns=2;s=Pump1.AccessLevel=3 pending"));
  const Decoded told = connection.answer(676, Build{}.u32(2).u32(0).u32(0x803b0000).null().octets);
  EXPECT_THAT(told.operations, ElementsAre("write ok", "write refused 32827"));
  EXPECT_EQ(told.items[1].at("status"), "BadNotWritable");
}

TEST(Opcua, CallsMethodsAndKnowsTheStandardsOwn) {
  Connection connection;
  const Decoded asked = connection.ask(712, Build{}
                                                .u32(2)
                                                .node(2, "Pump")
                                                .node(2, "Start")
                                                .u32(2)
                                                .variant(3)
                                                .u8(1)
                                                .u8(1)
                                                .node(2253)
                                                .node(12886)
                                                .u32(1)
                                                .variant(4)
                                                .octets);
  EXPECT_EQ(asked.fault, "");
  EXPECT_THAT(asked.operations,
              ElementsAre("control ns=2;s=Start of ns=2;s=Pump='3, true' pending", "mode i=12886 of i=2253=4 pending"));
  EXPECT_EQ(asked.items[1].at("method"), "request_server_state_change");
  const Decoded told = connection.answer(715, Build{}.u32(1).u32(0).null().null().u32(1).variant(9).null().octets);
  EXPECT_THAT(told.operations, ElementsAre("control ok"));
  EXPECT_EQ(told.items[0].at("arguments"), "9");
}

TEST(Opcua, SignsIn) {
  Connection connection;
  const auto sign_in = [&](std::uint32_t type, const Octets& token) {
    return connection.ask(467, Build{}.null().null().null().null().extension(type, token).null().null().octets);
  };
  const Decoded clear = sign_in(324, Build{}.text("user").text("operator").text("secret").null().octets);
  EXPECT_EQ(clear.fault, "opcua.password_in_clear");
  EXPECT_EQ(clear["user_name"], "operator");
  EXPECT_THAT(clear.operations, ElementsAre("auth operator pending"));
  for (const auto& [name, value] : clear.fields) EXPECT_EQ(value.find("secret"), value.npos) << name;
  const Decoded hidden =
      sign_in(324, Build{}.text("user").text("operator").text("\x01\x02").text("http://...#rsa-oaep").octets);
  EXPECT_EQ(hidden.fault, "");
  EXPECT_EQ(hidden["password_in_clear"], "0");
  const Decoded anonymous = sign_in(321, Build{}.text("anon").octets);
  EXPECT_EQ(anonymous["identity_token"], "anonymous");
  EXPECT_THAT(anonymous.operations, ElementsAre("auth anonymous pending"));
  EXPECT_EQ(sign_in(940, Build{}.text("jwt").text("x").null().octets)["identity_token"], "issued_token");
  for (int i = 1; i <= 6; ++i) {
    connection.ask(467, {});
    const Decoded refused = connection.answer(397, {}, 0x801f0000);
    EXPECT_EQ(refused.fault, i == 5 ? "opcua.sign_ins_refused" : "") << i;
    EXPECT_EQ(refused["service_result"], "BadUserAccessDenied");
    EXPECT_THAT(refused.operations, ElementsAre("other refused 32799"));
  }
}

Octets endpoint(std::string_view policy, std::uint32_t mode) {
  return Build{}
      .text("opc.tcp://plc:4840")
      .text("urn:plc:app")
      .text("urn:acme:p")
      .localized("Plc")
      .u32(0)
      .null()
      .null()
      .null()
      .text("cert")
      .u32(mode)
      .text(std::string(policy_prefix) + std::string(policy))
      .u32(2)
      .text("a")
      .u32(0)
      .null()
      .null()
      .null()
      .text("u")
      .u32(1)
      .null()
      .null()
      .null()
      .text("uatcp")
      .u8(3)
      .octets;
}

TEST(Opcua, ListsEndpointsAndTellsWhoServes) {
  Connection connection;
  EXPECT_THAT(connection.ask(428, Build{}.text("opc.tcp://plc:4840").null().null().octets).operations,
              ElementsAre("identify pending"));
  const Decoded told =
      connection.answer(431, Build{}.u32(2).add(endpoint("None", 1)).add(endpoint("Basic256Sha256", 3)).octets);
  EXPECT_EQ(told.fault, "");
  ASSERT_EQ(told.items.size(), 2u);
  EXPECT_EQ(told.items[0].at("policy"), "None");
  EXPECT_EQ(told.items[1].at("policy"), "Basic256Sha256");
  EXPECT_EQ(told.items[1].at("mode"), "sign_and_encrypt");
  EXPECT_EQ(told.items[1].at("user_tokens"), "anonymous, user_name");
  EXPECT_EQ(told.items[1].at("server_certificate_size"), "4");
  EXPECT_THAT(told.facts,
              ElementsAre("name=urn:plc:app", "series=urn:acme:p", "description=Plc", "role=OPC UA server"));
}

TEST(Opcua, CreatesASession) {
  Connection connection;
  const Decoded asked = connection.ask(461, Build{}
                                                .text("urn:client")
                                                .text("urn:tool")
                                                .localized("Tool")
                                                .u32(1)
                                                .null()
                                                .null()
                                                .null()
                                                .null()
                                                .text("opc.tcp://plc:4840")
                                                .text("mine")
                                                .null()
                                                .null()
                                                .f64(60'000)
                                                .u32(0)
                                                .octets);
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["session_name"], "mine");
  EXPECT_EQ(asked["application_type"], "client");
  EXPECT_THAT(asked.facts, Contains("name=urn:client"));
  const Decoded told = connection.answer(464, Build{}.u8(2).u16(1).u32(77).node(9).f64(60'000).text("nonce").null()
                                                  .u32(1).add(endpoint("None", 1)).null().null().null().u32(0).octets);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["session_id"], "ns=1;i=77");
  EXPECT_THAT(told.facts, Contains("series=urn:acme:p"));
}

TEST(Opcua, BrowsesAndChangesTheAddressSpace) {
  Connection connection;
  const Decoded browse = connection.ask(
      527, Build{}.no_node().u64(0).u32(0).u32(100).u32(1).node(85).u32(0).node(33).u8(1).u32(0).u32(63).octets);
  EXPECT_EQ(browse.fault, "");
  EXPECT_THAT(browse.operations, ElementsAre("browse i=85 pending"));
  const Decoded found = connection.answer(530, Build{}
                                                   .u32(1)
                                                   .u32(0)
                                                   .null()
                                                   .u32(1)
                                                   .node(35)
                                                   .u8(1)
                                                   .node(2, "Pump1")
                                                   .u16(2)
                                                   .text("Pump1")
                                                   .localized("Pump 1")
                                                   .u32(1)
                                                   .node(58)
                                                   .null()
                                                   .octets);
  EXPECT_EQ(found.fault, "");
  EXPECT_THAT(found.operations, ElementsAre("browse ok"));
  EXPECT_EQ(found.items[0].at("node_id"), "ns=2;s=Pump1");
  EXPECT_EQ(found.items[0].at("display_name"), "Pump 1");
  EXPECT_EQ(found.items[0].at("node_class"), "object");
  const Decoded path = connection.ask(
      554, Build{}.u32(1).node(85).u32(2).node(35).u16(0).u16(0).text("A").node(35).u16(0).u16(0).text("B").octets);
  EXPECT_EQ(path.items[0].at("browse_path"), "/A/B");
  const Decoded add = connection.ask(
      488, Build{}.u32(1).node(85).node(35).node(2, "New").u16(2).text("New").u32(2).no_extension().node(63).octets);
  EXPECT_EQ(add.fault, "");
  EXPECT_THAT(add.operations, ElementsAre("configure ns=2;s=New pending"));
  const Decoded remove = connection.ask(500, Build{}.u32(1).node(2, "New").u8(1).octets);
  EXPECT_THAT(remove.operations, ElementsAre("configure ns=2;s=New pending"));
  const Decoded link = connection.ask(494, Build{}.u32(1).node(85).node(35).u8(1).null().node(2, "New").u32(1).octets);
  EXPECT_THAT(link.operations, ElementsAre("configure i=85 pending"));
  EXPECT_EQ(link.fault, "");
  const Decoded unlink = connection.ask(506, Build{}.u32(1).node(85).node(35).u8(1).node(2, "New").u8(1).octets);
  EXPECT_EQ(unlink.fault, "");
  const Decoded history = connection.ask(
      664, Build{}.extension(649, {}).u32(0).u8(0).u32(1).node(2, "Flow").null().u16(0).null().null().octets);
  EXPECT_THAT(history.operations, ElementsAre("read ns=2;s=Flow pending"));
  const Decoded update =
      connection.ask(700, Build{}.u32(1).extension(682, Build{}.node(2, "Flow").u32(1).null().octets).octets);
  EXPECT_THAT(update.operations, ElementsAre("write ns=2;s=Flow pending"));
}

TEST(Opcua, ReportsNameTheNodesThatAreWatched) {
  Connection connection;
  const Decoded make = connection.ask(787, Build{}.f64(500).u32(60).u32(10).u32(0).u8(1).u8(0).octets);
  EXPECT_THAT(make.operations, ElementsAre("subscribe pending"));
  EXPECT_EQ(connection.answer(790, Build{}.u32(5).f64(500).u32(60).u32(10).octets)["subscription_id"], "5");
  const Decoded watch = connection.ask(751, Build{}
                                                .u32(5)
                                                .u32(2)
                                                .u32(1)
                                                .node(2, "Level")
                                                .u32(13)
                                                .null()
                                                .u16(0)
                                                .null()
                                                .u32(2)
                                                .u32(40)
                                                .f64(250)
                                                .no_extension()
                                                .u32(1)
                                                .u8(1)
                                                .octets);
  EXPECT_EQ(watch.fault, "");
  EXPECT_THAT(watch.operations, ElementsAre("subscribe ns=2;s=Level pending"));
  const Decoded poll = connection.ask(826, Build{}.u32(1).u32(5).u32(1).octets);
  EXPECT_EQ(poll.role, Role::event);
  EXPECT_EQ(poll["acknowledgements"], "1");
  const Octets changes =
      Build{}.u32(2).u32(40).u8(1).u8(10).u32(0x40200000).u32(41).u8(3).u8(1).u8(1).u32(0x808c0000).null().octets;
  const Decoded report = connection.answer(
      829, Build{}.u32(5).null().u8(0).u32(8).u64(some_time).u32(1).extension(811, changes).null().null().octets);
  EXPECT_EQ(report.fault, "");
  EXPECT_EQ(report.role, Role::event);
  EXPECT_THAT(report.operations, ElementsAre("report ns=2;s=Level=2.5 ok", "report subscription 5 handle 41=1 ok"));
  EXPECT_EQ(report.items[0].at("node_id"), "ns=2;s=Level");
  const Decoded idle =
      connection.answer(829, Build{}.u32(5).null().u8(0).u32(9).u64(some_time).null().null().null().octets);
  EXPECT_THAT(idle.operations, ElementsAre("heartbeat subscription 5 ok"));
  const Octets alarm = Build{}.u32(1).u32(40).u32(2).u8(21).localized("Tank high").u8(5).u16(700).octets;
  const Decoded event = connection.answer(
      829, Build{}.u32(5).null().u8(0).u32(10).u64(some_time).u32(1).extension(916, alarm).null().null().octets);
  EXPECT_THAT(event.operations, ElementsAre("alarm ns=2;s=Level='Tank high, 700' ok"));
  const Decoded ended = connection.answer(397, {}, 0x80790000);
  EXPECT_EQ(ended.fault, "");
  EXPECT_EQ(ended.role, Role::event);
  EXPECT_EQ(ended["service"], "publish");
  EXPECT_THAT(ended.operations, ElementsAre("report refused 32889"));
  EXPECT_THAT(connection.ask(847, Build{}.u32(1).u32(5).octets).operations,
              ElementsAre("subscribe subscription 5 pending"));
  EXPECT_THAT(connection.ask(799, Build{}.u8(0).u32(1).u32(5).octets).operations,
              ElementsAre("subscribe subscription 5 pending"));
}

TEST(Opcua, LongNamesAreReportedToo) {
  for (const std::size_t size : {22u, 23u, 24u, 55u, 56u, 119u, 120u}) {
    Connection connection;
    const std::string name(size, 'n');
    connection.ask(751, Build{}.u32(5).u32(2).u32(1).node(4, name).u32(13).null().u16(0).null().u32(2)
                            .u32(40).f64(250).no_extension().u32(1).u8(1).octets);
    const Octets changes = Build{}.u32(1).u32(40).u8(1).u8(1).u8(1).null().octets;
    const Decoded report = connection.answer(
        829, Build{}.u32(5).null().u8(0).u32(8).u64(some_time).u32(1).extension(811, changes).null().null().octets);
    if (size < 120) {
      EXPECT_EQ(report.items[0].at("node_id"), "ns=4;s=" + name);
    } else {
      EXPECT_THAT(report.operations, ElementsAre("report subscription 5 handle 40=1 ok"));
    }
  }
}

TEST(Opcua, EveryServiceHasARowOfItsOwn) {
  std::set<std::uint32_t> codes;
  for (const Service& row : services) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.name;
    if (row.response) { EXPECT_TRUE(codes.insert(row.response).second) << row.name; }
  }
  std::set<std::uint32_t> numbers;
  for (const Method& row : methods) EXPECT_TRUE(numbers.insert(row.code).second) << row.name;
}

}  // namespace
}  // namespace langyan::opcua
