#include "parsers/s7comm/s7comm.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/s7comm/memory.h"
#include "parsers/s7comm/table.h"
#include "parsers/s7comm/test_message.h"

namespace langyan::s7comm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Words = std::vector<std::string>;

struct Case {
  Octets message;
  Direction direction;
  Words operations;
};

TEST(S7comm, ReducesJobsToOperations) {
  // clang-format off
  const Case cases[] = {
      {job("f0 00 0001 0001 01e0"), ask, {"session pending"}},
      {ack("f0 00 0001 0001 00f0"), answer, {"session ok"}},
      {job("04 01 120a10 02 0006 0001 84 000000"), ask, {"read DB1.DBB0..DBB5 pending"}},
      {job("04 02 120a10 04 0001 000a 84 000020 120a10 01 0001 0000 83 000052"), ask,
       {"read DB10.DBW4 pending", "read M10.2 pending"}},
      {job("05 01 120a10 02 0001 0001 84 000008", "00 04 0008 de"), ask, {"write DB1.DBB1=222 pending"}},
      {job("05 01 120a10 01 0001 0001 84 000003", "00 03 0001 01"), ask, {"write DB1.DBX0.3=1 pending"}},
      {ack("05 01", "ff"), answer, {"write ok"}},
      {ack("05 02", "ff 0a"), answer, {"write ok", "write refused 10"}},
      {ack("04 01", "0a 00 0000"), answer, {"read refused 10"}},
      {ack("04 00", "", 0x8500), answer, {"read refused 34048"}},
      {ack("04", "", 0x8104), answer, {"read refused 33028"}},
      {plain_ack("", 0xd241), answer, {"other refused 53825"}},
      {job("1a 00 0100 00000000 09 5f30383030303031 50 0d 31 303030333332 303030323132"), ask, {"download OB1 pending"}},
      {ack("1a"), answer, {"download ok"}},
      {job("1b 00 0000 00000000 09 5f30433030303130 50"), answer, {}},
      {ack("1b 01", "0002 00fb 7070"), ask, {}},
      {job("1c 00 0000 00000000 09 5f30433030303130 50"), answer, {"download FC10 pending"}},
      {ack("1c"), ask, {"download ok"}},
      {job("1d 00 0000 00000000 09 5f30413030303031 41"), ask, {"upload DB1 pending"}},
      {ack("1d 00 0100 00000007 07 30303030323136"), answer, {"upload ok"}},
      {job("1e 00 0000 00000007"), ask, {}},
      {job("1f 00 0000 00000007"), ask, {"upload pending"}},
      {job("28 000000000000fd 0000 09 505f50524f4752414d"), ask, {"start pending"}},
      {job("28 000000000000fd 0002 4320 09 505f50524f4752414d"), ask, {"start='C' pending"}},
      {job("28 000000000000fd 000a 01 00 30383030303031 50 05 5f494e5345"), ask, {"download OB1 pending"}},
      {job("28 000000000000fd 0012 02 00 3041303030303150 3043303030313050 05 5f44454c45"), ask,
       {"configure DB1 pending", "configure FC10 pending"}},
      {job("28 000000000000fd 0000 05 5f47415242"), ask, {"configure pending"}},
      {job("28 000000000000fd 0002 4550 05 5f4d4f4455"), ask, {"configure='EP' pending"}},
      {job("28 000000000000fd 0000 05 5f4e5f5858"), ask, {"control pending"}},
      {ack("28"), answer, {"control ok"}},
      {ack("28 03", "", 0x8402), answer, {"control refused 33794"}},
      {job("29 0000000000 09 505f50524f4752414d"), ask, {"stop pending"}},
      {ack("29"), answer, {"stop ok"}},
      {ack("29 07", "", 0x8104), answer, {"stop refused 33028"}},
      {job("77 0102"), ask, {"other pending"}},
  };
  // clang-format on
  for (const Case& each : cases) {
    const Decoded got = MessageDecoder(protocol)(each.message, each.direction);
    EXPECT_EQ(got.fault, "") << hex(each.message);
    EXPECT_EQ(got.operations, each.operations) << hex(each.message);
  }
}

TEST(S7comm, ReducesUserdataToOperations) {
  // clang-format off
  const Case cases[] = {
      {request(4, 1, "0011 0001"), ask, {"identify SZL 0011/0001 pending"}},
      {request(4, 1, "0424 0000"), ask, {"diagnose SZL 0424/0000 pending"}},
      {request(4, 1, "-", 3), ask, {"diagnose pending"}},
      {response(4, 1, "-", 0xd401), answer, {"diagnose refused 54273"}},
      {request(4, 2, "01 00 486d6952746d2020"), ask, {"subscribe pending"}},
      {push(4, 3, "4302 11 01 0001 0002 00000003 26 03 02 08 15 30 12 34"), answer, {"alarm alarm 00004302 ok"}},
      {push(4, 6, "94 01 06 00 47 42 69 75 40 01 12 0a 16 00 0000002a 01 00 01 01"), answer, {"alarm alarm 0000002a ok"}},
      {request(4, 11, "09 02 12 08 19 00 0000002a 01 00 12 08 19 00 0000002b 01 00"), ask,
       {"alarm alarm 0000002a pending", "alarm alarm 0000002b pending"}},
      {request(4, 7, "00 01 12 06 15 00 0000002a"), ask, {"configure alarm 0000002a pending"}},
      {request(3, 1, "-"), ask, {"browse pending"}},
      {request(3, 2, "3041"), ask, {"browse pending"}},
      {request(3, 3, "30413030303031 41"), ask, {"browse DB1 pending"}},
      {response(3, 3, "-", 0xd209), answer, {"browse refused 53769"}},
      {request(5, 1, "3434343434343434"), ask, {"auth pending"}},
      {response(5, 1, "-", 0xd602), answer, {"auth refused 54786"}},
      {request(5, 2, "-"), ask, {"auth pending"}},
      {request(7, 1, "-"), ask, {"diagnose pending"}},
      {request(7, 2, "00 19 26 03 02 08 15 30 12 34"), ask, {"time pending"}},
      {response(7, 2, "-"), answer, {"time ok"}},
      {request(6, 1, "12 06 13 00 00000001 cafe"), ask, {"write R_ID 00000001 pending"}},
      {request(2, 1, "0001 01 02 120a10 02 0004 0001 84 000000"), ask, {"subscribe DB1.DBB0..DBB3 pending"}},
      {push(2, 1, "0001 ff 04 0008 2a"), answer, {"report=42 ok"}},
      {request(2, 4, "05 01"), ask, {"subscribe pending"}},
      {request(1, 2, table_of("0002 01 06 0000 0000 11 01 0000 0008")), ask, {"read MB0..MB5 pending", "read IB8 pending"}},
      {push(1, 2, table_of("0002 ff 09 0006 4133851fdead ff 09 0001 02 00")), answer, {"report ok", "report ok"}},
      {request(1, 8, table_of("0003 03 01 0000 0000 02 01 0000 0004 10 01 0000 0008 "
                              "00 09 0004 0000002b 00 09 0002 dead 00 09 0001 01 00")),
       ask, {"write MD0=43 pending", "write MW4=57005 pending", "write I8.1=1 pending"}},
      {request(1, 9, table_of("0001 72 01 0007 0004 00 09 0002 002a")), ask, {"force DB7.DBW4=42 pending"}},
      {request(1, 12, "-"), ask, {"reset pending"}},
      {request(1, 22, "0102"), ask, {"identify pending"}},
      {push(1, 19, "0102"), answer, {"report ok"}},
      {request(15, 1, "0102"), ask, {"download pending"}},
      {request(15, 2, "0102"), ask, {}},
      {userdata_message("01 00 10 10 00 00 00 00"), answer, {"alarm ok"}},
      {request(9, 9, "-"), ask, {"other pending"}},
  };
  // clang-format on
  for (const Case& each : cases) {
    const Decoded got = MessageDecoder(protocol)(each.message, each.direction);
    EXPECT_EQ(got.fault, "") << hex(each.message);
    EXPECT_EQ(got.operations, each.operations) << hex(each.message);
  }
}

// What the field `function` says: the job's own octet, or userdata's group and subfunction.
TEST(S7comm, NamesFunctionsInOneField) {
  EXPECT_EQ(MessageDecoder(protocol)(job("29 0000000000 09 505f50524f4752414d"), ask)["function"],
            "plc_stop");
  const Decoded service = MessageDecoder(protocol)(request(4, 1, "0011 0000"), ask);
  EXPECT_EQ(service["function"], "read_szl");
  EXPECT_EQ(service["function_group"], "cpu");
  EXPECT_EQ(service["subfunction"], "1");
  EXPECT_EQ(service["request_type"], "request");
  EXPECT_EQ(service["szl_id"], "module_identification");
  EXPECT_EQ(
      MessageDecoder(protocol)(userdata_message("01 00 10 10 00 00 02 00"), answer)["function"],
      "entered_run");
  EXPECT_EQ(MessageDecoder(protocol)(job("77 01"), ask)["function"], "119")
      << "a function nobody knows is logged too";
  EXPECT_EQ(MessageDecoder(protocol)(request(9, 9, "-"), ask)["function"],
            std::to_string(userdata_code(9, 9)));
}

TEST(S7comm, KnowsRackAndSlotFromTheConnection) {
  MessageDecoder decoder(protocol);
  const Decoded asked = decoder(tpkt(from_hex("11 e0 0000 0005 00 c0010a c1020100 c2020223")), ask);
  EXPECT_EQ(asked["tpdu"], "connection_request");
  EXPECT_EQ(asked["connection_type"], "op");
  EXPECT_EQ(asked["rack"], "1");
  EXPECT_EQ(asked["slot"], "3");
  EXPECT_EQ(asked["calling_tsap"], "0100");
  EXPECT_EQ(asked["called_tsap"], "0223");
  EXPECT_EQ(asked["tpdu_size"], "1024");
  EXPECT_EQ(asked["connection_reference"], "5");
  EXPECT_THAT(asked.operations, ElementsAre("session unit 103 pending"));
  const Decoded confirmed =
      decoder(tpkt(from_hex("11 d0 0005 0009 00 c0010a c1020100 c2020223")), answer);
  EXPECT_EQ(confirmed["connection_reference"], "5") << "pairs with the request";
  EXPECT_EQ(confirmed.role, Role::answer);
  EXPECT_THAT(decoder(job("29"), ask).operations, ElementsAre("stop unit 103 pending"));
  EXPECT_THAT(MessageDecoder(protocol)(job("29"), ask).operations, ElementsAre("stop pending"))
      << "unknown without it";
}

TEST(S7comm, TellsARefusedConnectionFromAnEndedOne) {
  MessageDecoder decoder(protocol);
  const auto disconnect = tpkt(from_hex("06 80 0005 0000 03"));
  decoder(tpkt(from_hex("06 e0 0000 0005 00")), ask);
  const Decoded refused = decoder(disconnect, answer);
  EXPECT_EQ(refused.role, Role::answer);
  EXPECT_EQ(refused["disconnect_reason"], "address_unknown");
  EXPECT_THAT(refused.operations, ElementsAre("session refused 3"));
  decoder(tpkt(from_hex("06 e0 0000 0005 00")), ask);
  decoder(tpkt(from_hex("06 d0 0005 0001 00")), answer);
  EXPECT_EQ(decoder(disconnect, answer).role, Role::event);
  EXPECT_EQ(decoder(tpkt(from_hex("06 80 0001 0005 80")), ask).role, Role::event);
}

struct Answered {
  const char* name;
  const char* address;  // element type, count, DB, area, place
  const char* data;     // type, length, octets
  const char* operation;
};

TEST(S7comm, MakesValuesOfTheTypesThatWereAskedFor) {
  // clang-format off
  const Answered cases[] = {
      {"bit", "01 0001 0001 84 000013", "03 0001 01", "read=1 ok"},
      {"bit clear", "01 0001 0000 81 000007", "03 0001 00", "read=0 ok"},
      {"byte", "02 0001 0000 83 000050", "04 0008 fe", "read=254 ok"},
      {"char", "03 0003 0001 84 000000", "09 0003 414243", "read='ABC' ok"},
      {"word", "04 0001 0001 84 000020", "04 0010 fffe", "read=65534 ok"},
      {"words", "04 0003 0001 84 000020", "04 0030 000100020003", "read=1 ok"},
      {"int", "05 0001 0001 84 000020", "05 0010 fffe", "read=-2 ok"},
      {"dword", "06 0001 0001 84 000020", "04 0020 fffffffe", "read=4294967294 ok"},
      {"dint", "07 0001 0001 84 000020", "05 0020 fffffffe", "read=-2 ok"},
      {"dint in octets", "07 0001 0001 84 000020", "06 0004 fffffffe", "read=-2 ok"},
      {"real", "08 0001 0001 84 000020", "07 0004 44202000", "read=640.5 ok"},
      {"real in bits", "08 0001 0001 84 000020", "04 0020 44202000", "read=640.5 ok"},
      {"counter", "1c 0001 0000 1c 000003", "09 0002 0123", "read=291 ok"},
      {"timer", "1d 0001 0000 1d 000005", "09 0002 1127", "read=4391 ok"},
      {"bytes", "02 0004 0001 84 000000", "04 0020 01020304", "read ok"},
      {"date and time", "0f 0001 0001 84 000000", "04 0040 2603020815301234", "read ok"},
  };
  // clang-format on
  for (const Answered& each : cases) {
    MessageDecoder decoder(protocol);
    const Decoded asked = decoder(job(std::string("04 01 120a10 ") + each.address), ask);
    EXPECT_EQ(asked.fault, "") << each.name;
    const Decoded got = decoder(ack("04 01", std::string("ff ") + each.data), answer);
    EXPECT_EQ(got.fault, "") << each.name;
    EXPECT_THAT(got.operations, ElementsAre(each.operation)) << each.name;
  }
}

// Of an answer whose question was not seen only what its data type settles is a value.
TEST(S7comm, LeavesOctetsThatMayBeManyThingsAlone) {
  const auto value = [](const char* data) {
    return MessageDecoder(protocol)(ack("04 01", std::string("ff ") + data), answer).operations;
  };
  EXPECT_THAT(value("03 0001 01"), ElementsAre("read=1 ok"));
  EXPECT_THAT(value("07 0004 44202000"), ElementsAre("read=640.5 ok"));
  EXPECT_THAT(value("05 0010 fffe"), ElementsAre("read=-2 ok"));
  EXPECT_THAT(value("04 0010 0102"), ElementsAre("read ok"));
  EXPECT_THAT(value("04 0020 01020304"), ElementsAre("read ok"));
  EXPECT_THAT(value("09 0002 0102"), ElementsAre("read ok"));
}

TEST(S7comm, AnswersFindTheirJobAmongSeveral) {
  MessageDecoder decoder(protocol);
  decoder(job("04 01 120a10 08 0001 0001 84 000020", "", 1), ask);
  decoder(job("04 01 120a10 07 0001 0001 84 000020", "", 2), ask);
  decoder(job("04 01 120a10 06 0001 0001 84 000020", "", 1), answer);  // the controller's own job 1
  EXPECT_THAT(decoder(ack("04 01", "ff 04 0020 bf800000", 0, 2), answer).operations,
              ElementsAre("read=-1082130432 ok"));
  EXPECT_THAT(decoder(ack("04 01", "ff 04 0020 bf800000", 0, 1), answer).operations,
              ElementsAre("read=-1 ok"));
  EXPECT_THAT(decoder(ack("04 01", "ff 04 0020 bf800000", 0, 1), ask).operations,
              ElementsAre("read=3212836864 ok"));
}

// A flow keeps few octets for its parser; past them values are read by their data type, never by a
// job that was another.
TEST(S7comm, ForgetsTheOldestJobFirst) {
  MessageDecoder decoder(protocol);
  const auto jobs = static_cast<std::uint16_t>(remembered_jobs);
  for (std::uint16_t job_number = 0; job_number <= jobs; ++job_number) {
    decoder(job("04 01 120a10 06 0001 0001 84 000020", "", job_number), ask);
  }
  EXPECT_THAT(decoder(ack("04 01", "ff 04 0020 bf800000", 0, 0), answer).operations,
              ElementsAre("read ok"));
  for (std::uint16_t job_number = 1; job_number <= jobs; ++job_number) {
    EXPECT_THAT(decoder(ack("04 01", "ff 04 0020 bf800000", 0, job_number), answer).operations,
                ElementsAre("read=3212836864 ok"));
  }
  std::string asked = "04 19", answered;
  for (std::size_t i = 0; i < 25; ++i) asked += "120a10 04 0001 0001 84 000020";
  for (std::size_t i = 0; i < 25; ++i) answered += "ff 04 0010 0102";
  decoder(job(asked), ask);
  const auto operations = decoder(ack("04 19", answered), answer).operations;
  ASSERT_EQ(operations.size(), 25u);
  EXPECT_EQ(operations[remembered_items - 1], "read=258 ok");
  EXPECT_EQ(operations[remembered_items], "read ok");
}

// Octets after a value of odd length fill it up to an even one, but not after the last.
TEST(S7comm, FillsOddValuesExceptTheLast) {
  MessageDecoder decoder(protocol);
  decoder(job("04 03 120a10 02 0001 0000 83 000000 120a10 02 0003 0000 83 000010 120a10 02 0001 "
              "0000 83 000050"),
          ask);
  const Decoded got =
      decoder(ack("04 03", "ff 04 0008 11 00 ff 04 0018 212223 00 ff 04 0008 33"), answer);
  EXPECT_EQ(got.fault, "");
  ASSERT_EQ(got.items.size(), 3u);
  EXPECT_EQ(got.items[0].at("item_data"), "11");
  EXPECT_EQ(got.items[1].at("item_data"), "212223");
  EXPECT_EQ(got.items[2].at("item_data"), "33");
  EXPECT_THAT(got.operations, ElementsAre("read=17 ok", "read ok", "read=51 ok"));
  const Decoded written =
      decoder(job("05 02 120a10 02 0001 0000 83 000000 120a10 02 0001 0000 83 000008",
                  "00 04 0008 aa 00 00 04 0008 bb"),
              ask);
  EXPECT_EQ(written.fault, "");
  EXPECT_THAT(written.operations, ElementsAre("write MB0=170 pending", "write MB1=187 pending"));
}

TEST(S7comm, OneRefusedVariableRefusesNoOther) {
  MessageDecoder decoder(protocol);
  decoder(job("04 02 120a10 02 0001 0063 84 000000 120a10 02 0001 0001 84 000000"), ask);
  const Decoded got = decoder(ack("04 02", "0a 00 0000 ff 04 0008 2a"), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("read refused 10", "read=42 ok"));
  EXPECT_EQ(got.items[0].at("item_result"), "object_missing");
  EXPECT_EQ(got.items[0].count("item_data"), 0u);
}

TEST(S7comm, ReadsManyAreasOfDataBlocksInOneAddress) {
  MessageDecoder decoder(protocol);
  const Decoded asked = decoder(job("04 01 12 0c b0 02 01 0044 0166 0a 0048 018a"), ask);
  EXPECT_EQ(asked.fault, "");
  EXPECT_THAT(asked.operations,
              ElementsAre("read DB68.DBB358 pending", "read DB72.DBB394..DBB403 pending"));
  ASSERT_EQ(asked.items.size(), 2u);
  EXPECT_EQ(asked.items[1].at("syntax"), "data_block_areas");
  EXPECT_EQ(asked.items[1].at("byte_address"), "394");
  // One item comes back for both: no octets of it are the value of either.
  const Decoded got = decoder(ack("04 01", "ff 09 000d ff 11 ff 01020304050607080900"), answer);
  EXPECT_THAT(got.operations, ElementsAre("read ok"));
}

TEST(S7comm, TellsSymbolsAndNcVariablesApart) {
  const Decoded symbol =
      MessageDecoder(protocol)(job("04 01 12 0e b2 ff 8a0e 0002 1a2b3c4d 2000000a"), ask);
  EXPECT_EQ(symbol.fault, "");
  EXPECT_THAT(symbol.operations, ElementsAre("read DB2 symbol 1a2b3c4d pending"));
  EXPECT_EQ(symbol.items[0].at("syntax"), "symbol");
  EXPECT_EQ(symbol.items[0].at("raw_address"), "ff8a0e00021a2b3c4d2000000a");
  const Decoded nc = MessageDecoder(protocol)(job("04 01 12 08 82 41 0003 0001 7f 01"), ask);
  EXPECT_EQ(nc.fault, "");
  EXPECT_THAT(nc.operations, ElementsAre("read NC 41.7f column 3 row 1 pending"));
}

TEST(S7comm, FollowsADownloadInWhichTheControllerAsks) {
  MessageDecoder decoder(protocol);
  const Decoded asked = decoder(
      job("1a 00 0100 00000000 09 5f30433030303130 50 0d 31 303030353438 303030353132"), ask);
  EXPECT_EQ(asked["file_name"], "_0C00010P");
  EXPECT_EQ(asked["block_type"], "fc");
  EXPECT_EQ(asked["block_number"], "10");
  EXPECT_EQ(asked["file_system"], "passive");
  EXPECT_EQ(asked["load_size"], "548");
  EXPECT_EQ(asked["code_size"], "512");
  EXPECT_EQ(asked["asked_by_server"], "0");
  const Decoded piece = decoder(job("1b 00 0000 00000000 09 5f30433030303130 50"), answer);
  EXPECT_EQ(piece.role, Role::request);
  EXPECT_EQ(piece["asked_by_server"], "1");
  const Decoded octets = decoder(ack("1b 01", "0004 00fb 70700101"), ask);
  EXPECT_EQ(octets.role, Role::answer);
  EXPECT_EQ(octets["asked_by_server"], "1");
  EXPECT_EQ(octets["more_follows"], "1");
  EXPECT_EQ(octets["block_data"], "70700101");
}

TEST(S7comm, TiesTheEndOfAnUploadToItsBlock) {
  MessageDecoder decoder(protocol);
  decoder(job("1d 00 0000 00000000 09 5f30413030303031 41", "", 3), ask);
  const Decoded started = decoder(ack("1d 00 0100 00000007 07 30303030323136", "", 0, 3), answer);
  EXPECT_EQ(started["transfer_id"], "7");
  EXPECT_EQ(started["block_size"], "216");
  EXPECT_THAT(decoder(job("1f 00 0000 00000007"), ask).operations,
              ElementsAre("upload DB1 pending"));
  EXPECT_THAT(decoder(job("1f 00 0000 00000008"), ask).operations, ElementsAre("upload pending"))
      << "another upload";
}

TEST(S7comm, DescribesAModule) {
  const Decoded got = MessageDecoder(protocol)(
      response(4, 1,
               "0011 0000 001c 0003 0001 36455337203331352d32454831342d3041423020 00c0 0004 0000 "
               "0007 2020202020202020202020202020202020202020 00c0 5603 0206 "
               "0081 426f6f74204c6f61646572202020202020202020 0000 4120 0909"),
      answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["record_size"], "28");
  EXPECT_EQ(got["record_count"], "3");
  ASSERT_EQ(got.items.size(), 3u);
  EXPECT_EQ(got.items[0].at("identification"), "module");
  EXPECT_EQ(got.items[0].at("order_number"), "6ES7 315-2EH14-0AB0");
  EXPECT_EQ(got.items[0].at("version"), "4");
  EXPECT_EQ(got.items[1].at("identification"), "firmware");
  EXPECT_EQ(got.items[1].count("order_number"), 0u);
  EXPECT_EQ(got.items[1].at("version"), "V3.2.6");
  EXPECT_EQ(got.items[2].at("order_number"), "Boot Loader");
  EXPECT_EQ(got.items[2].count("version"), 0u);
  EXPECT_THAT(got.facts,
              ElementsAre("vendor=Siemens", "order_number=6ES7 315-2EH14-0AB0", "firmware=V3.2.6"));
  const Decoded level = MessageDecoder(protocol)(
      response(4, 1, "0232 0004 0014 0001 0004 0001 0000 0002 0003 0000 0000 0000 0000 0000"),
      answer);
  EXPECT_EQ(level["protection_level"], "2");
  EXPECT_EQ(level["mode_selector"], "stop");
}

const std::string serial =
    "0005 53204320433255523238393232303132 0000000000000000 0000000000000000";
const std::string name = "0001 534e415037 0000000000000000000000 0000000000000000 0000000000000000";

TEST(S7comm, JoinsAListThatComesInParts) {
  MessageDecoder decoder(protocol);
  HeapAssembly parts;
  const std::string all = "001c 0000 0022 0002" + name + serial;
  const std::string whole = hex(from_hex(all));
  for (const std::size_t cut : {8u, 20u, 42u, 60u}) {
    decoder(request(4, 1, "001c 0000"), ask);
    const Decoded first =
        decoder(response(4, 1, whole.substr(0, cut * 2), 0, 9, true), answer, &parts);
    EXPECT_THAT(first.items, IsEmpty()) << cut;
    EXPECT_EQ(first.fault, "");
    EXPECT_THAT(decoder(request(4, 1, "-", 1), ask).operations,
                ElementsAre("identify SZL 001c/0000 pending"));
    const Decoded last = decoder(response(4, 1, whole.substr(cut * 2), 0, 9), answer, &parts);
    ASSERT_EQ(last.items.size(), 2u) << cut;
    EXPECT_EQ(last.items[0].at("component"), "plc_name");
    EXPECT_EQ(last.items[0].at("component_text"), "SNAP7");
    EXPECT_EQ(last.items[1].at("component_text"), "S C C2UR28922012");
    EXPECT_THAT(first.facts, IsEmpty());
    EXPECT_THAT(last.facts, ElementsAre("name=SNAP7", "serial=S C C2UR28922012"));
    EXPECT_TRUE(parts.bytes().empty());
  }
}

TEST(S7comm, TellsWhoTheControllerIs) {
  const std::string blank = "000000000000000000000000000000";
  MessageDecoder decoder(protocol);
  // Connected to rack 0, slot 2.
  decoder(from_hex("03000016 11 e0 0000 0001 00 c0010a c1020100 c2020102"), ask);
  const Decoded got = decoder(response(4, 1,
                                       "001c 0000 0022 0004 0003 4c696e652032" + blank +
                                           "0000000000000000000000"
                                           "0007 435055203331352d3220504e2f4450" +
                                           blank +
                                           "0000"
                                           "000b 48616c6c2033" +
                                           blank +
                                           "0000000000000000000000"
                                           "0002 435055203331352d3220504e2f4450" +
                                           blank + "0000"),
                              answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.facts, ElementsAre("description=Line 2 unit 2", "model=CPU 315-2 PN/DP unit 2",
                                     "location=Hall 3 unit 2"));
  // Another maker's number, and a module that says nothing of itself.
  const Decoded other = MessageDecoder(protocol)(
      response(4, 1,
               "0011 0000 001c 0002 0001 56495041203331342d36434631332020202020 20 00c0 0001 0000"
               "0006 2020202020202020202020202020202020202020 00c0 0003 0000"),
      answer);
  EXPECT_THAT(other.facts, ElementsAre("order_number=VIPA 314-6CF13", "hardware=3"));
}

TEST(S7comm, TellsNothingOfAListWhoseStartItDidNotSee) {
  MessageDecoder decoder(protocol);
  HeapAssembly parts;
  const std::string middle = hex(from_hex(serial + serial));
  EXPECT_THAT(decoder(response(4, 1, middle, 0, 9, true), answer, &parts).items, IsEmpty());
  EXPECT_THAT(decoder(response(4, 1, middle, 0, 9), answer, &parts).items, IsEmpty());
  // Another list's part does not continue this one.
  decoder(request(4, 1, "001c 0000"), ask);
  decoder(response(4, 1, "001c 0000 0022 0002" + name, 0, 9, true), answer, &parts);
  EXPECT_THAT(decoder(response(4, 1, serial, 0, 8), answer, &parts).items, IsEmpty());
}

TEST(S7comm, ListsBlocks) {
  const Decoded counts =
      MessageDecoder(protocol)(response(3, 1, "3038 0001 3041 0002 3042 0008"), answer);
  ASSERT_EQ(counts.items.size(), 3u);
  EXPECT_EQ(counts.items[0].at("listed_type"), "ob");
  EXPECT_EQ(counts.items[2].at("listed_type"), "sdb");
  EXPECT_EQ(counts.items[2].at("listed_count"), "8");
  const Decoded list = MessageDecoder(protocol)(response(3, 2, "0001 42 05 000a 02 01"), answer);
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].at("listed_language"), "db");
  EXPECT_EQ(list.items[1].at("listed_number"), "10");
  EXPECT_EQ(list.items[1].at("listed_language"), "stl");
  const Decoded block = MessageDecoder(protocol)(
      response(3, 3,
               "0100 004a 2200 7070 03 02 05 0a 0007 00000084 00000003 021c9a88 32af 00000000 122d "
               "0000 0026 0000 0016 "
               "5354455020372020 2020202020202020 5041524d20202020 12 00 1d98 31524814 00000000"),
      answer);
  EXPECT_EQ(block.fault, "");
  EXPECT_EQ(block["block_type"], "db");
  EXPECT_EQ(block["block_number"], "7");
  EXPECT_EQ(block["block_language"], "db");
  EXPECT_EQ(block["block_protection"], "know_how");
  EXPECT_EQ(block["load_size"], "132");
  EXPECT_EQ(block["code_size"], "22");
  EXPECT_EQ(block["block_changed"], "2019-07-11T09:50:29.000000+0000");
  EXPECT_EQ(block["block_author"], "STEP 7");
  EXPECT_EQ(block["block_family"], "");
  EXPECT_EQ(block["block_title"], "PARM");
  EXPECT_EQ(block["block_version"], "18");
  EXPECT_EQ(block["block_checksum"], std::to_string(0x1d98));
}

TEST(S7comm, ReadsTheControllersClock) {
  const auto time = [](std::string_view face) {
    return MessageDecoder(protocol)(response(7, 1, "00 20 " + std::string(face)),
                                    answer)["controller_time"];
  };
  EXPECT_EQ(time("26 03 02 08 15 30 12 34"), "2026-03-02T08:15:30.123000+0000");
  EXPECT_EQ(time("94 01 06 00 47 42 69 75"), "1994-01-06T00:47:42.697000+0000");
  EXPECT_EQ(time("26 13 02 08 15 30 12 34"), "absent") << "no clock shows this";
  EXPECT_EQ(time("26 03 02 08 15 3a 12 34"), "absent");
}

TEST(S7comm, NeverWritesAPassword) {
  const Decoded got = MessageDecoder(protocol)(request(5, 1, "3434343434343434"), ask);
  for (const auto& [field, text] : got.fields) EXPECT_EQ(text.find("3434"), text.npos) << field;
}

}  // namespace
}  // namespace langyan::s7comm
