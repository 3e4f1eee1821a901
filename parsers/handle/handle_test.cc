#include "parsers/handle/handle.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::handle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

void put(std::vector<std::uint8_t>& to, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}
void put(std::vector<std::uint8_t>& to, std::string_view text) {
  put(to, static_cast<std::uint32_t>(text.size()));
  for (char c : text) to.push_back(static_cast<std::uint8_t>(c));
}
// RFC 3652 2.2: envelope, header, body, no credential.
std::vector<std::uint8_t> message(std::uint32_t code, std::uint32_t response, const std::vector<std::uint8_t>& body) {
  std::vector<std::uint8_t> made = {2, 1, 0, 0};
  put(made, 0), put(made, 77), put(made, 0), put(made, static_cast<std::uint32_t>(24 + body.size() + 4));
  put(made, code), put(made, response), put(made, 0x80000000), put(made, 0x00010000), put(made, 0);
  put(made, static_cast<std::uint32_t>(body.size()));
  for (std::uint8_t octet : body) made.push_back(octet);
  put(made, 0);
  return made;
}
std::vector<std::uint8_t> named(std::string_view handle) {
  std::vector<std::uint8_t> body;
  put(body, handle);
  return body;
}
std::vector<std::uint8_t> resolution() {
  auto body = named("86.1000.1/pump-7");
  put(body, 0), put(body, 0);
  return message(1, 0, body);
}
std::vector<std::uint8_t> resolved() {
  auto body = named("86.1000.1/pump-7");
  put(body, 1);
  put(body, 3), put(body, 0), body.push_back(0), put(body, 86400), body.push_back(0x0e);
  put(body, "URL"), put(body, "https://example.invalid/7"), put(body, 0);
  return message(1, 1, body);
}

TEST(Handle, ResolvesIdentifiers) {
  MessageDecoder decode(protocol);
  const Decoded asked = decode(resolution(), ask);
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked["op_code"], "resolution");
  EXPECT_EQ(asked["handle"], "86.1000.1/pump-7");
  EXPECT_EQ(asked["prefix"], "86.1000.1");
  EXPECT_EQ(asked.role, Role::request);
  EXPECT_THAT(asked.operations, ElementsAre("read 86.1000.1/pump-7 pending"));
  const Decoded told = decode(resolved(), tell);
  EXPECT_EQ(told.fault, "");
  ASSERT_EQ(told.items.size(), 1u);
  EXPECT_EQ(told.items[0].at("value_type"), "URL");
  EXPECT_EQ(told.items[0].at("value_data"), "https://example.invalid/7");
  EXPECT_EQ(told.items[0].at("value_ttl"), "86400");
  EXPECT_THAT(told.operations, ElementsAre("read 86.1000.1/pump-7 ok"));
}

TEST(Handle, AdministrationIsConfiguration) {
  for (std::uint32_t code : {100u, 101u, 102u, 103u, 104u})
    EXPECT_THAT(MessageDecoder(protocol)(message(code, 0, named("86.1/x")), ask).operations,
                ElementsAre("configure 86.1/x pending"))
        << code;
  EXPECT_THAT(MessageDecoder(protocol)(message(200, 0, {}), ask).operations, ElementsAre("auth pending"));
  EXPECT_THAT(MessageDecoder(protocol)(message(105, 0, named("0.NA/86.1")), ask).operations,
              ElementsAre("browse 0.NA/86.1 pending"));
}

TEST(Handle, RefusalsSayWhy) {
  const Decoded missing = MessageDecoder(protocol)(message(1, 100, named("no such handle")), tell);
  EXPECT_EQ(missing.fault, "");
  EXPECT_EQ(missing["error_message"], "no such handle");
  EXPECT_THAT(missing.operations, ElementsAre("read refused 100"));
  EXPECT_EQ(MessageDecoder(protocol)(message(104, 400, {}), tell).fault, "handle.unauthorised");
  EXPECT_EQ(MessageDecoder(protocol)(message(1, 400, {}), tell).fault, "");
  EXPECT_EQ(MessageDecoder(protocol)(message(104, 402, {}), tell).fault, "");  // first the challenge
}

TEST(Handle, NamesWhatIsWrong) {
  EXPECT_EQ(MessageDecoder(protocol)(message(777, 0, {}), ask).fault, "handle.operation");
  auto lies = resolution();
  lies[47] = 0x7f;  // the identifier's length
  const Decoded got = MessageDecoder(protocol)(lies, ask);
  EXPECT_EQ(got.fault, "handle.truncated");
  EXPECT_EQ(got["handle"], "absent");
  const auto whole = resolved();
  for (std::size_t size = 0; size + 4 < whole.size(); ++size) {
    const Decoded cut =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, tell);
    EXPECT_NE(cut.fault, "") << size;
    constexpr std::size_t behind_the_value = 8;  // its references, and the credential's length
    if (size + behind_the_value < whole.size()) {
      EXPECT_THAT(cut.items, IsEmpty()) << size;
    }
  }
}

TEST(Handle, IsKnownByEnvelopeAndCodes) {
  const Context tcp{ask, Transport::tcp, 40000, 8000}, udp{ask, Transport::udp, 40000, 2641};
  EXPECT_EQ(protocol.identify(resolution(), tcp), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("0201"), tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("0201 1f00"), tcp), Identity::no);
  EXPECT_EQ(protocol.identify(message(777, 0, {}), udp), Identity::no);
  EXPECT_EQ(protocol.frame(resolution(), tcp).size, resolution().size());
  EXPECT_EQ(protocol.sender(resolution(), tcp), End::client);
  EXPECT_EQ(protocol.sender(resolved(), tcp), End::server);
  auto lost = from_hex("0102");
  for (std::uint8_t octet : resolution()) lost.push_back(octet);
  EXPECT_EQ(protocol.resync(lost, tcp), 2u);
}

}  // namespace
}  // namespace langyan::handle
