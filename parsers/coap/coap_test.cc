#include "parsers/coap/coap.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::coap {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

TEST(Coap, RequestsNameTheResource) {
  MessageDecoder decode(protocol);
  // CON GET 1, token 07, Uri-Path "a", "b", Uri-Query "x=1" (delta 4).
  const Decoded got = decode("41 01 0001 07 b1 61 01 62 43 783d31", up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["message_type"], "con");
  EXPECT_EQ(got["method"], "get");
  EXPECT_EQ(got["uri_path"], "/a/b");
  EXPECT_EQ(got["uri_query"], "x=1");
  EXPECT_EQ(got["token"], "07");
  EXPECT_THAT(got.operations, ElementsAre("read /a/b pending"));
  const Decoded put = decode("40 03 0002 b1 61 ff 32312e35", up);
  EXPECT_EQ(put["message"], "21.5");
  EXPECT_THAT(put.operations, ElementsAre("write /a=21.5 pending"));
  EXPECT_THAT(decode("40 04 0003 b1 61", up).operations, ElementsAre("configure /a pending"));
  EXPECT_THAT(decode("40 01 0004", up).operations, ElementsAre("read / pending"));
  EXPECT_THAT(decode("40 01 0005 bb 2e77656c6c2d6b6e6f776e 04 636f7265", up).operations,
              ElementsAre("browse /.well-known/core pending"));
  EXPECT_THAT(decode("40 02 0006 b1 35 01 30 01 32", up).operations, ElementsAre("firmware /5/0/2 pending"));
  EXPECT_THAT(decode("40 02 0007 b1 33 01 30 01 34", up).operations, ElementsAre("reset /3/0/4 pending"));
  const Decoded registered = decode("40 02 0008 b2 7264 47 65703d6d657465 04 6c743d31", up);
  EXPECT_THAT(registered.operations, ElementsAre("session /rd pending"));
  EXPECT_THAT(registered.facts, ElementsAre("name=mete"));
}

TEST(Coap, AnswersCarryCodeAndValue) {
  MessageDecoder decode(protocol);
  const std::string asked = decode("41 01 0001 07 b1 61", up)["exchange"];
  const Decoded got = decode("61 45 0001 07 c0 ff 3432", down);  // 2.05, Content-Format 0
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["exchange"], asked);
  EXPECT_EQ(got["code"], "content");
  EXPECT_EQ(got["content_format"], "text_plain");
  EXPECT_THAT(got.operations, ElementsAre("read=42 ok"));
  EXPECT_THAT(decode("60 85 0002", down).operations, ElementsAre("other refused 133"));
  EXPECT_EQ(decode("60 41 0003 81 78 01 79", down)["location"], "/x/y");
  EXPECT_EQ(decode("60 45 0004 ff 00ff", down)["payload"], "00ff");
}

TEST(Coap, ResetsAndRepetitionsGoByTheMessageId) {
  MessageDecoder decode(protocol);
  const std::string asked = decode("41 01 0001 07 b1 61", up)["exchange"];
  const Decoded again = decode("41 01 0001 07 b1 61", up);
  EXPECT_EQ(again["repeated"], "1");
  EXPECT_EQ(again.role, Role::event);
  EXPECT_THAT(again.operations, IsEmpty());
  const Decoded later = decode("60 00 0001", down);
  EXPECT_EQ(later.role, Role::event);
  const Decoded reset = decode("70 00 0001", down);
  EXPECT_EQ(reset.role, Role::answer);
  EXPECT_EQ(reset["exchange"], asked);
  EXPECT_THAT(reset.operations, ElementsAre("other refused 0"));
  EXPECT_EQ(decode("70 00 0009", down).role, Role::event);
  EXPECT_THAT(decode("40 00 0009", up).operations, ElementsAre("heartbeat one_way"));
}

TEST(Coap, ObservedResourcesReport) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode("41 01 0001 07 60 51 61", up).operations, ElementsAre("subscribe /a pending"));
  EXPECT_EQ(decode("61 45 0001 07 61 01 ff 31", down).role, Role::answer);
  const Decoded told = decode("51 45 1001 07 61 02 ff 32", down);
  EXPECT_EQ(told.role, Role::event);
  EXPECT_EQ(told["observe"], "2");
  EXPECT_THAT(told.operations, ElementsAre("report=2 ok"));
  EXPECT_THAT(decode("41 01 0002 07 61 01 51 61", up).operations, ElementsAre("session /a pending"));
}

TEST(Coap, BlocksAndProtection) {
  MessageDecoder decode(protocol);
  // Block1 (27 = 11 + 16): number 1, more, 64 octets.
  const Decoded block = decode("40 03 0001 b1 61 d1 03 1a ff 6162", up);
  EXPECT_EQ(block["block_number"], "1");
  EXPECT_EQ(block["block_more"], "1");
  EXPECT_EQ(block["block_size"], "64");
  EXPECT_THAT(block.operations, ElementsAre("write /a pending"));
  const Decoded hidden = decode("40 02 0002 90 ff 0102", up);
  EXPECT_EQ(hidden["oscore"], "1");
  EXPECT_THAT(hidden.operations, ElementsAre("other pending"));
  EXPECT_EQ(decode("40 01 0003 dd 16 00 636f61703a2f2f612f62630000", up).fault, "coap.proxy");
}

TEST(Coap, FaultsAreSaid) {
  const auto fault = [](std::string_view hex) { return MessageDecoder(protocol)(hex, up).fault; };
  EXPECT_EQ(fault("49 01 0001"), "coap.token");
  EXPECT_EQ(fault("42 01 0001 07"), "coap.truncated");
  EXPECT_EQ(fault("40 01 0001 b5 61"), "coap.truncated");
  EXPECT_EQ(fault("40 01 0001 f1 61"), "coap.option");
  EXPECT_EQ(fault("40 01 0001 73 616161"), "coap.option");  // Uri-Port of three octets
  EXPECT_EQ(fault("40 01 0001 ff"), "coap.payload");
  EXPECT_EQ(fault("40 1f 0001"), "coap.code");
  EXPECT_EQ(fault("40 00 0001 00"), "coap.empty");
}

TEST(Coap, TruncationInventsNothing) {
  const auto whole = from_hex("44 03 0001 01020304 b8 736574706f696e74 11 2a ff 3433");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got = MessageDecoder(protocol)(
        std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
    for (const std::string& operation : got.operations) EXPECT_EQ(operation.find("=43"), std::string::npos) << size;
    // Whole only where an option ends: behind the token, behind the path, behind Content-Format.
    const bool stands = size == 8 || size == 17 || size >= 19;
    EXPECT_EQ(got.operations.empty(), !stands) << size;
  }
}

TEST(Coap, OnlyItsPortIsTaken) {
  Context own{.transport = Transport::udp, .client_port = 40000, .server_port = 5683}, other = own;
  other.server_port = 5000;
  EXPECT_EQ(protocol.identify(from_hex("41 01 0001 07 b1 61"), own), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("41 01 0001 07 b1 61"), other), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("80 01 0001"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("40 00 0001 00"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("40 e1 0001"), own), Identity::no);
  own.transport = Transport::tcp;
  EXPECT_EQ(protocol.identify(from_hex("41 01 0001 07 b1 61"), own), Identity::no);
  EXPECT_EQ(protocol.sender(from_hex("41 01 0001 07"), own), End::client);
  EXPECT_EQ(protocol.sender(from_hex("61 45 0001 07"), own), End::server);
  EXPECT_EQ(protocol.sender(from_hex("60 00 0001"), own), End::unknown);
  EXPECT_EQ(protocol.frame(from_hex("c0 00"), own).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.resync(from_hex("40 01 00"), own), 3u);
}

}  // namespace
}  // namespace langyan::coap
