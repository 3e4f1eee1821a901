#include "parsers/mqtt/mqtt.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

Octets text(std::string_view words) {  // [5] 1.5.4
  Octets made;
  made.reserve(2 + words.size());
  made.push_back(static_cast<std::uint8_t>(words.size() >> 8)), made.push_back(static_cast<std::uint8_t>(words.size()));
  made.insert(made.end(), words.begin(), words.end());
  return made;
}
Octets raw(std::string_view words) { return Octets(words.begin(), words.end()); }
Octets join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
Octets packet(std::uint8_t first, std::initializer_list<Octets> parts) {
  const Octets body = join(parts);
  Octets made = {first};
  std::size_t length = body.size();
  do made.push_back(static_cast<std::uint8_t>((length & 0x7f) | (length > 0x7f ? 0x80 : 0))), length >>= 7;
  while (length);
  made.insert(made.end(), body.begin(), body.end());
  return made;
}
Octets run(std::uint8_t number, const Octets& octets) {  // [PB]: a field with a length
  return join({{static_cast<std::uint8_t>(number << 3 | 2), static_cast<std::uint8_t>(octets.size())}, octets});
}

const Octets connect4 = packet(0x10, {text("MQTT"), from_hex("04 c6 003c"), text("plc1"), text("state/plc1"),
                                      text("lost"), text("op"), text("secret")});
const Octets connect5 = packet(0x10, {text("MQTT"), from_hex("05 02 003c 05 11 00000078"), text("plc5")});
const Octets anonymous4 = packet(0x10, {text("MQTT"), from_hex("04 02 003c"), text("c")});

TEST(Mqtt, ConnectTellsWhoWithoutThePassword) {
  MessageDecoder decode(protocol);
  const Decoded got = decode(connect4, up);
  EXPECT_EQ(got.fault, "mqtt.password_in_clear");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["type"], "connect");
  EXPECT_EQ(got["protocol_version"], "3.1.1");
  EXPECT_EQ(got["client_id"], "plc1");
  EXPECT_EQ(got["user_name"], "op");
  EXPECT_EQ(got["has_password"], "1");
  EXPECT_EQ(got["password_length"], "6");
  EXPECT_EQ(got["will_topic"], "state/plc1");
  EXPECT_EQ(got["will_message"], "lost");
  EXPECT_EQ(got["keep_alive"], "60");
  EXPECT_THAT(got.operations, ElementsAre("auth plc1 pending"));
  EXPECT_THAT(got.facts, ElementsAre("name=plc1"));
  for (const auto& [name, value] : got.fields) EXPECT_EQ(value.find("secret"), std::string::npos) << name;
  EXPECT_EQ(decode("20 02 00 05", down).operations, std::vector<std::string>{"session refused 5"});
}

TEST(Mqtt, SaysWhenTheBrokerWantsNoUser) {
  MessageDecoder decode(protocol);
  EXPECT_EQ(decode(anonymous4, up).fault, "");
  const Decoded got = decode("20 02 00 00", down);
  EXPECT_EQ(got.fault, "mqtt.anonymous");
  EXPECT_EQ(got["return_code"], "accepted");
  MessageDecoder refused(protocol);
  refused(anonymous4, up);
  EXPECT_EQ(refused("20 02 00 05", down).fault, "");
}

TEST(Mqtt, PublishesReportOrCommandByTopic) {
  MessageDecoder decode(protocol);
  const Decoded report = decode(packet(0x31, {text("plant/t1"), raw("21.5")}), up);
  EXPECT_EQ(report.role, Role::event);
  EXPECT_EQ(report["retain"], "1");
  EXPECT_EQ(report["message"], "21.5");
  EXPECT_THAT(report.operations, ElementsAre("report plant/t1=21.5 one_way"));
  const Decoded order = decode(packet(0x3a, {text("plant/valve/SET"), from_hex("0007"), raw("open")}), down);
  EXPECT_EQ(order.role, Role::request);
  EXPECT_EQ(order["packet_id"], "7");
  EXPECT_EQ(order["dup"], "1");
  EXPECT_THAT(order.operations, ElementsAre("control plant/valve/SET='open' pending"));
  EXPECT_EQ(decode("40 02 0007", up).role, Role::answer);
  EXPECT_EQ(decode(packet(0x30, {text("t"), from_hex("00ff")}), up)["payload"], "00ff");
  EXPECT_EQ(decode(packet(0x30, {text("a/#"), raw("1")}), up).fault, "mqtt.topic");
  EXPECT_EQ(decode(packet(0x36, {text("t"), from_hex("0001")}), up).fault, "mqtt.qos");
}

TEST(Mqtt, AnswersPairByPacketId) {
  MessageDecoder decode(protocol);
  const Decoded released = decode("62 02 0009", up);
  EXPECT_EQ(released.role, Role::request);
  EXPECT_EQ(released["packet_id"], "9");
  const Decoded refused = decode("40 03 0007 87", down);  // [5] 3.4.2
  EXPECT_EQ(refused["reason_code"], "not_authorized");
  EXPECT_THAT(refused.operations, ElementsAre("report refused 135"));
  EXPECT_THAT(decode("c0 00", up).operations, ElementsAre("heartbeat pending"));
  EXPECT_THAT(decode("d0 00", down).operations, ElementsAre("heartbeat ok"));
  EXPECT_THAT(decode("e0 00", up).operations, ElementsAre("session one_way"));
}

TEST(Mqtt, SubscriptionsOfEverythingAreSaid) {
  MessageDecoder decode(protocol);
  const Decoded got = decode(packet(0x82, {from_hex("0005"), text("plant/+/t"), {1}, text("x/#"), {0}}), up);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("subscribe plant/+/t pending", "subscribe x/# pending"));
  EXPECT_EQ(got.items.at(0).at("requested_qos"), "1");
  const Decoded answer = decode("90 04 0005 01 80", down);
  EXPECT_THAT(answer.operations, ElementsAre("subscribe ok", "subscribe refused 128"));
  EXPECT_EQ(decode(packet(0x82, {from_hex("0006"), text("#"), {0}}), up).fault, "mqtt.everything");
  EXPECT_EQ(decode(packet(0x82, {from_hex("0006"), text("$SYS/broker/version"), {0}}), up).fault, "mqtt.broker_topics");
  EXPECT_EQ(decode(packet(0x80, {from_hex("0006"), text("a"), {0}}), up).fault, "mqtt.flags");
  EXPECT_EQ(decode(packet(0x82, {from_hex("0006"), text("a"), {0}}), down).fault, "mqtt.direction");
}

TEST(Mqtt, Version5PropertiesArePassedOrTold) {
  MessageDecoder decode(protocol);
  const Decoded opened = decode(connect5, up);
  EXPECT_EQ(opened.fault, "");
  EXPECT_EQ(opened["session_expiry"], "120");
  EXPECT_EQ(opened["client_id"], "plc5");
  // 0x23 topic alias 3, 0x26 user property line=2, 0x03 content type.
  const Octets said = join({from_hex("23 0003 26"), text("line"), text("2"), from_hex("03"), text("json")});
  const Decoded got = decode(packet(0x30, {text(""), {static_cast<std::uint8_t>(said.size())}, said, raw("true")}), up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["topic_alias"], "3");
  EXPECT_EQ(got["content_type"], "json");
  EXPECT_EQ(got["message"], "true");
  EXPECT_EQ(got.items.at(0).at("property_value"), "2");
  EXPECT_THAT(got.operations, ElementsAre("report topic alias 3=1 one_way"));
  EXPECT_EQ(decode(packet(0x30, {text("t"), from_hex("02 7777"), raw("1")}), up).fault, "mqtt.property");
  EXPECT_EQ(decode("e0 02 8e 00", down)["reason_code"], "session_taken_over");
}

TEST(Mqtt, SparkplugMetricsAreItems) {
  MessageDecoder decode(protocol);
  // [SP] 6.4: timestamp 1, seq 0, and a metric with name, alias 5, datatype int16 and value -2.
  const Octets metric = join({run(1, raw("Tank/Level")), from_hex("10 05 20 02 50 feffffff0f")});
  const Octets birth =
      join({from_hex("08 d086d1c9da2f"), run(2, metric),
            run(2, join({run(1, raw("Properties/Hardware Make")), from_hex("20 0c"), run(15, raw("Example"))})),
            from_hex("18 00")});
  const Decoded got = decode(packet(0x30, {text("spBv1.0/G1/NBIRTH/E1"), birth}), up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["sparkplug_type"], "nbirth");
  EXPECT_EQ(got["sparkplug_group"], "G1");
  EXPECT_EQ(got["sparkplug_node"], "E1");
  EXPECT_EQ(got["sparkplug_device"], "absent");
  EXPECT_EQ(got["sparkplug_seq"], "0");
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[0].at("metric"), "Tank/Level");
  EXPECT_EQ(got.items[0].at("metric_alias"), "5");
  EXPECT_EQ(got.items[0].at("metric_type"), "int16");
  EXPECT_EQ(got.items[0].at("metric_integer"), "-2");
  EXPECT_THAT(got.operations, ElementsAre("report G1/E1/Tank/Level=-2 one_way",
                                          "report G1/E1/Properties/Hardware Make='Example' one_way"));
  EXPECT_THAT(got.facts, ElementsAre("vendor=Example"));

  const Decoded order =
      decode(packet(0x30, {text("spBv1.0/G1/DCMD/E1/D1"), run(2, from_hex("10 05 20 09 65 0000a040"))}), down);
  EXPECT_THAT(order.operations, ElementsAre("control G1/E1/D1 alias 5=5 one_way"));
  EXPECT_EQ(order["sparkplug_device"], "D1");
  const Decoded reboot = decode(
      packet(0x30,
             {text("spBv1.0/G1/NCMD/E1"), run(2, join({run(1, raw("Node Control/Reboot")), from_hex("20 0b 70 01")}))}),
      down);
  EXPECT_THAT(reboot.operations, ElementsAre("reset G1/E1/Node Control/Reboot=1 one_way"));
  EXPECT_EQ(decode(packet(0x30, {text("spBv1.0/G1/DDATA/E1/D1"), from_hex("12 7f 00")}), up).fault, "mqtt.sparkplug");
}

TEST(Mqtt, TruncationInventsNothing) {
  const Octets wholes[] = {connect4, connect5, packet(0x82, {from_hex("0005"), text("plant/+/t"), {1}}),
                           packet(0x32, {text("plant/t1"), from_hex("0001"), raw("21.5")})};
  for (const Octets& whole : wholes) {
    for (std::size_t size = 2; size < whole.size(); ++size) {
      Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const Decoded got = MessageDecoder(protocol)(cut, up);
      EXPECT_NE(got.fault, "") << size;
      cut[1] = static_cast<std::uint8_t>(size - 2);  // a length that is true of the cut packet
      const Decoded shorter = MessageDecoder(protocol)(cut, up);  // must only not crash, or say a value that stands
      EXPECT_EQ(shorter["password_length"], "absent");
    }
  }
  EXPECT_THAT(MessageDecoder(protocol)("82 07 0005 0064 61 62 63", up).operations, IsEmpty());
}

TEST(Mqtt, IdentifiesByTheName) {
  Context own{.transport = Transport::tcp, .client_port = 40000, .server_port = 1883}, other = own;
  other.server_port = 9001;
  EXPECT_EQ(protocol.identify(connect4, other), Identity::yes);
  EXPECT_EQ(protocol.identify(packet(0x10, {text("MQIsdp"), from_hex("03 02 003c"), text("c")}), other), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("10 10"), other), Identity::unsure);
  EXPECT_EQ(protocol.identify(packet(0x10, {text("HTTP"), from_hex("04 02 003c"), text("c")}), other), Identity::no);
  EXPECT_EQ(protocol.identify(packet(0x30, {text("t"), raw("1")}), other), Identity::no);
  EXPECT_EQ(protocol.identify(packet(0x30, {text("t"), raw("1")}), own), Identity::yes);
  EXPECT_EQ(protocol.identify(bytes_of("GET / HTTP/1.1\r\n"), own), Identity::no);
  EXPECT_EQ(protocol.identify(bytes_of("POST / HTTP/1.1\r\n"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("16 03 01 02 00 01 00"), own), Identity::no);
  own.transport = Transport::udp;
  EXPECT_EQ(protocol.identify(connect4, own), Identity::no);
}

TEST(Mqtt, FramesResyncAndSender) {
  const Context context;
  EXPECT_EQ(protocol.frame(connect4, context).size, connect4.size());
  EXPECT_EQ(protocol.frame(from_hex("30"), context).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(from_hex("30 ffffffff"), context).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(from_hex("00 00"), context).kind, Frame::Kind::lost);
  const Frame big = protocol.frame(from_hex("30 808008 0001 74 00"), context);  // 131072 octets
  EXPECT_EQ(big.kind, Frame::Kind::skip);
  EXPECT_EQ(big.size, 131'072u + 4);
  EXPECT_EQ(protocol.frame(from_hex("c0 808008 0001"), context).kind, Frame::Kind::lost);  // a ping is never long
  EXPECT_EQ(protocol.frame(from_hex("30 04 0009 61 62"), context).kind,
            Frame::Kind::message);  // decode says what is wrong
  const Octets ping = from_hex("c000"), noise = from_hex("0102 ff ff");
  EXPECT_EQ(protocol.resync(join({noise, packet(0x32, {text("plant/t"), from_hex("0001"), raw("1")}), ping}), context),
            noise.size());
  EXPECT_EQ(protocol.resync(noise, context), noise.size());
  EXPECT_EQ(protocol.sender(connect4, context), End::client);
  EXPECT_EQ(protocol.sender(from_hex("9003 0001 00"), context), End::server);
  EXPECT_EQ(protocol.sender(packet(0x30, {text("t")}), context), End::unknown);
}

}  // namespace
}  // namespace langyan::mqtt
