#include "parsers/profinet/profinet.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction there = Direction::to_server, back = Direction::to_client;

MessageDecoder decoder(std::uint16_t ethertype = ethertype_profinet) {
  MessageDecoder result(protocol);
  result.context.transport = Transport::layer2;
  result.context.ethertype = ethertype;
  return result;
}
Decoded decode(std::string_view hex, Direction direction = there) { return decoder()(hex, direction); }

// 40 octets of data, then the status.
std::string cyclic(std::string_view frame_id, std::string_view counter, std::string_view status) {
  std::string hex(frame_id);
  for (int i = 0; i < 40; ++i) hex += "80";
  return hex + std::string(counter) + std::string(status) + "00";
}

constexpr const char* identify_all = "fefe 05 00 01000001 0001 0004 ffff 0000";
constexpr const char* identify_answer =
    "feff 05 01 01000001 0000 003e"
    "0202 0007 0000 706c632d31 00"                              // name plc-1
    "0201 000a 0000 4554323030535031"                           // type ET200SP1
    "0203 0006 0000 002a 0313"                                  // Siemens
    "0204 0004 0000 0100"                                       // IO device
    "0102 000e 0001 0a140015 ffffff00 0a140001";                // 10.20.0.21
constexpr const char* set_name = "fefd 04 00 00000007 0000 000c 0202 0007 0001 7078632d37 00";
constexpr const char* set_address = "fefd 04 00 00000008 0000 0012 0102 000e 0001 0a140016 ffffff00 0a140001";
constexpr const char* set_reset = "fefd 04 00 00000009 0000 0006 0506 0002 0005";
constexpr const char* set_answer = "fefd 04 01 00000008 0000 0008 0504 0003 0102 00 00";
constexpr const char* set_refusal = "fefd 04 01 00000008 0000 0008 0504 0003 0102 06 00";
constexpr const char* alarm_high =
    "fc01 0003 0001 11 11 fffe fffe 0028"
    "0001 0024 0100 0001 00000000 0002 0001 00000020 00000001 a801 8000 0001 0800 0006 0000 0000 0000";
constexpr const char* alarm_ack =
    "fc01 0001 0003 11 11 fffe fffe 0016 8001 0012 0100 0001 00000000 0002 0001 a801 00000000 000000";
constexpr const char* abort_frame = "fe01 8001 8001 14 01 ffff fffe 0004 cf81fd05";
constexpr const char* delay_request =
    "ff40 000000000000000000000000 4a72 0000 00000010 0c06 02004c590021 0000";
constexpr const char* mrp_test =
    "0001 02 12 8000 02004c590011 0000 0001 0000 00112233 0000";

TEST(Profinet, ReadsCyclicData) {
  const Decoded got = decode(cyclic("8001", "1234", "35"));
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["kind"], "rt_class_1");
  EXPECT_EQ(got["frame_id"], "32769");
  EXPECT_EQ(got["cycle_counter"], "4660");
  EXPECT_EQ(got["data_valid"], "1");
  EXPECT_EQ(got["provider_run"], "1");
  EXPECT_EQ(got["station_ok"], "1");
  EXPECT_EQ(got["primary"], "1");
  EXPECT_EQ(got["data"].size(), 80u);
  EXPECT_THAT(got.operations, ElementsAre("report frame 0x8001 ok"));
  EXPECT_EQ(decode(cyclic("0100", "0000", "35"))["kind"], "rt_class_3");
  EXPECT_EQ(decode(cyclic("bc00", "0000", "35"))["kind"], "rt_class_1_multicast");
  EXPECT_EQ(decode(cyclic("c000", "0000", "35"))["kind"], "rt_class_1_legacy");
}

TEST(Profinet, SaysWhenAProviderStops) {
  MessageDecoder one = decoder();
  EXPECT_THAT(one(cyclic("8001", "0020", "35"), there).operations, ElementsAre("report frame 0x8001 ok"));
  EXPECT_THAT(one(cyclic("8001", "0040", "25"), there).operations,
              ElementsAre("alarm frame 0x8001='provider stopped' ok", "report frame 0x8001 ok"));
  // The same frame id in the other direction is another relation.
  EXPECT_THAT(one(cyclic("8001", "0020", "35"), back).operations, ElementsAre("report frame 0x8001 ok"));
  EXPECT_THAT(one(cyclic("8001", "0060", "31"), there).operations,
              ElementsAre("alarm frame 0x8001='provider runs' ok", "alarm frame 0x8001='data invalid' ok",
                          "report frame 0x8001 ok"));
}

TEST(Profinet, NoticesASecondSenderOfOneRelation) {
  MessageDecoder one = decoder();
  const auto counter = [](int value) {
    char text[8];
    std::snprintf(text, sizeof text, "%04x", value);
    return std::string(text);
  };
  int found = 0;
  for (int i = 0; i < 40; ++i) {
    found += one(cyclic("8001", counter(0x1000 + 32 * i), "35"), there).fault == "profinet.cycle_counter";
    found += one(cyclic("8001", counter(0x1100 + 32 * i), "35"), there).fault == "profinet.cycle_counter";
  }
  EXPECT_EQ(found, 1);  // said once, so that it never ends the decoder
  MessageDecoder honest = decoder();
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(honest(cyclic("8001", counter((0xf000 + 32 * i) & 0xffff), "35"), there).fault, "");
    EXPECT_EQ(honest(cyclic("8001", counter((0xf000 + 32 * i) & 0xffff), "35"), there).fault, "");  // seen twice
  }
}

TEST(Profinet, ReadsDiscovery) {
  const Decoded asked = decode(identify_all);
  EXPECT_EQ(asked.fault, "profinet.scan");
  EXPECT_EQ(asked.role, Role::event);
  EXPECT_EQ(asked["xid"], "16777217");
  EXPECT_THAT(asked.operations, ElementsAre("identify all one_way"));
  const Decoded answer = decode(std::string(identify_answer) + "000000", back);
  EXPECT_EQ(answer.fault, "");
  EXPECT_EQ(answer["kind"], "dcp_identify");
  EXPECT_THAT(answer.operations, ElementsAre("identify name_of_station plc-1 ok"));
  EXPECT_THAT(answer.facts, ElementsAre("name=plc-1", "series=ET200SP1", "vendor=Siemens", "role=PROFINET IO device"));
  ASSERT_EQ(answer.items.size(), 5u);
  EXPECT_EQ(answer.items[2].at("vendor_id"), "Siemens");
  EXPECT_EQ(answer.items[4].at("ip_address"), "00000000000000000000ffff0a140015");
  // Only one station is meant.
  const Decoded one = decode("fefe 05 00 00000001 0001 000a 0202 0005 706c632d31 00");
  EXPECT_EQ(one.fault, "");
  EXPECT_THAT(one.operations, ElementsAre("identify name_of_station plc-1 one_way"));
  EXPECT_THAT(one.facts, IsEmpty());
}

TEST(Profinet, ReadsWhatIsSet) {
  const Decoded name = decode(set_name);
  EXPECT_EQ(name.fault, "profinet.name");
  EXPECT_EQ(name.role, Role::request);
  EXPECT_EQ(name["kind"], "dcp_set");
  EXPECT_THAT(name.operations, ElementsAre("configure name_of_station='pxc-7' pending"));
  EXPECT_THAT(name.facts, IsEmpty());
  EXPECT_EQ(name.items[0].at("permanent"), "1");
  const Decoded address = decode(set_address);
  EXPECT_EQ(address.fault, "profinet.address");
  EXPECT_THAT(address.operations,
              ElementsAre("configure ip_parameter='10.20.0.22/255.255.255.0 gateway 10.20.0.1' pending"));
  const Decoded reset = decode(set_reset);
  EXPECT_EQ(reset.fault, "profinet.factory_reset");
  EXPECT_THAT(reset.operations, ElementsAre("reset reset_to_factory='communication_parameter' pending"));
  EXPECT_EQ(reset.items[0].at("reset_mode"), "communication_parameter");
  EXPECT_THAT(decode("fefd 04 00 00000009 0000 0008 0503 0004 0000 0100").operations,
              ElementsAre("diagnose signal pending"));
  const Decoded done = decode(set_answer, back);
  EXPECT_EQ(done.role, Role::answer);
  EXPECT_THAT(done.operations, ElementsAre("configure ip_parameter ok"));
  const Decoded refused = decode(set_refusal, back);
  EXPECT_THAT(refused.operations, ElementsAre("configure ip_parameter refused 6"));
  EXPECT_EQ(refused.items[0].at("block_error"), "in_operation_set_not_possible");
}

TEST(Profinet, ReadsGetAndHello) {
  const Decoded asked = decode("fefd 03 00 00000009 0000 0004 0202 0102");
  EXPECT_EQ(asked.fault, "");
  EXPECT_EQ(asked.role, Role::request);
  EXPECT_THAT(asked.operations, ElementsAre("identify name_of_station pending", "identify ip_parameter pending"));
  const Decoded told = decode("fefd 03 01 00000009 0000 000c 0202 0007 0000 706c632d31 00", back);
  EXPECT_THAT(told.operations, ElementsAre("identify name_of_station='plc-1' ok"));
  EXPECT_THAT(told.facts, ElementsAre("name=plc-1"));
  const Decoded hello = decode("fefc 06 00 00000009 0000 000c 0202 0007 0000 706c632d31 00");
  EXPECT_EQ(hello["kind"], "dcp_hello");
  EXPECT_EQ(hello.role, Role::event);
  EXPECT_THAT(hello.facts, ElementsAre("name=plc-1"));
}

TEST(Profinet, ReadsAlarms) {
  const Decoded raised = decode(alarm_high, back);
  EXPECT_EQ(raised.fault, "");
  EXPECT_EQ(raised["alarm_type"], "diagnosis_appears");
  EXPECT_EQ(raised["channel_error"], "line_break");
  EXPECT_THAT(raised.operations, ElementsAre("alarm slot 2 subslot 1='diagnosis_appears' ok"));
  const Decoded confirmed = decode(alarm_ack);
  EXPECT_EQ(confirmed.fault, "");
  EXPECT_EQ(confirmed["alarm_ack"], "1");
  EXPECT_THAT(confirmed.operations, ElementsAre("alarm slot 2 subslot 1='diagnosis_appears' ok"));
  EXPECT_THAT(decode("fe01 8001 8001 13 01 ffff fffe 0000 0000").operations, ElementsAre("heartbeat ok"));
  const Decoded broken = decode(abort_frame);
  EXPECT_EQ(broken["error_code"], "rta_error");
  EXPECT_THAT(broken.operations, ElementsAre("session='watchdog_expired' ok"));
}

TEST(Profinet, ReadsTimeAndRings) {
  const Decoded time = decode(delay_request);
  EXPECT_EQ(time.fault, "");
  EXPECT_EQ(time["sequence_id"], "19058");
  EXPECT_EQ(time["delay_ns"], "16");
  EXPECT_EQ(time["port_mac"], std::to_string(0x02004c590021));
  EXPECT_THAT(time.operations, ElementsAre("heartbeat ok"));

  MessageDecoder one = decoder(ethertype_mrp);
  const std::string common = "01 12 0007 ffffffffffffffffffffffffffffffff 00 00";
  const auto test = [&](const char* state) {
    return one("0001 02 12 8000 02004c590011 0000 " + std::string(state) + " 0000 00112233" + common, there);
  };
  const Decoded closed = test("0001");
  EXPECT_EQ(closed.fault, "");
  EXPECT_EQ(closed["kind"], "mrp_test");
  EXPECT_EQ(closed["ring_state"], "closed");
  EXPECT_EQ(closed["mrp_sequence"], "7");
  EXPECT_THAT(closed.operations, ElementsAre("heartbeat ring ok"));
  const Decoded open = test("0000");
  EXPECT_EQ(open.fault, "profinet.ring_open");
  EXPECT_THAT(open.operations, ElementsAre("alarm ring='ring opened' ok", "heartbeat ring ok"));
  EXPECT_EQ(test("0000").fault, "");  // said once
  const Decoded changed = one("0001 03 0a 8000 02004c590011 0014" + common, there);
  EXPECT_EQ(changed["kind"], "mrp_topology_change");
  EXPECT_EQ(changed["interval"], "20");
  const Decoded down = one("0001 04 0c 02004c590011 0001 0000 0001" + common, there);
  EXPECT_EQ(down["kind"], "mrp_link_down");
  EXPECT_THAT(down.operations, ElementsAre("alarm ring ok"));
}

TEST(Profinet, NamesWhatIsWrong) {
  struct Case {
    const char* hex;
    const char* fault;
  };
  const Case cases[] = {
      {"80", "profinet.truncated"},
      {"8001 000102", "profinet.truncated"},
      {"ff90 0000", "profinet.frame_id"},
      {"fefd 04 00 00000007 0000 0040 0202 0007 0001 7078632d37 00", "profinet.dcp_length"},
      {"fefd 04 00 00000007 0000 000c 0202 0040 0001 7078632d37 00", "profinet.block_length"},
      {"fefd 04 00 00000007 0000 0008 0102 0004 0001 0a14", "profinet.block_length"},
      {"fefd 07 00 00000007 0000 0000", "profinet.service"},
      {"fefe 04 00 00000007 0000 0006 0506 0002 0005", "profinet.service"},
      {"fe01 8001 8001 14 01 ffff fffe 0040 cf81fd05", "profinet.alarm_length"},
      {"fe01 8001 8001 17 01 ffff fffe 0004 cf81fd05", "profinet.alarm_type"},
  };
  for (const Case& each : cases) EXPECT_EQ(decode(each.hex).fault, each.fault) << each.hex;
  EXPECT_EQ(decoder(ethertype_mrp)("0001 02 12 8000 0200", there).fault, "profinet.mrp_length");
  EXPECT_EQ(decoder(ethertype_mrp)("0001 02 04 8000 0200 0000", there).fault, "profinet.mrp_length");
  EXPECT_EQ(decoder(ethertype_mrp)("0001 0000", there).fault, "profinet.mrp_length");
}

TEST(Profinet, ACutFrameInventsNothing) {
  for (const char* hex :
       {identify_answer, set_name, set_address, set_reset, set_answer, alarm_high, abort_frame, delay_request}) {
    const auto whole = from_hex(hex);
    const auto all = decoder()(std::vector<std::uint8_t>(whole), there).operations;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Decoded got = decoder()({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, there);
      for (const std::string& operation : got.operations)
        EXPECT_THAT(all, testing::Contains(operation)) << hex << " cut to " << size;
    }
  }
  const Decoded lie = decode("fefd 04 00 00000007 0000 000c 0202 0040 0001 7078632d37 00");
  EXPECT_THAT(lie.operations, IsEmpty());
  EXPECT_THAT(lie.items, IsEmpty());
}

TEST(Profinet, IsKnownByItsEthertype) {
  Context context;
  context.transport = Transport::layer2;
  context.ethertype = ethertype_profinet;
  EXPECT_EQ(protocol.identify(from_hex(identify_all), context), Identity::yes);
  context.ethertype = ethertype_mrp;
  EXPECT_EQ(protocol.identify(from_hex(mrp_test), context), Identity::yes);
  context.ethertype = 0x88b8;
  EXPECT_EQ(protocol.identify(from_hex(identify_all), context), Identity::no);
  context.transport = Transport::udp;
  context.ethertype = ethertype_profinet;
  EXPECT_EQ(protocol.identify(from_hex(identify_all), context), Identity::no);
}

TEST(Profinet, TellsWhoSendsAFrame) {
  Context context;
  context.transport = Transport::layer2;
  context.ethertype = ethertype_profinet;
  const auto sender = [&](const std::string& hex) { return protocol.sender(from_hex(hex), context); };
  EXPECT_EQ(sender(identify_all), End::client);
  EXPECT_EQ(sender(identify_answer), End::server);
  EXPECT_EQ(sender(set_name), End::client);
  EXPECT_EQ(sender(set_answer), End::server);
  EXPECT_EQ(sender(cyclic("8001", "1234", "35")), End::unknown);
}

TEST(Profinet, WritesObjectsAsEngineersDo) {
  const auto notation = [](Place place, std::uint64_t address) {
    std::string out;
    protocol.notation({.space = static_cast<std::uint8_t>(place), .address = address, .count = 1}, out);
    return out;
  };
  EXPECT_EQ(notation(Place::frame, 0x8001), "frame 0x8001");
  EXPECT_EQ(notation(Place::parameter, block_factory_reset), "factory_reset");
  EXPECT_EQ(notation(Place::parameter, 0x8005), "option 128/5");
  EXPECT_EQ(notation(Place::submodule, 0x28001), "slot 2 subslot 0x8001");
}

}  // namespace
}  // namespace langyan::profinet
