#include "parsers/profinet_io/profinet_io.h"

#include <gmock/gmock.h>

#include <map>
#include <memory>

#include "fields/test_decode.h"
#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;
constexpr const char* relation = "4c590001000040008000020000000021";
constexpr const char* mapper = "e1af8308 5d1f 11c9 91a408002b14a0fa";

class Pieces final : public Assembly {
 public:
  bool append(Bytes piece) override { return octets_.insert(octets_.end(), piece.begin(), piece.end()), true; }
  Bytes bytes() const override { return octets_; }
  void clear() override { octets_.clear(); }

 private:
  std::vector<std::uint8_t> octets_;
};

class Table final : public Shared {
 public:
  void put(std::uint64_t key, Bytes value) override { entries_[key].assign(value.begin(), value.end()); }
  Bytes find(std::uint64_t key) override {
    const auto at = entries_.find(key);
    return at == entries_.end() ? Bytes{} : Bytes{at->second};
  }

 private:
  std::map<std::uint64_t, std::vector<std::uint8_t>> entries_;
};

std::string hex(std::uint64_t value, int digits) {
  char text[20];
  std::snprintf(text, sizeof text, "%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

struct Head {  // [C706] 12.5.3, big-endian
  int type = 0, flags = 0x20, opnum = 0, fragment = 0;
  std::uint32_t sequence = 1;
  const char* interface = "dea00001 6c97 11d1 827100a02442df7d";
  int lie = 0;
};
std::string datagram(const Head& head, const std::string& body) {
  const auto size = from_hex(body).size() + static_cast<std::size_t>(head.lie);
  return "04" + hex(static_cast<unsigned>(head.type), 2) + hex(static_cast<unsigned>(head.flags), 2) + "00 000000 00" +
         "dea00000 6c97 11d1 8271 0001 0313 002a" + head.interface + "4c59a001 0000 1000 8000 024c59000011" +
         "00000000 00000001" + hex(head.sequence, 8) + hex(static_cast<unsigned>(head.opnum), 4) + "ffff ffff" +
         hex(size, 4) + hex(static_cast<unsigned>(head.fragment), 4) + "0000" + body;
}
std::string arguments(const std::string& blocks, std::uint32_t first = 4096) {
  const auto size = from_hex(blocks).size();
  return hex(first, 8) + hex(size, 8) + hex(size, 8) + "00000000" + hex(size, 8) + blocks;
}
std::string access(int type, int slot, int subslot, int index, std::size_t length, std::uint32_t status = 0) {
  std::string text = hex(static_cast<unsigned>(type), 4) + "003c 0100 0007" + relation + "00000000" +
                     hex(static_cast<unsigned>(slot), 4) + hex(static_cast<unsigned>(subslot), 4) + "0000" +
                     hex(static_cast<unsigned>(index), 4) + hex(length, 8);
  text += type == 0x8008 ? "00000000" + hex(status, 8) + std::string(32, '0') : std::string(48, '0');
  return text;
}
std::string control(int type, int command) {
  return hex(static_cast<unsigned>(type), 4) + "001c 0100 0000" + relation + "0001 0000" +
         hex(static_cast<unsigned>(command), 4) + "0000";
}
std::string connect(int kind) {
  return "0101 003b 0100" + hex(static_cast<unsigned>(kind), 4) + relation + "0001 024c59000011" +
         "dea00000 6c97 11d1 8271 0001 010e 002a" + "00000119 0258 8892 0005 706c632d31";
}
std::string im0() {
  std::string text = "0020 0038 0100 002a";
  for (char c : std::string("6ES7 155-6AU01-0BN0 ")) text += hex(static_cast<unsigned char>(c), 2);
  for (char c : std::string("S C-X4C590021   ")) text += hex(static_cast<unsigned char>(c), 2);
  return text + "0002 56040200 0000 f600 0004 0101 000e";
}

MessageDecoder decoder() {
  MessageDecoder result(protocol);
  result.context.transport = Transport::udp;
  result.context.client_port = 49152;
  result.context.server_port = port;
  return result;
}
Decoded decode(const Head& head, const std::string& body, Direction direction = ask) {
  return decoder()(datagram(head, body), direction);
}

TEST(ProfinetIo, ReadsAConnect) {
  const std::string blocks =
      connect(1) +
      "0102 002a 0100 0001 0001 8892 00000002 0028 8001 0020 0080 0001 0000 ffffffff 0003 0003 c000 000000000000 0000" +
      "0104 0020 0100 0001 00000000 0002 00000030 0000 0001 0001 00000001 0001 0001 0002 01 01";
  const Decoded got = decode({}, arguments(blocks));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["service"], "connect");
  EXPECT_EQ(got["interface"], "device");
  EXPECT_EQ(got["ar_type"], "io_controller");
  EXPECT_EQ(got["ar_uuid"], "4c590001-0000-4000-8000-020000000021");
  EXPECT_EQ(got["initiator_name"], "plc-1");
  EXPECT_EQ(got["object_vendor"], "Siemens");
  EXPECT_EQ(got["takeover_allowed"], "1");
  EXPECT_THAT(got.operations, ElementsAre("session='plc-1' pending"));
  EXPECT_THAT(got.facts, ElementsAre("name=plc-1", "role=PROFINET IO controller", "vendor=Siemens"));
  ASSERT_EQ(got.items.size(), 4u);
  EXPECT_EQ(got.items[1].at("iocr_frame_id"), "32769");
  EXPECT_EQ(got.items[1].at("reduction_ratio"), "128");
  EXPECT_EQ(got.items[3].at("module_slot"), "2");
  EXPECT_EQ(got.items[3].at("submodule_ident"), "1");
}

TEST(ProfinetIo, MentionsASupervisorOnce) {
  MessageDecoder one = decoder();
  EXPECT_EQ(one(datagram({}, arguments(connect(6))), ask).fault, "profinet_io.supervisor");
  Head next;
  next.sequence = 2;
  EXPECT_EQ(one(datagram(next, arguments(connect(6))), ask).fault, "");
}

TEST(ProfinetIo, ReadsRecords) {
  Head read{.opnum = 2}, told{.type = 2, .opnum = 2};
  EXPECT_THAT(decode(read, arguments(access(0x0009, 0, 1, 0xaff0, 4096))).operations,
              ElementsAre("identify slot 0 subslot 1 index 0xaff0 im0 pending"));
  const Decoded identity = decode(told, arguments(access(0x8009, 0, 1, 0xaff0, 60) + im0(), 0), answer);
  EXPECT_EQ(identity.fault, "");
  EXPECT_EQ(identity.role, Role::answer);
  EXPECT_EQ(identity["order_id"], "6ES7 155-6AU01-0BN0");
  EXPECT_EQ(identity["software_revision"], "V4.2.0");
  EXPECT_THAT(identity.facts, ElementsAre("vendor=Siemens", "order_number=6ES7 155-6AU01-0BN0", "serial=S C-X4C590021",
                                          "hardware=2", "firmware=V4.2.0"));
  // Of a module the slot tells which.
  EXPECT_THAT(decode(told, arguments(access(0x8009, 3, 1, 0xaff0, 60) + im0(), 0), answer).facts,
              testing::Contains("vendor=Siemens unit 3"));
  EXPECT_THAT(decode(read, arguments(access(0x0009, 2, 0x8001, 0x800c, 512))).operations,
              ElementsAre("diagnose slot 2 subslot 0x8001 index 0x800c diagnosis_maintenance_status pending"));
}

TEST(ProfinetIo, ReadsWritesAndRefusals) {
  Head write{.opnum = 3}, told{.type = 2, .opnum = 3};
  const Decoded one = decode(write, arguments(access(0x0008, 2, 1, 128, 4) + "01020304"));
  EXPECT_EQ(one.fault, "");
  EXPECT_EQ(one["record_data"], "01020304");
  EXPECT_THAT(one.operations, ElementsAre("write slot 2 subslot 1 index 128 pending"));
  EXPECT_THAT(decode(write, arguments(access(0x0008, 0, 0x8000, 0x8071, 2) + "0102")).operations,
              ElementsAre("configure slot 0 subslot 0x8000 index 0x8071 pd_interface_adjust pending"));
  const Decoded refused = decode(told, arguments(access(0x8008, 2, 1, 128, 0, 0xdf80b600), 0xdf80b600), answer);
  EXPECT_EQ(refused.fault, "");
  EXPECT_EQ(refused["error_code"], "write");
  EXPECT_EQ(refused["error_code1"], "182");
  EXPECT_THAT(refused.operations, ElementsAre("write slot 2 subslot 1 index 128 refused 46592"));
  // Nothing but the status came back.
  EXPECT_THAT(decode(told, arguments("", 0xdf814004), answer).operations, ElementsAre("write refused 16388"));

  // The first record of three octets is padded to four.
  const std::string many = access(0x0008, 1, 1, 1, 3) + "aabbcc 00" + access(0x0008, 2, 1, 0x8052, 2) + "0102";
  const Decoded all = decode(write, arguments(access(0x0008, 0xffff, 0xffff, 0xe040, from_hex(many).size()) + many));
  EXPECT_EQ(all.fault, "");
  EXPECT_THAT(all.operations,
              ElementsAre("write slot 1 subslot 1 index 1 pending",
                          "configure slot 2 subslot 1 index 0x8052 pd_interface_mrp_data_adjust pending"));
  EXPECT_EQ(all.items[1].at("write_data"), "aabbcc");
  const std::string answers = access(0x8008, 1, 1, 1, 0) + access(0x8008, 2, 1, 0x8052, 0, 0xdf80b500);
  const Decoded some = decode(told, arguments(access(0x8008, 0xffff, 0xffff, 0xe040, 128) + answers, 0), answer);
  EXPECT_EQ(some.fault, "");
  EXPECT_THAT(some.operations,
              ElementsAre("write slot 1 subslot 1 index 1 ok",
                          "configure slot 2 subslot 1 index 0x8052 pd_interface_mrp_data_adjust refused 46336"));
}

TEST(ProfinetIo, ReadsControlAndRejects) {
  EXPECT_THAT(decode({.opnum = 4}, arguments(control(0x0110, 1))).operations, ElementsAre("session='prm_end' pending"));
  EXPECT_THAT(decode({.opnum = 1}, arguments(control(0x0114, 4))).operations, ElementsAre("session='release' pending"));
  EXPECT_THAT(decode({.type = 2, .opnum = 4}, arguments(control(0x8110, 8), 0), answer).operations,
              ElementsAre("session ok"));
  const Decoded rejected = decode({.type = 6, .opnum = 3}, "1c010003", answer);
  EXPECT_EQ(rejected["rpc_status"], "unknown_interface");
  EXPECT_EQ(rejected.role, Role::answer);
  EXPECT_THAT(rejected.operations, ElementsAre("write refused 3"));
  EXPECT_THAT(decode({.type = 1}, "").operations, ElementsAre("heartbeat ok"));
}

TEST(ProfinetIo, ReadsTheEndpointMapper) {
  EXPECT_THAT(decode({.opnum = 2, .interface = mapper}, std::string(152, '0')).operations,
              ElementsAre("identify pending"));
  std::string words;
  for (char c : std::string("IM 155-6 PN ST            6ES7155-6AU01-0BN0       2 V  4  2  0 "))
    words += hex(static_cast<unsigned char>(c), 2);
  const std::string body = std::string(40, '0') + "00000001 00000001 00000000 00000001" + std::string(32, '0') +
                           "00000000 00000000 00000040" + words;
  const Decoded told = decode({.type = 2, .opnum = 2, .interface = mapper}, body, answer);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["service"], "endpoint_lookup");
  EXPECT_THAT(told.facts, ElementsAre("model=IM 155-6 PN ST", "order_number=6ES7155-6AU01-0BN0", "hardware=2",
                                      "firmware=V  4  2  0"));
}

TEST(ProfinetIo, PutsPiecesTogether) {
  std::string whole = arguments(access(0x0008, 2, 1, 128, 40) + std::string(80, 'a'));
  std::erase(whole, ' ');
  const auto piece = [&](std::size_t at, std::size_t size, int number, bool last) {
    return datagram({.flags = last ? 0x26 : 0x24, .opnum = 3, .fragment = number}, whole.substr(at * 2, size * 2));
  };
  const std::size_t size = from_hex(whole).size();
  MessageDecoder one = decoder();
  Pieces pieces;
  EXPECT_EQ(one(piece(0, 48, 0, false), ask, &pieces).role, Role::part);
  EXPECT_EQ(one(piece(48, 48, 1, false), ask, &pieces).role, Role::part);
  EXPECT_EQ(one(piece(48, 48, 1, false), ask, &pieces).role, Role::part);  // sent again
  const Decoded got = one(piece(96, size - 96, 2, true), ask, &pieces);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["fragments"], "3");
  EXPECT_THAT(got.operations, ElementsAre("write slot 2 subslot 1 index 128 pending"));
  // One is missing: nothing is made up.
  MessageDecoder two = decoder();
  EXPECT_EQ(two(piece(0, 48, 0, false), ask, &pieces).role, Role::part);
  const Decoded lost = two(piece(96, size - 96, 2, true), ask, &pieces);
  EXPECT_EQ(lost.fault, "profinet_io.fragments");
  EXPECT_EQ(lost.role, Role::part);
  EXPECT_THAT(lost.operations, IsEmpty());
}

TEST(ProfinetIo, TakesARepeatedCallForOne) {
  MessageDecoder one = decoder();
  const std::string call = datagram({.opnum = 4}, arguments(control(0x0110, 1)));
  EXPECT_EQ(one(call, ask).operations.size(), 1u);
  const Decoded again = one(call, ask);
  EXPECT_EQ(again["retransmission"], "1");
  EXPECT_EQ(again.role, Role::event);
  EXPECT_THAT(again.operations, IsEmpty());
}

TEST(ProfinetIo, LearnsThatAnswersComeFromAnotherPort) {
  Table shared;
  MessageDecoder asked = decoder(), told = decoder();
  asked.context.shared = told.context.shared = &shared;
  told.context.server_port = 49154;
  EXPECT_EQ(asked(datagram({}, arguments(connect(1))), ask).role, Role::request);
  EXPECT_EQ(told(datagram({.type = 2}, arguments("", 0)), answer).role, Role::answer);
  Head next;
  next.sequence = 2;
  const Decoded later = asked(datagram(next, arguments(connect(1))), ask);
  EXPECT_EQ(later.role, Role::event);
  EXPECT_THAT(later.operations, ElementsAre("session='plc-1' one_way"));
}

TEST(ProfinetIo, NamesWhatIsWrong) {
  const std::string write = access(0x0008, 2, 1, 128, 4) + "01020304";
  struct Case {
    Head head;
    std::string body;
    const char* fault;
  };
  const Case cases[] = {
      {{.opnum = 3, .lie = 1}, arguments(write), "profinet_io.length"},
      {{.opnum = 9}, arguments(write), "profinet_io.service"},
      {{.opnum = 102}, arguments(write), "profinet_io.service"},
      {{.opnum = 3}, arguments(write).substr(0, 150), "profinet_io.arguments"},
      {{.opnum = 3}, arguments(access(0x0008, 2, 1, 128, 400) + "01020304"), "profinet_io.record_length"},
      {{.opnum = 3}, arguments("0008 0400" + write.substr(10)), "profinet_io.block_length"},
      {{.opnum = 0}, arguments("0101 0010 0100" + std::string(28, '0')), "profinet_io.block_length"},
      {{.flags = 0x24, .opnum = 3}, arguments(write), "profinet_io.fragments"},
  };
  for (const Case& each : cases) {
    const Decoded got = decode(each.head, each.body);
    EXPECT_EQ(got.fault, each.fault);
    for (const std::string& operation : got.operations) EXPECT_EQ(operation.find('='), operation.npos) << operation;
  }
}

TEST(ProfinetIo, ACutMessageInventsNothing) {
  const std::string many = access(0x0008, 1, 1, 1, 3) + "aabbcc 00" + access(0x0008, 2, 1, 0x8052, 2) + "0102";
  for (const std::string& blocks : {connect(1), access(0x0008, 0xffff, 0xffff, 0xe040, from_hex(many).size()) + many}) {
    const auto whole = from_hex(datagram({.opnum = blocks.starts_with("0101") ? 0 : 3}, arguments(blocks)));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Decoded got = decoder()({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
      EXPECT_NE(got.fault, "") << size;
      EXPECT_THAT(got.operations, IsEmpty()) << size;
    }
  }
}

TEST(ProfinetIo, IsKnownByItsInterfaceOnAnyPort) {
  Context context{ask, Transport::udp, 49152, 49155};
  const auto call = from_hex(datagram({}, arguments(connect(1))));
  EXPECT_EQ(protocol.identify(call, context), Identity::yes);
  const auto lookup = from_hex(datagram({.opnum = 2, .interface = mapper}, std::string(152, '0')));
  EXPECT_EQ(protocol.identify(lookup, context), Identity::no);  // anyone's endpoint mapper
  context.server_port = port;
  EXPECT_EQ(protocol.identify(lookup, context), Identity::yes);
  context.transport = Transport::tcp;
  EXPECT_EQ(protocol.identify(call, context), Identity::no);
  context.transport = Transport::udp;
  EXPECT_EQ(protocol.identify(from_hex("0402"), context), Identity::no);
  EXPECT_EQ(protocol.identify(std::vector<std::uint8_t>(200, 4), context), Identity::no);
}

TEST(ProfinetIo, TellsWhoSends) {
  const auto sender = [](int type) { return protocol.sender(from_hex(datagram({.type = type}, "")), {}); };
  EXPECT_EQ(sender(0), End::client);
  EXPECT_EQ(sender(2), End::server);
  EXPECT_EQ(sender(6), End::server);
  EXPECT_EQ(sender(9), End::unknown);
}

}  // namespace
}  // namespace langyan::profinet_io
