#include "parsers/amqp/amqp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::amqp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

std::string hex(std::string_view text) {
  std::string made;
  for (char c : text) {
    char pair[4];
    std::snprintf(pair, sizeof pair, "%02x ", static_cast<unsigned char>(c));
    made += pair;
  }
  return made;
}
std::string brief(std::string_view text) {  // a short string ([091] 4.2.5.3)
  char size[4];
  std::snprintf(size, sizeof size, "%02x ", static_cast<unsigned>(text.size()));
  return size + hex(text);
}
std::string lengthy(std::string_view octets) {
  char size[12];
  std::snprintf(size, sizeof size, "%08x ", static_cast<unsigned>(octets.size()));
  return size + hex(octets);
}
Octets classic(std::uint8_t type, std::uint8_t channel, const std::string& body) {  // [091] 4.2.3
  const Octets octets = from_hex(body);
  Octets made = {
      type, 0, channel, 0, 0, static_cast<std::uint8_t>(octets.size() >> 8), static_cast<std::uint8_t>(octets.size())};
  made.insert(made.end(), octets.begin(), octets.end());
  made.push_back(0xce);
  return made;
}
Octets transport(std::uint8_t type, std::uint8_t code, std::uint8_t count, const std::string& list,
                 const std::string& more = "") {
  const Octets inner = from_hex(list), rest = from_hex(more);
  Octets made = {0, 0, 0, 0, 2, type, 0, 0, 0, 0x53, code, 0xc0, static_cast<std::uint8_t>(inner.size() + 1), count};
  made.insert(made.end(), inner.begin(), inner.end());
  made.insert(made.end(), rest.begin(), rest.end());
  made[3] = static_cast<std::uint8_t>(made.size());
  return made;
}

const Octets start_ok = classic(1, 0,
                                "000a000b 00000010" + brief("product") + hex("S") + "00000003" + hex("lib") +
                                    brief("PLAIN") + lengthy(std::string_view("\0op\0secret", 10)) + brief("en_US"));

TEST(Amqp, SignInIsToldWithoutThePassword) {
  MessageDecoder decode(protocol);
  const Decoded start =
      decode(classic(1, 0,
                     "000a000a 0009 0000001e" + brief("product") + hex("S") + lengthy("Mq") + brief("version") +
                         hex("S") + lengthy("3") + lengthy("PLAIN") + lengthy("en_US")),
             down);
  EXPECT_EQ(start.fault, "amqp.truncated");  // the table is said longer than it is, so what follows is misread
  const Decoded told =
      decode(classic(1, 0,
                     "000a000a 0009 0000001d" + brief("product") + hex("S") + lengthy("Mq") + brief("version") +
                         hex("S") + lengthy("3") + lengthy("PLAIN") + lengthy("en_US")),
             down);
  EXPECT_EQ(told.fault, "");
  EXPECT_THAT(told.facts, ElementsAre("model=Mq", "firmware=3"));
  EXPECT_EQ(told["mechanisms"], "PLAIN");
  const Decoded got = decode(start_ok, up);
  EXPECT_EQ(got.fault, "amqp.password_in_clear");
  EXPECT_EQ(got["method"], "connection.start-ok");
  EXPECT_EQ(got["user_name"], "op");
  EXPECT_EQ(got["password_length"], "6");
  EXPECT_THAT(got.operations, ElementsAre("auth pending"));
  EXPECT_THAT(got.facts, ElementsAre("description=lib"));
  for (const auto& [name, value] : got.fields) EXPECT_EQ(value.find("secret"), std::string::npos) << name;
  const Decoded refused = decode(classic(1, 0, "000a0032 0193" + brief("ACCESS_REFUSED") + "0000 0000"), down);
  EXPECT_EQ(refused.role, Role::answer);
  EXPECT_THAT(refused.operations, ElementsAre("session refused 403"));
  decode(start_ok, up);
  EXPECT_THAT(decode(classic(1, 0, "000a001e 07ff 00020000 003c"), down).operations, ElementsAre("auth ok"));
}

TEST(Amqp, MethodsNameWhatTheyTouch) {
  const auto ask = [](const std::string& body) { return MessageDecoder(protocol)(classic(1, 1, body), up); };
  EXPECT_THAT(ask("000a0028" + brief("/plant") + "00 00").operations, ElementsAre("session /plant pending"));
  EXPECT_THAT(ask("0032000a 0000" + brief("jobs") + "02 00000000").operations, ElementsAre("configure jobs pending"));
  EXPECT_EQ(ask("0032000a 0000" + brief("jobs") + "12 00000000").role, Role::event);  // no answer wanted
  EXPECT_THAT(ask("0028000a 0000" + brief("tele") + brief("topic") + "02 00000000").operations,
              ElementsAre("configure tele pending"));
  EXPECT_THAT(ask("003c0014 0000" + brief("jobs") + brief("me") + "00 00000000").operations,
              ElementsAre("subscribe jobs pending"));
  const Decoded sent = ask("003c0028 0000" + brief("tele") + brief("pump.1") + "00");
  EXPECT_EQ(sent.fault, "");
  EXPECT_EQ(sent.role, Role::event);
  EXPECT_EQ(sent["exchange"], "tele");
  EXPECT_EQ(sent["routing_key"], "pump.1");
  EXPECT_EQ(sent["channel"], "1");
  EXPECT_THAT(sent.operations, ElementsAre("report tele/pump.1 one_way"));
  EXPECT_THAT(ask("003c0028 0000" + brief("") + brief("jobs") + "00").operations, ElementsAre("report jobs one_way"));
  const Decoded given = MessageDecoder(protocol)(
      classic(1, 1, "003c003c" + brief("me") + "0000000000000007 00" + brief("tele") + brief("pump.1")), down);
  EXPECT_EQ(given["delivery_tag"], "7");
  EXPECT_EQ(given["consumer_tag"], "me");
  EXPECT_THAT(given.operations, ElementsAre("report tele/pump.1 one_way"));
  EXPECT_EQ(ask("00ff0001").fault, "amqp.method");
  EXPECT_EQ(ask("003c0050 0000000000000001 00 00").fault, "amqp.trailing");
}

TEST(Amqp, HeadersBodiesAndHeartbeats) {
  MessageDecoder decode(protocol);
  const Decoded header = decode(classic(2, 1, "003c 0000 0000000000000002 8000" + brief("text/plain")), up);
  EXPECT_EQ(header["body_size"], "2");
  EXPECT_EQ(header["content_type"], "text/plain");
  EXPECT_EQ(decode(classic(3, 1, "3432"), up)["message"], "42");
  EXPECT_EQ(decode(classic(3, 1, "00ff"), up)["payload"], "00ff");
  EXPECT_THAT(decode(classic(8, 0, ""), up).operations, ElementsAre("heartbeat one_way"));
  EXPECT_EQ(decode("414d5150 00000901", up)["protocol_version"], "0-9-1");
  EXPECT_EQ(decode("414d5150 03010000", up)["protocol_version"], "1.0 SASL");
}

TEST(Amqp, DefaultUserIsSaid) {
  const auto got = MessageDecoder(protocol)(
      classic(1, 0, "000a000b 00000000" + brief("PLAIN") + lengthy(std::string_view("\0guest\0guest", 12)) + brief("")),
      up);
  EXPECT_EQ(got.fault, "amqp.default_user");
}

TEST(Amqp, PerformativesOfVersion1) {
  MessageDecoder decode(protocol);
  const Decoded open = decode(transport(0, 0x10, 2, "a1" + brief("hist") + "a1" + brief("plant")), up);
  EXPECT_EQ(open.fault, "");
  EXPECT_EQ(open["method"], "open");
  EXPECT_EQ(open["container_id"], "hist");
  EXPECT_EQ(open["hostname"], "plant");
  EXPECT_THAT(open.facts, ElementsAre("name=hist"));
  // name, handle 0, role receiver, two modes left null, source with an address.
  const Decoded attach =
      decode(transport(0, 0x12, 6, "a1" + brief("l") + "43 41 40 40 00 53 28 c0 06 01 a1" + brief("tmp")), up);
  EXPECT_EQ(attach.fault, "");
  EXPECT_EQ(attach["source_address"], "tmp");
  EXPECT_EQ(attach["is_receiver"], "1");
  EXPECT_THAT(attach.operations, ElementsAre("subscribe tmp one_way"));
  // handle 3, and a message of properties (to) and a value.
  const Decoded sent = decode(
      transport(0, 0x14, 1, "52 03", "00 53 73 c0 09 03 40 40 a1" + brief("tank") + "00 53 77 a1" + brief("42")), up);
  EXPECT_EQ(sent.fault, "");
  EXPECT_EQ(sent["message"], "42");
  EXPECT_THAT(sent.operations, ElementsAre("report tank='42' one_way"));
  const Decoded init =
      decode(transport(1, 0x41, 2, "a3" + brief("PLAIN") + "a0 05 00" + hex("a") + "00" + hex("pw")), up);
  EXPECT_EQ(init.fault, "amqp.password_in_clear");
  EXPECT_EQ(init["user_name"], "a");
  EXPECT_EQ(init.role, Role::request);
  EXPECT_THAT(decode(transport(1, 0x44, 1, "50 01"), down).operations, ElementsAre("auth refused 1"));
  EXPECT_EQ(decode(transport(1, 0x41, 1, "a3" + brief("ANONYMOUS")), up).fault, "amqp.anonymous");
  const Decoded closed = decode(transport(0, 0x18, 1, "00 53 1d c0 07 02 a3" + brief("x:y") + "40"), down);
  EXPECT_EQ(closed["error_condition"], "x:y");
  EXPECT_THAT(decode("00000008 02000000", up).operations, ElementsAre("heartbeat one_way"));
}

TEST(Amqp, TruncationInventsNothing) {
  const Octets wholes[] = {start_ok, classic(1, 1, "003c0028 0000" + brief("tele") + brief("pump.1") + "00"),
                           transport(0, 0x10, 2, "a1" + brief("hist") + "a1" + brief("plant"))};
  for (const Octets& whole : wholes)
    for (std::size_t size = 8; size < whole.size() - 1; ++size) {
      const Decoded got =
          MessageDecoder(protocol)(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
      if (size > 8) { EXPECT_NE(got.fault, "") << size; }
      EXPECT_EQ(got["password_length"] == "6", got["password_length"] != "absent") << size;
    }
}

TEST(Amqp, IdentifiesFramesResyncs) {
  Context own{.transport = Transport::tcp, .client_port = 40000, .server_port = 5672}, other = own;
  other.server_port = 9000;
  EXPECT_EQ(protocol.identify(from_hex("414d5150 00000901"), other), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("414d51"), other), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("414d5150 09090909"), other), Identity::no);
  EXPECT_EQ(protocol.identify(start_ok, other), Identity::no);
  EXPECT_EQ(protocol.identify(start_ok, own), Identity::yes);
  EXPECT_EQ(protocol.identify(bytes_of("GET / HTTP/1.1\r\n"), own), Identity::no);
  EXPECT_EQ(protocol.frame(start_ok, own).size, start_ok.size());
  EXPECT_EQ(protocol.frame(from_hex("03 0001 00020000 00"), own).kind, Frame::Kind::skip);
  EXPECT_EQ(protocol.frame(from_hex("05 0001 00000000 ce"), own).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(from_hex("08 0000 00000000 00"), own).kind, Frame::Kind::lost);
  Octets noisy = from_hex("0102030405");
  noisy.insert(noisy.end(), start_ok.begin(), start_ok.end());
  EXPECT_EQ(protocol.resync(noisy, own), 5u);
  EXPECT_EQ(protocol.sender(start_ok, own), End::client);
  EXPECT_EQ(protocol.sender(classic(1, 0, "000a001e 07ff 00020000 003c"), own), End::server);
}

}  // namespace
}  // namespace langyan::amqp
