#include "parsers/dcerpc/dcerpc.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/dcerpc/table.h"

namespace langyan::dcerpc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

class Pieces final : public Assembly {
 public:
  bool append(Bytes piece) override { return octets_.insert(octets_.end(), piece.begin(), piece.end()), true; }
  Bytes bytes() const override { return octets_; }
  void clear() override { octets_.clear(); }

 private:
  std::vector<std::uint8_t> octets_;
};

std::string le(std::uint64_t value, int octets) {
  std::string text;
  for (int i = 0; i < octets; ++i) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(value >> i * 8 & 255));
    text += pair;
  }
  return text;
}
std::string fragment(int type, const std::string& body, std::uint32_t call = 1, int flags = 3) {
  const auto size = from_hex(body).size() + 16;
  return "0500" + le(static_cast<unsigned>(type), 1) + le(static_cast<unsigned>(flags), 1) + "10000000" + le(size, 2) +
         "0000" + le(call, 4) + body;
}
std::string wide(std::string_view text) {  // with its closing zero
  std::string out;
  for (char c : text) out += le(static_cast<unsigned char>(c), 2);
  return out + "0000";
}
std::string string(std::string_view text) {
  return le(text.size() + 1, 4) + le(0, 4) + le(text.size() + 1, 4) + wide(text);
}

constexpr const char* ndr = "045d888aeb1cc9119fe808002b10486002000000";
constexpr const char* sync_io = "523ac1391e01d01196750020afd8adb3", * item_mgt = "543ac1391e01d01196750020afd8adb3",
                    * server = "4d3ac1391e01d01196750020afd8adb3", * services = "81bb7a364498f135ad3298f038001003";
constexpr const char* object = "0000a0de976cd111827100010178002a";
std::string bind(const char* interface, int context = 1) {
  return fragment(
      11, "d016d01600000000 01000000" + le(static_cast<unsigned>(context), 2) + "0100" + interface + "00000000" + ndr);
}
const std::string this_header = "0500 0700 00000000 00000000 d2fcda0107433244bde21661e033a790 00000000";
std::string request(int opnum, const std::string& arguments, int context = 1, std::uint32_t call = 2) {
  return fragment(0,
                  le(0, 4) + le(static_cast<unsigned>(context), 2) + le(static_cast<unsigned>(opnum), 2) + object +
                      this_header + arguments,
                  call, 0x83);
}
std::string response(const std::string& arguments, std::uint32_t call = 2, int context = 1) {
  return fragment(2, le(0, 4) + le(static_cast<unsigned>(context), 2) + "0000" + "0000000000000000" + arguments, call);
}
std::string variant(int type, const std::string& arm) {  // aligned to eight where it stands
  return "03000000 00000000" + le(static_cast<unsigned>(type), 2) + "000000000000" +
         le(static_cast<unsigned>(type), 4) + arm;
}

MessageDecoder decoder(const char* interface = nullptr) {
  MessageDecoder result(protocol);
  result.context.server_port = mapper_port;
  if (interface) result(bind(interface), ask);
  return result;
}

TEST(Dcerpc, ReadsBindings) {
  MessageDecoder one = decoder();
  const Decoded got = one(bind(sync_io), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["interface"], "opc_sync_io");
  EXPECT_THAT(got.operations, ElementsAre("session='opc_sync_io' pending"));
  EXPECT_EQ(got.items[0].at("binding_uuid"), "39c13a52-011e-11d0-9675-0020afd8adb3");
  const Decoded taken =
      one(fragment(12, std::string("d016d01600000000 0400 31333500 0000 01000000 0000 0000") + ndr), answer);
  EXPECT_EQ(taken.role, Role::answer);
  EXPECT_THAT(taken.operations, ElementsAre("session ok"));
  EXPECT_THAT(
      one(fragment(12, std::string("d016d01600000000 0400 31333500 0000 01000000 0200 0100") + ndr), answer).operations,
      ElementsAre("session refused 0"));
  EXPECT_THAT(one(fragment(13, "0400"), answer).operations, ElementsAre("session refused 4"));
  EXPECT_EQ(one(fragment(11, "d016d01600000000 09000000" + std::string(60, '0')), ask).fault, "dcerpc.binding");
}

TEST(Dcerpc, ReadsWritesWithTheirValues) {
  MessageDecoder one = decoder(sync_io);
  const std::string arguments = le(2, 4) + le(2, 4) + le(7, 4) + le(9, 4) + le(2, 4) + "55736572 55736572" + le(0, 4) +
                                variant(3, "2a000000") + variant(5, "00000000 0000000000000440");
  const Decoded got = one(request(4, arguments), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["method"], "sync_write");
  EXPECT_EQ(got["inferred"], "absent");
  EXPECT_EQ(got["item_count"], "2");
  EXPECT_EQ(got["object"], "dea00000-6c97-11d1-8271-00010178002a");
  EXPECT_THAT(got.operations, ElementsAre("write handle 7=42 pending", "write handle 9=2.5 pending"));
  EXPECT_EQ(got.items[1].at("value_type"), "r8");
  const Decoded done = one(response("00000200 02000000 00000000 070004c0 01000000"), answer);
  EXPECT_EQ(done.role, Role::answer);
  EXPECT_EQ(done["method"], "sync_write");
  EXPECT_EQ(done["result"], "s_false");
  EXPECT_THAT(done.operations, ElementsAre("write ok"));
  one(request(4, arguments, 1, 3), ask);
  EXPECT_THAT(one(response("050007 80", 3), answer).operations, ElementsAre("write refused 5"));
}

TEST(Dcerpc, ReadsItemsAndStates) {
  MessageDecoder one = decoder(sync_io);
  EXPECT_THAT(one(request(3, "0200 0000" + le(1, 4) + le(1, 4) + le(7, 4)), ask).operations,
              ElementsAre("read handle 7 pending"));
  const std::string states = le(0x20000, 4) + le(1, 4) + le(100, 4) + "00803ed5deb19d01" + "c0000000" + "55736572" +
                             "00000000" + variant(2, "feff 0000") + le(0x20004, 4) + le(1, 4) + le(0, 4) + le(0, 4);
  const Decoded told = one(response(states), answer);
  EXPECT_EQ(told.fault, "");
  EXPECT_THAT(told.operations, ElementsAre("read=-2 ok"));
  EXPECT_EQ(told.items[0].at("quality"), "192");
  EXPECT_EQ(told.items[0].at("value_time"), "1970-01-01T00:00:00.000000+0000");

  MessageDecoder groups = decoder(item_mgt);
  const std::string added = le(1, 4) + le(1, 4) + le(0x20000, 4) + le(0x20004, 4) + le(1, 4) + le(100, 4) + le(0, 4) +
                            le(0, 4) + le(0, 4) + string("") + "0000" + string("Tank1.Level");
  const Decoded items = groups(request(3, added), ask);
  EXPECT_EQ(items.fault, "");
  EXPECT_THAT(items.operations, ElementsAre("subscribe Tank1.Level pending"));
  EXPECT_EQ(items.items[0].at("item_id"), "Tank1.Level");
}

TEST(Dcerpc, TellsOfAServer) {
  MessageDecoder one = decoder(server);
  EXPECT_THAT(one(request(6, ""), ask).operations, ElementsAre("identify pending"));
  const std::string status = le(0x20000, 4) + std::string(48, '0') + "0100 0000" + le(1, 4) + "ffffffff" + le(1, 2) +
                             le(7, 2) + le(6904, 2) + "0000" + le(0x20004, 4) + string("Example Inc") + le(0, 4);
  const Decoded told = one(response(status), answer);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["server_state"], "running");
  EXPECT_EQ(told["server_version"], "1.7.6904");
  EXPECT_THAT(told.facts, ElementsAre("vendor=Example Inc", "firmware=1.7.6904", "role=OPC server"));
}

const std::string change = le(0, 4) + le(5, 4) + le(0, 4) + le(0, 4) + le(1, 4) + le(1, 4) + le(100, 4) + le(1, 4) +
                           "55736572 00000000" + variant(4, "0000c03f") + le(1, 4) + "c000 0000" + le(1, 4) +
                           "00803ed5deb19d01" + le(1, 4) + le(0, 4);

TEST(Dcerpc, InfersWhatFitsInOneWayOnly) {
  // The binding was not seen.
  const Decoded got = decoder()(request(3, change), ask);
  EXPECT_EQ(got["method"], "on_data_change");
  EXPECT_EQ(got["inferred"], "1");
  EXPECT_THAT(got.operations, ElementsAre("report client handle 100=1.5 pending"));
  EXPECT_THAT(decoder()(request(4, le(1, 4) + le(1, 4) + le(7, 4) + le(1, 4) + "55736572" + "00000000" +
                                       variant(3, "2a000000") + le(1, 4)),
                        ask)
                  .operations,
              ElementsAre("write handle 7=42 pending"));
  // One item by a synchronous read from the cache, or item 1 by an asynchronous one: not to be told.
  const Decoded either = decoder()(request(3, le(1, 4) + le(1, 4) + le(1, 4) + le(0x1f5a5e, 4)), ask);
  EXPECT_EQ(either["method"], "absent");
  EXPECT_THAT(either.operations, ElementsAre("other pending"));
  // An octet more, and it is something else.
  const Decoded more = decoder()(request(3, change + "00"), ask);
  EXPECT_EQ(more["method"], "absent");
  EXPECT_EQ(more.fault, "");
}

TEST(Dcerpc, PutsPiecesTogether) {
  MessageDecoder one = decoder(sync_io);
  Pieces pieces;
  const std::string head = le(0, 4) + le(1, 2) + le(4, 2);
  const std::string stub =
      this_header + le(1, 4) + le(1, 4) + le(7, 4) + le(1, 4) + "55736572" + "00000000" + variant(3, "2a000000");
  const auto octets = from_hex(stub);
  const auto piece = [&](std::size_t from, std::size_t to, int flags) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) text += le(octets[i], 1);
    return fragment(0, head + text, 2, flags);
  };
  EXPECT_EQ(one(piece(0, 40, 1), ask, &pieces).role, Role::part);
  const Decoded got = one(piece(40, octets.size(), 2), ask, &pieces);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["fragments"], "1");
  EXPECT_THAT(got.operations, ElementsAre("write handle 7=42 pending"));
  // The beginning was not seen: no value is made up.
  EXPECT_THAT(decoder(sync_io)(piece(40, octets.size(), 2), ask, &pieces).operations, ElementsAre("write pending"));
}

TEST(Dcerpc, NamesWhatIsWrong) {
  EXPECT_EQ(decoder()("0500 00 03 10000000 2000 0000 01000000 00000000", ask).fault, "dcerpc.header");
  EXPECT_EQ(decoder()(fragment(0, "00000000 0100"), ask).fault, "dcerpc.truncated");
  for (const std::string& arguments :
       {le(2, 4) + le(1, 4) + le(7, 4), le(0xffffffff, 4) + le(0xffffffff, 4) + le(7, 4),
        le(1, 4) + le(1, 4) + le(7, 4) + le(1, 4) + "55736572" + "00000000" + variant(8, "55736572 00000010")}) {
    const Decoded got = decoder(sync_io)(request(4, arguments), ask);
    for (const std::string& operation : got.operations) EXPECT_EQ(operation.find('='), operation.npos) << operation;
  }
  EXPECT_EQ(decoder(sync_io)(request(4, le(2, 4) + le(1, 4) + le(7, 4)), ask).fault, "dcerpc.arguments");
  MessageDecoder run = decoder(services);
  const std::string create = fragment(0, le(0, 4) + le(1, 2) + le(12, 2) + "0000");
  EXPECT_EQ(run(create, ask).fault, "dcerpc.remote_execution");
  EXPECT_EQ(run(create, ask).fault, "");  // said once
}

TEST(Dcerpc, ACutMessageInventsNothing) {
  const std::string arguments =
      le(1, 4) + le(1, 4) + le(7, 4) + le(1, 4) + "55736572" + "00000000" + variant(3, "2a000000");
  const auto whole = from_hex(request(4, arguments));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(decoder(sync_io)(cut, ask).fault, "dcerpc.header") << size;
    if (size < 16) continue;
    cut[8] = static_cast<std::uint8_t>(size), cut[9] = static_cast<std::uint8_t>(size >> 8);  // a length that agrees
    for (const std::string& operation : decoder(sync_io)(cut, ask).operations)
      EXPECT_EQ(operation.find("=42"), operation.npos) << size;
  }
}

TEST(Dcerpc, FramesAndResynchronises) {
  const auto whole = from_hex(bind(sync_io));
  EXPECT_EQ(protocol.frame(whole, {}).kind, Frame::Kind::message);
  EXPECT_EQ(protocol.frame(Bytes{whole}.first(20), {}).size, whole.size());
  EXPECT_EQ(protocol.frame(from_hex("06000b03"), {}).kind, Frame::Kind::lost);
  auto shifted = from_hex("aabb0500");
  shifted.insert(shifted.end(), whole.begin(), whole.end());
  EXPECT_EQ(protocol.resync(shifted, {}), 4u);
  const std::vector<std::uint8_t> noise(300, 5);
  EXPECT_EQ(protocol.resync(noise, {}), noise.size());
}

TEST(Dcerpc, IsKnownByItsHeader) {
  Context context{ask, Transport::tcp, 50000, 49171};
  const auto identify = [&](const std::string& hex) { return protocol.identify(from_hex(hex), context); };
  EXPECT_EQ(identify(bind(sync_io)), Identity::yes);
  EXPECT_EQ(identify("0500"), Identity::unsure);
  EXPECT_EQ(identify("050100"), Identity::unsure);              // may be SOCKS
  EXPECT_EQ(identify("0502 0002"), Identity::no);
  EXPECT_EQ(identify("474554202f20485454502f312e31"), Identity::no);
  EXPECT_EQ(identify("0500 0b03 10000000 1400 0000 01000000 00000000"), Identity::no);  // too short for a bind
  EXPECT_EQ(identify("0564 05c0 0100 0a00 e08c 0000 0000 0000 0000 0000"), Identity::no);
  context.transport = Transport::udp;
  EXPECT_EQ(identify(bind(sync_io)), Identity::no);
}

TEST(Dcerpc, TellsWhoSends) {
  EXPECT_EQ(protocol.sender(from_hex(bind(sync_io)), {}), End::client);
  EXPECT_EQ(protocol.sender(from_hex(request(3, "")), {}), End::client);
  EXPECT_EQ(protocol.sender(from_hex(response("")), {}), End::server);
}

}  // namespace
}  // namespace langyan::dcerpc
