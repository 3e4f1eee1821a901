#include <gmock/gmock.h>

#include "parsers/enip/test_message.h"

namespace langyan::enip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string operations(const Decoded& decoded) {
  std::string all;
  for (const std::string& each : decoded.operations) all += (all.empty() ? "" : "; ") + each;
  return all;
}
std::string asked(std::string_view cip) {
  MessageDecoder decoder(protocol);
  const Decoded got = decoder(alone(cip), ask);
  return got.fault + operations(got);
}

TEST(Enip, RegistersASession) {
  MessageDecoder decoder(protocol);
  Decoded got = decoder(encapsulated(0x65, from_hex("0100 0000"), {.session = 0}), ask);
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["command"], "register_session");
  EXPECT_EQ(got["function"], "register_session");
  EXPECT_THAT(got.operations, ElementsAre("session pending"));
  const std::string exchange = got["exchange"];
  got = decoder(encapsulated(0x65, from_hex("0100 0000")), answer);
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["exchange"], exchange);
  EXPECT_THAT(got.operations, ElementsAre("session ok"));
  EXPECT_EQ(decoder(alone("0e 03 2001 2401 3007"), ask).fault, "");
  got = decoder(encapsulated(0x66, {}), ask);
  EXPECT_EQ(got.role, Role::event);
  EXPECT_THAT(got.operations, ElementsAre("session ok"));
  got = decoder(encapsulated(0x65, {}, {.session = 0, .status = 0x69}), answer);
  EXPECT_THAT(got.operations, ElementsAre("session refused 105"));
  EXPECT_EQ(got["encapsulation_status"], "unsupported_protocol_revision");
}

TEST(Enip, TellsWhoADeviceIsFromItsIdentity) {
  MessageDecoder decoder(protocol);
  Decoded got = decoder(encapsulated(0x63, {}, {.session = 0}), ask);
  EXPECT_EQ(got.role, Role::request);
  EXPECT_THAT(got.operations, ElementsAre("identify pending"));
  const Octets identity = from_hex(
      "0100 0c00 3300 0100 0002af12 c0a80105 0000000000000000 0100 0e00 3600 1413 3004 9efc1c60 11"
      "313735362d4c36312f42204c4f474958 00 03");
  got = decoder(encapsulated(0x63, identity, {.session = 0}), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["vendor_id"], "Rockwell Automation/Allen-Bradley");
  EXPECT_EQ(got["device_type"], "programmable logic controller");
  EXPECT_EQ(got["revision"], "20.19");
  EXPECT_EQ(got["device_address"], "00000000000000000000ffffc0a80105");
  EXPECT_EQ(got["device_state"], "operational");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Rockwell Automation/Allen-Bradley", "model=1756-L61/B LOGIX",
                                     "firmware=20.19", "serial=601cfc9e", "role=programmable logic controller"));
}

TEST(Enip, NamesTheServiceThatIsOffered) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(encapsulated(0x04, {}, {.session = 0}), ask).role, Role::request);
  for (const auto* name : {"436f6d6d756e69636174696f6e730000", "436f6d6d756e69636174696f6e7300"}) {
    const Octets text = from_hex(name);
    Octets body = from_hex("0100 0001");
    add16(body, 4 + text.size()), add(body, from_hex("0100 2001")), add(body, text);
    const Decoded got = decoder(encapsulated(0x04, body, {.session = 0}), answer);
    EXPECT_EQ(got.fault, "");
    EXPECT_EQ(got["service_name"], "Communications");
    EXPECT_EQ(got["capabilities"], "288");
  }
}

TEST(Enip, TellsWhoSitsInASlotFromTheAnswerToACarriedRequest) {
  MessageDecoder decoder(protocol);
  Decoded got = decoder(alone(carried("01 02 2001 2401", 3)), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["carrier"], "82");
  EXPECT_EQ(got["route"], "1/3");
  EXPECT_EQ(got["function"], "get_attributes_all");
  EXPECT_THAT(got.operations, ElementsAre("identify class 0x01 instance 1 unit 1003 pending"));
  const std::string exchange = got["exchange"];
  got = decoder(alone("81 00 00 00 0100 0e00 3600 1413 3004 9efc1c60 04 4c363120"), answer);
  EXPECT_EQ(got["exchange"], exchange);
  EXPECT_EQ(got["general_status"], "success");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Rockwell Automation/Allen-Bradley unit 1003", "model=L61 unit 1003",
                                     "firmware=20.19 unit 1003", "serial=601cfc9e unit 1003",
                                     "role=programmable logic controller unit 1003"));
  decoder(alone("0e 03 2001 2401 3007", 2), ask);
  got = decoder(alone("8e 00 00 00 04 4c363120", 2), answer);
  EXPECT_THAT(got.facts, ElementsAre("model=L61"));
  decoder(alone("0e 03 2001 2400 3001", 3), ask);
  got = decoder(alone("8e 00 00 00 0100", 3), answer);
  EXPECT_THAT(got.facts, IsEmpty()) << "an attribute of the class, not of the device";
}

TEST(Enip, ReadsAndWritesTagsByName) {
  MessageDecoder decoder(protocol);
  const auto tag = "4c 0c 910c50726f6772616d3a4d61696e 910553706565 6400 2803 0100";
  Decoded got = decoder(alone(tag), ask);
  EXPECT_EQ(got["tag"], "Program:Main.Speed[3]");
  EXPECT_EQ(got["element_count"], "1");
  EXPECT_THAT(got.operations, ElementsAre("read Program:Main.Speed[3] pending"));
  got = decoder(alone("cc 00 00 00 ca00 00002041"), answer);
  EXPECT_EQ(got["data_type"], "REAL");
  EXPECT_THAT(got.operations, ElementsAre("read=10 ok"));
  EXPECT_EQ(asked("4d 03 910253700000 c400 0100 feffffff").substr(0, 5), "enip.") << "a path of two segments too short";
  EXPECT_EQ(asked("4d 02 91025370 c400 0100 feffffff"), "write Sp=-2 pending");
  EXPECT_EQ(asked("4d 02 91025370 c100 0100 01"), "write Sp=1 pending");
  EXPECT_EQ(asked("4d 02 91025370 c300 0200 01000200"), "write Sp pending");
  EXPECT_EQ(asked("53 02 91025370 c300 6400 02000000 0100"), "write Sp=1 pending") << "a fragment has part of it";
  EXPECT_EQ(asked("4e 02 91025370 0100 03 fd"), "write Sp pending");
  EXPECT_EQ(asked("4d 02 91025370 a002 ce0f 0100 02000000 4f4b"), "write Sp='OK' pending");
  EXPECT_EQ(asked("4d 02 91025370 c400 0200 00000000"), "enip.value") << "fewer octets than two need";
  EXPECT_EQ(asked("4c 05 206b 2500 320e 2804 2805 0100"), "read class 0x6b instance 3634[4][5] pending");
  EXPECT_EQ(asked("4c 05 2068 2400 206b 2500 6a0d 0100"),
            "read class 0x68 instance 0 class 0x6b instance 3434 pending");
}

TEST(Enip, ReadsPlacesOfTheDataTable) {
  EXPECT_EQ(asked("4c 02 2072 2400 00ce0400 0100"), "read data table 0x0004ce00 pending");
  EXPECT_EQ(asked("4c 02 2072 2400 00ce04"), "enip.truncated");
}

TEST(Enip, RefusesWithCodeAndName) {
  MessageDecoder decoder(protocol);
  decoder(alone("4c 02 91025370 0100"), ask);
  Decoded got = decoder(alone("cc 00 05 01 0000"), answer);
  EXPECT_EQ(got["general_status"], "path_destination_unknown");
  EXPECT_EQ(got["extended_status"], "0");
  EXPECT_THAT(got.operations, ElementsAre("read refused 5"));
  decoder(alone(open_messages), ask);
  got = decoder(alone("d4 00 01 01 1301 0700 4d00 78563412 00 00"), answer);
  EXPECT_EQ(got["extended_status"], "out_of_connections");
  EXPECT_EQ(got["connection_serial"], "7");
  EXPECT_THAT(got.operations, ElementsAre("session unit 1002 refused 1"));
  decoder(alone(carried("07 02 208e 2401", 5)), ask);
  got = decoder(alone("d2 00 01 01 1203 01"), answer);
  EXPECT_EQ(got["function"], "unconnected_send");
  EXPECT_EQ(got["carrier"], "82");
  EXPECT_THAT(got.operations, ElementsAre("other unit 1005 refused 1"));
}

TEST(Enip, NamesWhatChangesAController) {
  EXPECT_EQ(asked("07 02 208e 2401"), "stop class 0x8e instance 1 pending");
  EXPECT_EQ(asked("06 02 208e 2401"), "start class 0x8e instance 1 pending");
  EXPECT_EQ(asked("07 02 2064 2401 deadbeef"), "stop class 0x64 instance 1 pending");
  EXPECT_EQ(asked("05 02 2001 2401"), "reset class 0x01 instance 1 pending");
  EXPECT_EQ(asked("05 02 2001 2401 01"), "reset class 0x01 instance 1=1 pending") << "to what the factory set";
  EXPECT_EQ(asked("10 03 208e 2401 300a 01"), "mode class 0x8e instance 1 attribute 10=1 pending");
  EXPECT_EQ(asked("10 03 20f5 2401 3005 0a000001"), "configure class 0xf5 instance 1 attribute 5=16777226 pending");
  EXPECT_EQ(asked("10 03 2004 2464 3003 0100"), "control class 0x04 instance 100 attribute 3=1 pending");
  EXPECT_EQ(asked("04 02 208b 2401 0100 0600 0011223344556677"), "time class 0x8b instance 1 attribute 6 pending");
  EXPECT_EQ(asked("08 02 206d 2400"), "download class 0x6d instance 0 pending");
  EXPECT_EQ(asked("09 03 2068 2500 5123"), "download class 0x68 instance 9041 pending");
  EXPECT_EQ(asked("4b 02 20a1 2401 0599"), "firmware class 0xa1 instance 1 pending");
  EXPECT_EQ(asked("4c 02 2037 24c8 00"), "file class 0x37 instance 200 pending");
  EXPECT_EQ(asked("4c 04 208e 2401 2074 2401"), "auth class 0x8e instance 1 class 0x74 instance 1 pending");
  EXPECT_EQ(asked("4b 02 2064 2401 0199"), "auth class 0x64 instance 1 pending");
  EXPECT_EQ(asked("10 03 205e 2401 3003 01"), "auth class 0x5e instance 1 attribute 3=1 pending");
  EXPECT_EQ(asked("0d 02 2066 2401"), "configure class 0x66 instance 1 pending");
  EXPECT_EQ(asked("55 02 206b 2400 0200 0100 0200"), "browse class 0x6b instance 0 pending");
  EXPECT_EQ(asked("5f 03 21000103 2401"), "other class 0x0301 instance 1 pending") << "nobody has published it";
}

TEST(Enip, TakesEachServiceOfAPacketByItself) {
  MessageDecoder decoder(protocol);
  const Octets asks = packet("0a 02 2002 2401", {from_hex("03 02 20ac 2401 0100 0100"), from_hex("4c 02 91025370 0100"),
                                                from_hex("07 02 208e 2401"), from_hex("01 02 2001 2401")});
  Decoded got = decoder(alone(asks), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["function"], "multiple_service_packet");
  EXPECT_EQ(got["service_count"], "4");
  EXPECT_THAT(got.operations,
              ElementsAre("diagnose class 0xac instance 1 attribute 1 pending", "read Sp pending",
                          "stop class 0x8e instance 1 pending", "identify class 0x01 instance 1 pending"));
  ASSERT_EQ(got.items.size(), 5u) << "four services and an attribute";
  EXPECT_EQ(got.items[0]["item_function"], "get_attribute_list");
  EXPECT_EQ(got.items[1]["listed_attribute"], "1");
  EXPECT_EQ(got.items[2]["item_tag"], "Sp");
  EXPECT_EQ(got.items[3]["item_function"], "stop");
  const Octets answers = packet(
      "8a 00 1e 00", {from_hex("83 00 00 00 0100 0100 0000 05000000"), from_hex("cc 00 00 00 c300 0700"),
                      from_hex("87 00 0c 00"), from_hex("81 00 00 00 0100 0e00 3600 1413 3004 9efc1c60 02 4c36")});
  got = decoder(alone(answers), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("read=5 ok", "read=7 ok", "stop refused 12", "identify ok"));
  EXPECT_THAT(got.facts, testing::Contains("model=L6"));
  EXPECT_EQ(got["vendor_id"], "absent");
  got = decoder(alone("8a 00 08 00", 1), answer);
  EXPECT_THAT(got.operations, ElementsAre("other refused 8"));
}

TEST(Enip, SeesPacketsThatLie) {
  EXPECT_EQ(asked("0a 02 2002 2401 f4f0 0909 8804"), "enip.services") << "more offsets than there are octets";
  EXPECT_EQ(asked("0a 02 2002 2401 0200 0600 4000 0e03 2001 2401 3007"), "enip.services");
  EXPECT_EQ(asked("0a 02 2002 2401 0100 0300 0e03 2001 2401 3007"), "enip.services") << "into the offsets themselves";
  EXPECT_EQ(asked("0a 02 2002 2401 0100 0400 0a 02 2002 2401 0100 0400 05 02 2001 2401"), "enip.nested");
  EXPECT_EQ(asked("0a 02 2002 2401"), "enip.services");
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(alone(carried(carried("05 02 2001 2401", 0), 1)), ask).fault, "enip.nested");
  EXPECT_EQ(asked("52 02 2006 2401 0af0 4000 0702 2064 2401 0100 0100"), "enip.embedded");
}

TEST(Enip, ListsAttributesAndSymbols) {
  MessageDecoder decoder(protocol);
  decoder(alone("03 02 2001 2401 0300 0100 0700 0600"), ask);
  Decoded got = decoder(alone("83 00 00 00 0300 0100 0000 2f00 0700 0000 03 4e4a35 0600 0000 01020304"), answer);
  ASSERT_EQ(got.items.size(), 3u);
  EXPECT_EQ(got.items[1]["listed_value"], "034e4a35");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Omron", "model=NJ5", "serial=04030201"));
  decoder(alone("03 02 20f5 2401 0200 0100 0200", 2), ask);
  got = decoder(alone("83 00 00 00 0200 0100 0000 02000000 0200 0000 34000000", 2), answer);
  ASSERT_EQ(got.items.size(), 1u) << "how long the first is, only the class knows";
  decoder(alone("55 02 206b 2400 0200 0100 0200", 3), ask);
  got = decoder(alone("d5 00 06 00 01000000 0200 5370 c400 07000000 0300 426967 ca20", 3), answer);
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[0]["symbol_name"], "Sp");
  EXPECT_EQ(got.items[0]["symbol_type"], "DINT");
  EXPECT_EQ(got.items[1]["symbol_instance"], "7");
  EXPECT_EQ(got["general_status"], "partial_transfer");
  EXPECT_THAT(got.operations, ElementsAre("browse ok"));
}

TEST(Enip, PairsMessagesOfAConnectionByItsSerialAndTheirCount) {
  SharedMap shared;
  MessageDecoder decoder(protocol);
  decoder.context.shared = &shared;
  Decoded got = decoder(alone(open_messages), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["function"], "forward_open");
  EXPECT_EQ(got["route"], "1/2");
  EXPECT_EQ(got["connection_class"], "message_router");
  EXPECT_EQ(got["transport_class"], "class_3");
  EXPECT_EQ(got["o_t_interval"], "2000000");
  EXPECT_EQ(got["o_t_size"], "504");
  EXPECT_EQ(got["o_t_type"], "point_to_point");
  EXPECT_THAT(got.operations, ElementsAre("session class 0x02 instance 1 unit 1002 pending"));
  got = decoder(alone(messages_opened), answer);
  EXPECT_EQ(got["o_t_connection_id"], "4369");
  EXPECT_THAT(got.operations, ElementsAre("session unit 1002 ok"));
  got = decoder(connected(0x1111, 5, "4c 02 91025370 0100"), ask);
  EXPECT_EQ(got["connection"], "7");
  EXPECT_EQ(got["sequence_count"], "5");
  EXPECT_THAT(got.operations, ElementsAre("read Sp unit 1002 pending"));
  const std::string exchange = got["exchange"];
  got = decoder(connected(0x2222, 5, "cc 00 00 00 c300 0700"), answer);
  EXPECT_EQ(got["exchange"], exchange);
  EXPECT_THAT(got.operations, ElementsAre("read=7 unit 1002 ok"));
  EXPECT_NE(decoder(connected(0x2222, 6, "cc 00 00 00 c300 0700"), answer)["exchange"], exchange);
  got = decoder(alone("4e 02 2006 2401 0a0e 0700 4d00 78563412 03 00 0102 2002 2401"), ask);
  EXPECT_THAT(got.operations, ElementsAre("session class 0x02 instance 1 unit 1002 pending"));
  got = decoder(alone("ce 00 00 00 0700 4d00 78563412 00 00"), answer);
  EXPECT_EQ(got["connection_serial"], "7");
  EXPECT_EQ(decoder(connected(0x1111, 7, "4c 02 91025370 0100"), ask)["connection"], "absent") << "it is closed";
}

TEST(Enip, KnowsIoConnectionsThatWereOpenedBefore) {
  SharedMap shared;
  MessageDecoder control(protocol), cyclic(protocol);
  control.context.shared = cyclic.context.shared = &shared;
  cyclic.context.transport = Transport::udp;
  Decoded got = control(alone(open_io), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["key_device_type"], "communications adapter");
  EXPECT_EQ(got["transport_class"], "class_1");
  control(alone(io_opened), answer);
  got = cyclic(io(0x4444, 9, from_hex("0300 aabb")), ask);
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["connection_class"], "assembly");
  EXPECT_EQ(got["connection_point"], "101");
  EXPECT_EQ(got["sequence_count"], "3");
  EXPECT_EQ(got["data"], "aabb");
  EXPECT_THAT(got.operations, ElementsAre("report class 0x04 instance 101 ok"));
  got = cyclic(io(0x3333, 1, from_hex("0100 01000000 5566")), ask);
  EXPECT_EQ(got["run_idle"], "run");
  EXPECT_EQ(got["data"], "5566");
  EXPECT_THAT(got.operations, ElementsAre("report class 0x04 instance 100 ok"));
  got = cyclic(io(0x3333, 2, from_hex("0200 00000000 5566")), ask);
  EXPECT_THAT(got.operations, ElementsAre("report class 0x04 instance 100 ok", "mode class 0x04 instance 100=0 ok"))
      << "the scanner's program was stopped";
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(cyclic(io(0x3333, 2, from_hex("0200 00000000 5566")), ask).fault, "") << "the mirror shows it twice";
  EXPECT_EQ(cyclic(io(0x3333, 2, from_hex("0200 00000000 9999")), ask).fault, "enip.io_conflict");
  got = cyclic(io(0x7777, 2, from_hex("0200")), ask);
  EXPECT_THAT(got.operations, ElementsAre("report connection 0x00007777 ok")) << "its opening was not seen";
}

TEST(Enip, SpeaksPccc) {
  const auto pccc = [](std::string_view command) {
    return asked("4b 02 2067 2401 07 4d00 e0312b3d " + std::string(command));
  };
  EXPECT_EQ(pccc("0f 00 0100 a2 02 07 89 00 00"), "read N7:0 pending");
  EXPECT_EQ(pccc("0f 00 0100 aa 02 07 89 03 00 0a00"), "write N7:3=10 pending");
  EXPECT_EQ(pccc("0f 00 0100 aa 04 08 8a ff0001 00 00002041"), "write F8:256=10 pending");
  EXPECT_EQ(pccc("0f 00 0100 a2 02 04 86 02 02"), "read T4:2.ACC pending");
  EXPECT_EQ(pccc("0f 00 0100 aa 04 07 89 03 00 0a00"), "enip.pccc") << "fewer octets than it says";
  EXPECT_EQ(pccc("0f 00 0100 ab 02 03 85 01 00 0100 0100"), "write B3:1 pending");
  EXPECT_EQ(pccc("0f 00 0100 a1 04 07 89 05"), "read N7:5 pending");
  EXPECT_EQ(pccc("0f 00 0100 aa 02 02 22 00 00 0000"), "download file 2 type 0x22:0 pending");
  EXPECT_EQ(pccc("0f 00 0100 a2 50 02 22 00 00"), "upload file 2 type 0x22:0 pending");
  EXPECT_EQ(pccc("0f 00 0100 aa 02 00 a1 00 00 ffff"), "force file 0 type 0xa1:0 pending");
  EXPECT_EQ(pccc("0f 00 0100 80 01"), "mode=1 pending");
  EXPECT_EQ(pccc("0f 00 0100 3a 02"), "mode=2 pending");
  EXPECT_EQ(pccc("0f 00 0100 57"), "reset pending");
  EXPECT_EQ(pccc("0f 00 0100 50 0000"), "download pending");
  EXPECT_EQ(pccc("0f 00 0100 68 0000 0100 00 24 4e373a3000 01"), "read N7:0 pending");
  EXPECT_EQ(pccc("0f 00 0100 01 0000 0100 06 0705 02"), "read file 7:5 pending");
  EXPECT_EQ(pccc("06 00 0100 03"), "identify pending");
  EXPECT_EQ(pccc("07 00 0100 00"), "stop pending");
  EXPECT_EQ(pccc("01 00 0100 2000 04"), "read file 0:32 pending");
  EXPECT_EQ(pccc("0f 00 0100 a3 ff944f"), "other pending") << "nobody has published it";
  EXPECT_EQ(pccc("0f 00 01"), "enip.pccc");
}

TEST(Enip, ReadsWhatPcccAnswers) {
  MessageDecoder decoder(protocol);
  decoder(alone("4b 02 2067 2401 07 4d00 e0312b3d 0f 00 0100 a2 02 07 89 00 00"), ask);
  Decoded got = decoder(alone("cb 00 00 00 07 4d00 e0312b3d 4f 00 0100 feff"), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["function"], "protected_typed_logical_read_3");
  EXPECT_THAT(got.operations, ElementsAre("read=-2 ok"));
  decoder(alone("4b 02 2067 2401 07 4d00 e0312b3d 0f 00 0200 80 06"), ask);
  got = decoder(alone("cb 00 00 00 07 4d00 e0312b3d 4f f0 0200 0b"), answer);
  EXPECT_EQ(got["pccc_extended_status"], "access_denied");
  EXPECT_THAT(got.operations, ElementsAre("mode refused 61451"));
  decoder(alone("4b 02 2067 2401 07 4d00 e0312b3d 06 00 0300 03"), ask);
  got = decoder(alone("cb 00 00 00 07 4d00 e0312b3d 46 00 0300 00 ee 4a 9f 23 313736362d4c45432020 20 0000"), answer);
  EXPECT_THAT(got.facts, ElementsAre("model=1766-LEC"));
}

TEST(Enip, SpeaksTheClientServerProtocolOfOlderProcessors) {
  MessageDecoder decoder(protocol);
  decoder.context.server_port = 2222;
  Decoded got = decoder("01 01 0000 00000000 00000000 00040005 000000000000000000000000", ask);
  EXPECT_EQ(got.role, Role::request);
  EXPECT_THAT(got.operations, ElementsAre("session pending"));
  got = decoder("02 01 0000 00001234 00000000 00040005 000000000000000000000000", answer);
  EXPECT_THAT(got.operations, ElementsAre("session ok"));
  got = decoder("01 07 000e 00001234 00000000 00000000 000000000000000000000000 00050000 0f00 0100 a2 02 07 89 00 00",
                ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("read N7:0 pending"));
  const std::string exchange = got["exchange"];
  got = decoder("02 07 000a 00001234 00000000 00000000 000000000000000000000000 00050000 4f00 0100 0700", answer);
  EXPECT_EQ(got["exchange"], exchange);
  EXPECT_THAT(got.operations, ElementsAre("read=7 ok"));
}

TEST(Enip, SeesHeadersAndSessionsThatAreNotInOrder) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(encapsulated(0x05, {}), ask).fault, "enip.command");
  EXPECT_THAT(decoder(encapsulated(0x05, {}, {.status = 1}), answer).operations, ElementsAre("other refused 1"));
  EXPECT_EQ(decoder(encapsulated(0x63, {}, {.session = 0, .options = 7}), ask).fault, "enip.header");
  EXPECT_EQ(decoder(encapsulated(0x65, from_hex("0100")), ask).fault, "enip.truncated");
  EXPECT_EQ(decoder(encapsulated(0x66, from_hex("0100")), ask).fault, "enip.trailing");
  decoder(encapsulated(0x65, from_hex("0100 0000")), answer);
  EXPECT_EQ(decoder(alone("0e 03 2001 2401 3007"), ask).fault, "");
  Octets other = alone("0e 03 2001 2401 3007");
  other[4] ^= 1;
  EXPECT_EQ(decoder(other, ask).fault, "enip.session");
  Octets items = alone("0e 03 2001 2401 3007");
  items[38] += 1;  // the data item's length
  EXPECT_EQ(decoder(items, ask).fault, "enip.packet_items");
  items = alone("0e 03 2001 2401 3007");
  items[30] = 0xff;  // their number
  EXPECT_EQ(decoder(items, ask).fault, "enip.packet_items");
  EXPECT_EQ(asked("0e 04 2001 2401 3007"), "enip.path");
  EXPECT_EQ(asked("0e 03 2001 2401 e007"), "enip.path");
  const Decoded got = decoder(encapsulated(0x6f, {}, {.status = 0x64}), answer);
  EXPECT_THAT(got.operations, ElementsAre("other refused 100"));
}

TEST(Enip, ReservedConnectionParametersAreSeen) {
  std::string open(open_messages);
  open.replace(open.find(" a3 "), 4, " ad ");
  EXPECT_EQ(asked(open).substr(0, 15), "enip.connection");
}

// Cut anywhere a message yields neither a value nor an operation that was not in it whole.
TEST(Enip, TruncationInventsNothing) {
  const Octets messages[] = {
      alone("4d 02 91025370 c400 0100 feffffff"),
      alone(carried("07 02 208e 2401", 3)),
      alone(open_messages),
      alone(open_io),
      connected(1, 2,
                packet("0a 02 2002 2401", {from_hex("4d 02 91025370 c300 0100 0700"), from_hex("07 02 208e 2401")})),
      alone("4b 02 2067 2401 07 4d00 e0312b3d 0f 00 0100 aa 02 07 89 03 00 0a00"),
      alone("03 02 2001 2401 0300 0100 0700 0600"),
      alone("55 02 206b 2400 0200 0100 0200"),
      encapsulated(0x65, from_hex("0100 0000"))};
  for (const Octets& whole : messages) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      for (const Direction way : {ask, answer}) {
        MessageDecoder decoder(protocol);
        const Decoded got = decoder(first(whole, size), way);
        EXPECT_THAT(got.operations, IsEmpty()) << size;
        EXPECT_THAT(got.items, IsEmpty()) << size;
        EXPECT_NE(got.fault, "") << size;
      }
    }
  }
}

// The same with lengths that fit what is left: nothing past its end is read.
TEST(Enip, ShorterServicesAreReadNoFurtherThanTheyGo) {
  const Octets services[] = {
      from_hex("4d 02 91025370 c400 0100 feffffff"),
      carried("07 02 208e 2401", 3),
      from_hex(open_messages),
      from_hex(open_io),
      packet("0a 02 2002 2401", {from_hex("4d 02 91025370 c300 0100 0700"), from_hex("07 02 208e 2401")}),
      from_hex("4b 02 2067 2401 07 4d00 e0312b3d 0f 00 0100 aa 02 07 89 03 00 0a00"),
      from_hex("81 00 00 00 0100 0e00 3600 1413 3004 9efc1c60 04 4c363120"),
      from_hex(messages_opened),
      packet("8a 00 00 00", {from_hex("cc 00 00 00 c300 0700"), from_hex("83 00 00 00 0100 0100 0000 05000000")})};
  for (const Octets& whole : services) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      MessageDecoder decoder(protocol);
      decoder(alone(first(whole, size)), ask);
      const Decoded got = decoder(alone(first(whole, size)), answer);
      for (const std::string& each : got.operations) EXPECT_EQ(each.find("=-2"), std::string::npos) << size;
    }
  }
}

// Whatever an octet says, the decoder reads what is there and no more (the address sanitizer sees to it).
TEST(Enip, AnyOctetMayBeAnything) {
  const Octets messages[] = {
      alone(carried("4d 02 91025370 c400 0100 feffffff", 3)),
      alone(open_messages),
      alone(open_io),
      alone(io_opened),
      alone("4e 02 2006 2401 0a0e 0700 4d00 78563412 03 00 0102 2002 2401"),
      connected(1, 2,
                packet("0a 02 2002 2401", {from_hex("4c 02 91025370 0100"), from_hex("03 02 2001 2401 0100 0100")})),
      connected(
          1, 2,
          packet("8a 00 00 00", {from_hex("cc 00 00 00 c300 0700"), from_hex("83 00 00 00 0100 0100 0000 0100")})),
      alone("4b 02 2067 2401 07 4d00 e0312b3d 0f 00 0100 aa 02 07 89 03 00 0a00"),
      alone("cb 00 00 00 07 4d00 e0312b3d 4f 00 0100 feff"),
      alone("55 02 206b 2400 0200 0100 0200"),
      alone("d5 00 06 00 01000000 0200 5370 c400"),
      encapsulated(
          0x63,
          from_hex(
              "0100 0c00 2400 0100 0002af12 c0a80105 0000000000000000 0100 0e00 3600 1413 3004 9efc1c60 02 4c36 03"))};
  for (const Octets& whole : messages) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const int value : {0, 1, 2, 0x34, 0x7f, 0x80, 0x91, 0xff}) {
        SharedMap shared;
        MessageDecoder decoder(protocol);
        decoder.context.shared = &shared;
        decoder(whole, ask);
        Octets changed = whole;
        changed[at] = static_cast<std::uint8_t>(value);
        for (const Direction way : {ask, answer}) {
          const Frame frame = protocol.frame(changed, decoder.context);
          if (frame.kind == Frame::Kind::message) decoder(first(changed, frame.size), way);
        }
        decoder(changed, answer);
      }
    }
  }
}

}  // namespace
}  // namespace langyan::enip
