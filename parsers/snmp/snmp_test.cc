#include "parsers/snmp/snmp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::snmp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

std::vector<std::uint8_t> tlv(std::uint8_t tag, std::vector<std::uint8_t> content) {
  std::vector<std::uint8_t> out{tag};
  if (content.size() > 127) out.push_back(0x81);
  out.push_back(static_cast<std::uint8_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
  return out;
}
std::vector<std::uint8_t> join(std::initializer_list<std::vector<std::uint8_t>> parts) {
  std::vector<std::uint8_t> out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}
std::vector<std::uint8_t> text(std::string_view value) { return tlv(4, {value.begin(), value.end()}); }
const auto sys_descr = from_hex("06 08 2b06010201010100"), sys_object = from_hex("06 08 2b06010201010200"),
           null = from_hex("0500");

std::vector<std::uint8_t> message(std::uint8_t version, std::string_view community, std::vector<std::uint8_t> pdu) {
  return tlv(0x30, join({{2, 1, version}, text(community), pdu}));
}
std::vector<std::uint8_t> pdu(std::uint8_t tag, std::uint8_t second, std::uint8_t third,
                              std::vector<std::uint8_t> variables) {
  return tlv(tag, join({{2, 1, 7, 2, 1, second, 2, 1, third}, tlv(0x30, variables)}));
}
std::vector<std::uint8_t> variable(std::vector<std::uint8_t> oid, std::vector<std::uint8_t> value) {
  return tlv(0x30, join({oid, value}));
}

struct Snmp : testing::Test {
  Snmp() { decode.context.transport = Transport::udp, decode.context.server_port = 161; }
  MessageDecoder decode{protocol};
};

TEST_F(Snmp, AGetNamesItsObjects) {
  const Decoded got = decode(message(1, "public", pdu(0xa0, 0, 0, variable(sys_descr, null))), up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["version"], "v2c");
  EXPECT_EQ(got["community"], "public");
  EXPECT_EQ(got["community_default"], "1");
  EXPECT_EQ(got["pdu_type"], "get_request");
  EXPECT_EQ(got["request_id"], "7");
  EXPECT_EQ(got.items.at(0).at("oid"), "1.3.6.1.2.1.1.1.0");
  EXPECT_THAT(got.operations, ElementsAre("read 1.3.6.1.2.1.1.1.0 pending"));
}

TEST_F(Snmp, TheCommunityIsNeverLogged) {
  const std::size_t field = protocol.message->find("community");
  EXPECT_EQ(protocol.message->mask(log) >> field & 1, 0u);
  EXPECT_EQ(protocol.message->mask(buffer) >> field & 1, 1u);
}

TEST_F(Snmp, AnAnswerTellsTheDevice) {
  const auto variables =
      join({variable(sys_descr, text("Example switch")), variable(sys_object, from_hex("06 08 2b060104 01c373 01")),
            variable(from_hex("06 08 2b06010201010500"), text("sw-7")),
            variable(from_hex("06 0c 2b060102012f010101010b01"), text("SN42"))});
  const Decoded got = decode(message(1, "secret", pdu(0xa2, 0, 0, variables)), down);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["community_default"], "0");
  EXPECT_THAT(got.facts, ElementsAre("description=Example switch", "vendor=Moxa", "name=sw-7", "serial=SN42"));
  EXPECT_EQ(got.operations.at(0), "read 1.3.6.1.2.1.1.1.0='Example switch' ok");
  EXPECT_EQ(got.items.at(1).at("value"), "1.3.6.1.4.1.8691.1");
}

TEST_F(Snmp, ValuesKeepTheirType) {
  const auto oid = from_hex("06 03 2b0601");
  const auto variables = join({variable(oid, {2, 1, 0xff}), variable(oid, from_hex("41 04 ffffffff")),
                               variable(oid, from_hex("40 04 0a140001")), variable(oid, from_hex("04 02 00ff")),
                               variable(oid, from_hex("80 00")), variable(oid, from_hex("46 09 00ffffffffffffffff"))});
  const Decoded got = decode(message(1, "x", pdu(0xa2, 0, 0, variables)), down);
  EXPECT_EQ(got.items.at(0).at("number"), "-1");
  EXPECT_EQ(got.items.at(1).at("number"), "4294967295");
  EXPECT_EQ(got.items.at(1).at("value_type"), "counter32");
  EXPECT_EQ(got.items.at(2).at("value"), "10.20.0.1");
  EXPECT_EQ(got.items.at(3).at("octets"), "00ff");
  EXPECT_EQ(got.items.at(4).at("value_type"), "no_such_object");
  EXPECT_EQ(got.operations.at(4), "read 1.3.6.1 refused 2");
  EXPECT_EQ(got.items.at(5).at("value_type"), "counter64");
}

TEST_F(Snmp, ASetWritesAndMayBeRefused) {
  EXPECT_THAT(decode(message(0, "private", pdu(0xa3, 0, 0, variable(sys_descr, text("x")))), up).operations,
              ElementsAre("write 1.3.6.1.2.1.1.1.0='x' pending"));
  const Decoded got = decode(message(0, "private", pdu(0xa2, 4, 1, variable(sys_descr, text("x")))), down);
  EXPECT_THAT(got.facts, IsEmpty()) << "a refusal only repeats what was asked";
  EXPECT_EQ(got["error_status"], "read_only");
  EXPECT_EQ(got["error_index"], "1");
  EXPECT_THAT(got.operations, ElementsAre("read 1.3.6.1.2.1.1.1.0 refused 4"));
}

TEST_F(Snmp, BulkAndTraps) {
  const Decoded bulk = decode(message(1, "public", pdu(0xa5, 1, 10, variable(sys_descr, null))), up);
  EXPECT_EQ(bulk["non_repeaters"], "1");
  EXPECT_EQ(bulk["max_repetitions"], "10");
  EXPECT_THAT(bulk.operations, ElementsAre("read 1.3.6.1.2.1.1.1.0 pending"));
  const auto trap = tlv(0xa4, join({from_hex("06 07 2b060104 01c373"),
                                    from_hex("40 04 0a14000b"),
                                    {2, 1, 2, 2, 1, 0},
                                    from_hex("43 02 0100"),
                                    tlv(0x30, variable(sys_descr, text("down")))}));
  const Decoded got = decode(message(0, "public", trap), up);
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["enterprise"], "1.3.6.1.4.1.8691");
  EXPECT_EQ(got["generic_trap"], "link_down");
  EXPECT_EQ(got["uptime"], "256");
  EXPECT_EQ(got["agent_address"], "00000000000000000000ffff0a14000b");
  EXPECT_THAT(got.operations, ElementsAre("report 1.3.6.1.2.1.1.1.0='down' one_way"));
}

TEST_F(Snmp, TheThirdVersionHasAUserAndPairsByItsOwnNumber) {
  const auto header = tlv(0x30, join({{2, 1, 9, 2, 2, 4, 0}, from_hex("04 01 04"), {2, 1, 3}}));
  const auto user =
      tlv(4, tlv(0x30, join({from_hex("04 03 800001"), {2, 1, 3, 2, 1, 5}, text("operator"), text(""), text("")})));
  const auto scoped =
      tlv(0x30, join({from_hex("04 03 800001"), text("ctx"), pdu(0xa0, 0, 0, variable(sys_descr, null))}));
  const Decoded got = decode(tlv(0x30, join({{2, 1, 3}, header, user, scoped})), up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["version"], "v3");
  EXPECT_EQ(got["usm"], "operator");
  EXPECT_EQ(got["message_id"], "9");
  EXPECT_EQ(got["request_id"], "absent");
  EXPECT_EQ(got["context_name"], "ctx");
  EXPECT_THAT(got.operations, ElementsAre("read 1.3.6.1.2.1.1.1.0 pending"));
  const auto sealed = tlv(0x30, join({{2, 1, 3}, header, user, from_hex("04 04 deadbeef")}));
  const Decoded hidden = decode(sealed, down);
  EXPECT_EQ(hidden.role, Role::answer);
  EXPECT_THAT(hidden.operations, ElementsAre("other ok"));
}

TEST_F(Snmp, WhatIsWrongIsSaidAndNothingInvented) {
  EXPECT_EQ(decode("30 05 02 01 01 04 06", up).fault, "snmp.malformed");
  EXPECT_EQ(decode(message(1, "x", tlv(0xa9, {})), up).fault, "snmp.pdu");
  EXPECT_EQ(decode(message(1, "x", pdu(0xa0, 0, 0, {0x30, 2, 4, 0})), up).fault, "snmp.variable");
  auto longer = message(1, "x", pdu(0xa0, 0, 0, variable(sys_descr, null)));
  longer.push_back(0);
  EXPECT_EQ(decode(longer, up).fault, "snmp.trailing");
  const auto whole =
      message(1, "public", pdu(0xa3, 0, 0, join({variable(sys_descr, text("one")), variable(sys_descr, text("two"))})));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    auto cut = std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Decoded got = decode(cut, up);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
    if (size > 1) cut[1] = static_cast<std::uint8_t>(size - 2);  // the outer length lies along
    for (const std::string& operation : decode(cut, up).operations)
      EXPECT_THAT(operation, testing::AnyOf(testing::HasSubstr("'one'"), testing::HasSubstr("'two'")));
  }
}

TEST_F(Snmp, IsKnownByItsShapeAnywhere) {
  Context context;
  context.transport = Transport::udp, context.client_port = 50'000, context.server_port = 161;
  const auto get = message(1, "public", pdu(0xa0, 0, 0, variable(sys_descr, null)));
  EXPECT_EQ(protocol.identify(get, context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("30 10 02 01 01 04 06"), context), Identity::yes) << "malformed, on its port";
  context.server_port = 16'100;
  EXPECT_EQ(protocol.identify(get, context), Identity::yes);
  auto longer = get;
  longer.push_back(0);
  EXPECT_EQ(protocol.identify(longer, context), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("30 05 02 01 01 04 00"), context), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("60 05 02 01 01 04 00"), context), Identity::no);
  context.transport = Transport::tcp;
  EXPECT_EQ(protocol.identify(get, context), Identity::no);
  context.transport = Transport::udp;
  EXPECT_EQ(protocol.sender(get, context), End::client);
  EXPECT_EQ(protocol.sender(message(1, "x", pdu(0xa2, 0, 0, variable(sys_descr, null))), context), End::server);
}

}  // namespace
}  // namespace langyan::snmp
