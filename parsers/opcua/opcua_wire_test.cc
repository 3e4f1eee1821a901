// What is on the wire that is whole, cut, lying, in pieces or not this protocol at all.
#include <gmock/gmock.h>

#include "parsers/opcua/table.h"
#include "parsers/opcua/test_message.h"

namespace langyan::opcua {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction to_server = Direction::to_server, to_client = Direction::to_client;

Context on(std::uint16_t client, std::uint16_t server, Transport transport = Transport::tcp) {
  Context context;
  context.transport = transport, context.client_port = client, context.server_port = server;
  return context;
}
const Context own = on(50'000, 4840), foreign = on(50'000, 9999);

Octets read_body(std::string_view name, std::uint32_t said = 1) {
  return request(631, Build{}.f64(0).u32(2).u32(said).node(2, name).u32(13).null().u16(0).null().octets);
}
Octets write_body() { return request(673, Build{}.u32(1).node(2, "Pump1").u32(13).null().u8(1).variant(5).octets); }

std::vector<Octets> samples() {
  const Octets changes =
      Build{}.u32(1).u32(40).u8(15).u8(11).f64(2.5).u32(0).u64(some_time).u64(some_time).null().octets;
  return {
      hello(),
      acknowledge(),
      framed("ERRF", Build{}.u32(0x80830000).text("no").octets),
      open_request(),
      chunk("MSGF", 2, 2, read_body("Pump1")),
      chunk("MSGF", 2, 2, write_body()),
      chunk("MSGF", 2, 2,
            response(634, Build{}.u32(1).u8(1).u8(0xc6).u32(2).u32(1).u32(2).u32(1).u32(2).null().octets)),
      chunk("MSGF", 2, 2,
            response(
                829,
                Build{}.u32(5).null().u8(0).u32(8).u64(some_time).u32(1).extension(811, changes).null().null().octets)),
      chunk("MSGF", 2, 2, request(712, Build{}.u32(1).node(2, "P").node(2, "Start").u32(1).variant(3).octets)),
      chunk("MSGF", 2, 2,
            request(467,
                    Build{}.null().null().null().null().extension(321, Build{}.text("a").octets).null().null().octets)),
      chunk("CLOF", 2, 2, request(452, {})),
  };
}

TEST(OpcuaWire, WholeMessagesAreSound) {
  for (const Octets& sample : samples()) {
    Connection connection;
    EXPECT_EQ(connection.pass(sample, to_server).fault, "") << text_of(Bytes{sample}.first(3));
  }
}

TEST(OpcuaWire, ACutMessageIsSaidAndDoesNothing) {
  for (const Octets& sample : samples()) {
    for (std::size_t size = 0; size < sample.size(); ++size) {
      Connection connection;
      const Decoded got =
          connection.pass(Octets(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(size)), to_server);
      EXPECT_NE(got.fault, "") << text_of(Bytes{sample}.first(3)) << " " << size;
      for (const std::string& operation : got.operations) {
        EXPECT_EQ(operation.find("pending"), operation.npos) << operation << " " << size;
      }
    }
  }
}

TEST(OpcuaWire, AnyOctetMayBeAnother) {
  for (const Octets& sample : samples()) {
    for (std::size_t at = 8; at < sample.size(); ++at) {
      for (std::uint8_t value : {0x00, 0x7f, 0x80, 0xff}) {
        Octets changed = sample;
        changed[at] = value;
        Connection connection;
        const Decoded got = connection.pass(changed, to_server);
        EXPECT_LE(got.operations.size(), 2u);
      }
    }
  }
}

TEST(OpcuaWire, NamesWhatIsWrong) {
  const Octets extra = Build{}.add(read_body("A")).u8(0).octets;
  Octets bad_id = read_body("A");
  bad_id[4 + 2 + 8 + 4 + 4 + 4 + 4 + 3 + 8 + 4 + 4] = 7;  // the node id's encoding
  const struct {
    Octets message;
    const char* fault;
  } cases[] = {
      {chunk("MSGF", 2, 2, read_body("Pump1", 0x7fffffff)), "opcua.count"},
      {chunk("MSGF", 2, 2, extra), "opcua.trailing"},
      {chunk("MSGF", 2, 2, bad_id), "opcua.encoding"},
      {chunk("MSGF", 2, 2, request(9'999, {})), "opcua.service"},
      {chunk("MSGF", 9, 2, read_body("A")), "opcua.sequence"},
      {framed("HELC", Build{}.u32(0).u32(65'535).u32(65'535).u32(0).u32(0).text("u").octets), "opcua.header"},
      {framed("HELF", Build{}.u32(0).u32(100).u32(65'535).u32(0).u32(0).text("u").octets), "opcua.buffer"},
      {hello(std::string(4'097, 'a')), "opcua.url"},
  };
  for (const auto& each : cases) {
    Connection connection;
    EXPECT_EQ(connection.pass(each.message, to_server).fault, each.fault);
  }
}

TEST(OpcuaWire, AMessageOfAnotherChannelIsSaidOnce) {
  Connection connection;
  EXPECT_EQ(connection.send("MSGF", read_body("A"), to_server).fault, "");
  const auto other = [&](std::uint32_t sequence) {
    return connection
        .pass(framed("MSGF", Build{}.u32(8).u32(1).u32(sequence).u32(2).add(read_body("A")).octets), to_server)
        .fault;
  };
  EXPECT_EQ(other(3), "opcua.channel");
  EXPECT_EQ(other(4), "");
}

TEST(OpcuaWire, AListThatLiesYieldsNoOperation) {
  Connection connection;
  EXPECT_THAT(connection.pass(chunk("MSGF", 2, 2, read_body("Pump1", 0x7fffffff)), to_server).operations, IsEmpty());
}

TEST(OpcuaWire, NestingHasAnEnd) {
  const auto nested = [](int depth) {
    Build value;
    value.u8(1);
    for (int i = 0; i < depth; ++i) value.u8(24);
    value.variant(5);
    return request(673, Build{}.u32(1).node(2, "P").u32(13).null().add(value.octets).octets);
  };
  Connection connection;
  EXPECT_EQ(connection.send("MSGF", nested(3), to_server).fault, "");
  const Decoded deep = connection.send("MSGF", nested(4'000), to_server);
  EXPECT_EQ(deep.fault, "opcua.depth");
  EXPECT_THAT(deep.operations, IsEmpty());
  Build diagnostics;
  diagnostics.node(634).u64(some_time).u32(7).u32(0).add(Octets(4'000, 0x40)).u8(0).null().no_extension();
  EXPECT_EQ(connection.send("MSGF", diagnostics.octets, to_client).fault, "opcua.depth");
}

TEST(OpcuaWire, OfALongListTheStartIsShown) {
  for (const std::uint32_t length : {31u, 32u, 33u, 500u}) {
    Connection connection;
    Build body;
    body.u32(1).u8(3).u8(0x85).u32(length);
    for (std::uint32_t i = 0; i < length; ++i) body.u16(i);
    const Decoded got = connection.answer(634, body.u32(0).null().octets);
    EXPECT_EQ(got.fault, "");
    EXPECT_EQ(got.items.at(0).at("array_length"), std::to_string(length));
    EXPECT_EQ(got.items[0].at("value").ends_with(length > 32 ? "31, ...]" : std::to_string(length - 1) + "]"), true)
        << got.items[0].at("value");
    EXPECT_EQ(got.items[0].at("status"), "Good");
  }
}

TEST(OpcuaWire, DiagnosticsAreSkippedSoundly) {
  Connection connection;
  const Octets told = Build{}.node(676).u64(some_time).u32(7).u32(0)
      .u8(0x7f).u32(0).u32(1).u32(2).u32(3).text("why").u32(0x80340000).u8(0x10).text("inner")
      .u32(1).text("table").no_extension().u32(1).u32(0).u32(1).u8(1).u32(4).octets;
  const Decoded got = connection.send("MSGF", told, to_client);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("write ok"));
}

TEST(OpcuaWire, ChunksMakeAMessage) {
  Connection connection;
  const Octets body = read_body("Pump1");
  const auto from = [&](std::size_t a, std::size_t b) {
    return Octets(body.begin() + static_cast<std::ptrdiff_t>(a), body.begin() + static_cast<std::ptrdiff_t>(b));
  };
  for (std::size_t cut = 1; cut + 1 < body.size(); ++cut) {
    EXPECT_EQ(connection.send("MSGC", from(0, cut), to_server).role, Role::part);
    const Decoded whole = connection.send("MSGF", from(cut, body.size()), to_server);
    EXPECT_EQ(whole.fault, "") << cut;
    EXPECT_EQ(whole["chunks"], "2");
    EXPECT_THAT(whole.operations, ElementsAre("read ns=2;s=Pump1 pending")) << cut;
  }
  connection.send("MSGC", from(0, 40), to_server);
  const Decoded abort = connection.send("MSGA", Build{}.u32(0x80080000).text("too large").octets, to_server);
  EXPECT_EQ(abort["error"], "BadEncodingLimitsExceeded");
  EXPECT_EQ(connection.send("MSGF", body, to_server).fault, "");
}

TEST(OpcuaWire, ChunksThatMakeNoneAreSaid) {
  Connection connection;
  connection.send("MSGC", read_body("Pump1"), to_server);
  ++connection.number;
  EXPECT_EQ(connection.send("MSGF", read_body("Pump2"), to_server).fault, "opcua.pieces");
  connection.pieces[0].cap = 10;
  const Decoded refused = connection.send("MSGC", read_body("Pump1"), to_server);
  EXPECT_EQ(refused.fault, "opcua.pieces");
  EXPECT_EQ(refused.role, Role::part);
  EXPECT_EQ(connection.send("MSGF", Octets(40, 0), to_server).role, Role::part);
  EXPECT_EQ(connection.send("MSGF", read_body("Pump1"), to_server).fault, "");
}

TEST(OpcuaWire, AMessageTooLongIsReadAtItsStart) {
  Connection connection;
  ++connection.number;
  const Octets start = response(634, Build{}.u32(2'000).u8(1).variant(42).octets);
  connection.send("MSGC", start, to_client);
  Octets more;
  while (more.size() < 20'000) more.insert(more.end(), {1, 6, 1, 0, 0, 0});
  connection.send("MSGC", more, to_client);
  connection.send("MSGC", more, to_client);
  const Decoded got = connection.send("MSGC", more, to_client);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["incomplete"], "1");
  EXPECT_EQ(got.operations.at(0), "read=42 ok");
  EXPECT_EQ(connection.send("MSGF", more, to_client).role, Role::part);
}

TEST(OpcuaWire, AfterAGapTheRestOfAMessageIsLeft) {
  Connection connection;
  connection.decoder.context.after_gap = true;
  const Decoded rest = connection.send("MSGC", Octets(60, 3), to_server);
  connection.decoder.context.after_gap = false;
  EXPECT_EQ(rest.fault, "");
  EXPECT_EQ(rest.role, Role::part);
  EXPECT_EQ(connection.send("MSGF", Octets(60, 3), to_server).role, Role::part);
  EXPECT_EQ(connection.send("MSGF", read_body("A"), to_server).fault, "");
}

TEST(OpcuaWire, SequenceNumbersWrap) {
  Connection connection;
  connection.next[0] = 4'294'966'272;
  connection.decoder.context.after_gap = true;
  connection.send("MSGF", read_body("A"), to_server);
  connection.decoder.context.after_gap = false;
  connection.next[0] = 1;
  EXPECT_EQ(connection.send("MSGF", read_body("A"), to_server).fault, "");
}

TEST(OpcuaWire, IdentifiesByPayload) {
  for (const Octets& sample : samples()) {
    EXPECT_EQ(protocol.identify(sample, foreign), Identity::yes) << text_of(Bytes{sample}.first(3));
    for (std::size_t size = 1; size < 8; ++size)
      EXPECT_EQ(protocol.identify(Bytes{sample}.first(size), foreign), Identity::unsure);
    EXPECT_EQ(protocol.identify(Bytes{sample}.first(8), own), Identity::yes);
    EXPECT_EQ(protocol.identify(sample, on(50'000, 9999, Transport::udp)), Identity::no);
  }
  for (const char* other : {"HELO relay.example\r\n", "HELLO", "MSGF and more text", "OPNF12345678",
                            "GET / HTTP/1.1\r\n", "ERROR: no", "ACK\n"}) {
    EXPECT_EQ(protocol.identify(bytes_of(other), own), Identity::no) << other;
    EXPECT_EQ(protocol.identify(bytes_of(other), foreign), Identity::no) << other;
  }
  Octets two = hello();
  two.insert(two.end(), {'G', 'E', 'T', ' ', '/', ' ', 'x', 'y'});
  EXPECT_EQ(protocol.identify(two, foreign), Identity::no);
}

TEST(OpcuaWire, FramesBySize) {
  const Octets message = hello();
  EXPECT_EQ(protocol.frame(message, own).size, message.size());
  EXPECT_EQ(protocol.frame(Bytes{message}.first(20), own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(Bytes{message}.first(20), own).size, message.size());
  EXPECT_EQ(protocol.frame(Bytes{message}.first(3), own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(from_hex("4d534746 00001000 00"), own).kind, Frame::Kind::skip);
  EXPECT_EQ(protocol.frame(from_hex("4d534746 ffffff7f 00"), own).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(from_hex("4d534746 04000000"), own).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(bytes_of("nonsense"), own).kind, Frame::Kind::lost);
}

TEST(OpcuaWire, FindsTheNextMessage) {
  const Octets next = chunk("MSGF", 2, 2, read_body("A"));
  Octets stream = from_hex("00 11 4d534746 22 33");
  const std::size_t at = stream.size();
  stream.insert(stream.end(), next.begin(), next.end());
  EXPECT_EQ(protocol.resync(stream, own), at);
  EXPECT_EQ(protocol.resync(Bytes{stream}.subspan(at), own), 0u);
  stream.insert(stream.end(), next.begin(), next.end());
  EXPECT_EQ(protocol.resync(stream, own), at);
  EXPECT_EQ(protocol.resync(Bytes{stream}.first(at), own), at);
}

TEST(OpcuaWire, TellsWhoSends) {
  EXPECT_EQ(protocol.sender(hello(), foreign), End::client);
  EXPECT_EQ(protocol.sender(acknowledge(), foreign), End::server);
  EXPECT_EQ(protocol.sender(open_request(), foreign), End::client);
  EXPECT_EQ(protocol.sender(chunk("MSGF", 2, 2, read_body("A")), foreign), End::client);
  EXPECT_EQ(protocol.sender(chunk("MSGF", 2, 2, response(634, {})), foreign), End::server);
  EXPECT_EQ(protocol.sender(chunk("MSGF", 2, 2, Octets(40, 0xa7)), foreign), End::unknown);
}

TEST(OpcuaWire, ReadsPubSub) {
  MessageDecoder decoder(protocol);
  decoder.context = on(4840, 4840, Transport::udp);
  // Publisher 2234 (UInt16), group 100 with its sequence, writers 1 and 2, sizes, a key frame of two values, a keep-alive.
  const Octets first = Build{}.u8(0x09).u16(7).u16(2).variant(21).u8(1).u8(1).octets;
  const Octets second = Build{}.u8(0x89).u8(3).u16(8).octets;
  const Octets message = Build{}.u8(0xf1).u8(0x01).u16(2234).u8(0x09).u16(100).u16(5).u8(2).u16(1).u16(2)
                             .u16(first.size()).u16(second.size()).add(first).add(second).octets;
  EXPECT_EQ(protocol.identify(message, decoder.context), Identity::yes);
  EXPECT_EQ(protocol.identify(message, on(4000, 4001, Transport::udp)), Identity::no);
  const Decoded got = decoder(message, to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["publisher_id"], "2234");
  EXPECT_EQ(got["writer_group_id"], "100");
  EXPECT_EQ(got["group_sequence"], "5");
  EXPECT_THAT(got.operations, ElementsAre("report publisher 2234 group 100 writer 1 ok",
                                          "heartbeat publisher 2234 group 100 writer 2 ok"));
  ASSERT_EQ(got.items.size(), 4u);
  EXPECT_EQ(got.items[1].at("dataset_value"), "21");
  EXPECT_EQ(got.items[2].at("dataset_value"), "true");
  EXPECT_EQ(got.items[3].at("dataset_type"), "keep_alive");
  for (std::size_t size = 1; size < message.size(); ++size) {
    const Decoded cut =
        decoder(Octets(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size)), to_server);
    EXPECT_EQ(cut.fault, "opcua.truncated") << size;
  }
  const Octets secret =
      Build{}.u8(0xb1).u8(0x11).u16(2234).u8(1).u16(100).u8(3).u32(1).u8(2).u16(0).add(Octets(30, 0xa7)).octets;
  const Decoded hidden = decoder(secret, to_server);
  EXPECT_EQ(hidden["encrypted"], "1");
  EXPECT_THAT(hidden.operations, ElementsAre("report publisher 2234 group 100 ok"));
  const Decoded probe = decoder(Build{}.u8(0x91).u8(0x81).u8(0x04).u16(2234).u8(1).octets, to_server);
  EXPECT_EQ(probe["uadp_type"], "discovery_probe");
}

TEST(OpcuaWire, PubSubFramesMayBePadded) {
  MessageDecoder decoder(protocol);
  decoder.context.transport = Transport::layer2, decoder.context.ethertype = 0xb62c;
  const Octets message = Build{}.u8(0x51).u8(9).u8(1).u16(1).u8(1).u16(1).variant(3).add(Octets(32, 0)).octets;
  EXPECT_EQ(protocol.identify(message, decoder.context), Identity::yes);
  const Decoded got = decoder(message, to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("report publisher 9 writer 1 ok"));
}

}  // namespace
}  // namespace langyan::opcua
