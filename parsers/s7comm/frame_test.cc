#include <gmock/gmock.h>

#include "parsers/s7comm/faults.h"
#include "parsers/s7comm/s7comm.h"
#include "parsers/s7comm/table.h"
#include "parsers/s7comm/test_message.h"

namespace langyan::s7comm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Octets connect_request = tpkt(from_hex("11 e0 0000 0001 00 c0010a c1020100 c2020102"));
const Octets read_one = job("04 01 120a10 02 0001 0001 84 000000");
const Octets stop_job = job("29 0000000000 09 505f50524f4752414d");

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) add(all, part);
  return all;
}
Octets first(const Octets& octets, std::size_t size) {
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}

Identity identify_on(std::uint16_t port, const Octets& octets) {
  const Context context{ask, Transport::tcp, 40000, port};
  return protocol.identify(octets, context);
}

TEST(S7commFrame, IsKnownByItsFirstDataOnAnyPort) {
  for (const std::uint16_t port : {102, 10102}) {
    const auto identify = [&](const Octets& octets) { return identify_on(port, octets); };
    EXPECT_EQ(identify(connect_request), Identity::unsure)
        << "MMS and others connect in the same way";
    EXPECT_EQ(identify(joined({connect_request, read_one})), Identity::yes);
    EXPECT_EQ(identify(read_one), Identity::yes);
    EXPECT_EQ(identify(data_unit(from_hex("72 01 0010"))), Identity::no) << "S7comm-plus";
    EXPECT_EQ(identify(joined({connect_request, data_unit(from_hex("0d b3 05 06"))})), Identity::no)
        << "MMS";
    EXPECT_EQ(identify(data_unit({})), Identity::unsure)
        << "an empty unit keeps a connection alive";
    EXPECT_EQ(identify(joined({data_unit({}), read_one})), Identity::yes);
    EXPECT_EQ(identify(data_unit(from_hex("32"), false)), Identity::yes) << "cut by the transport";
    EXPECT_EQ(identify(from_hex("0300 0006 02f080")), Identity::no);
    EXPECT_EQ(identify(from_hex("0301 0016 02f080")), Identity::no);
    EXPECT_EQ(identify(from_hex("1603 0100")), Identity::no);
    EXPECT_EQ(identify(tpkt(from_hex("c8 f0 80 3201"))), Identity::no) << "header past its packet";
  }
  EXPECT_EQ(identify_on(10102, data_unit(from_hex("32 09 0000"))), Identity::no);
  EXPECT_EQ(identify_on(102, data_unit(from_hex("32 09 0000"))), Identity::yes)
      << "broken, but where it belongs";
  Context datagram{ask, Transport::udp, 40000, 102};
  EXPECT_EQ(protocol.identify(read_one, datagram), Identity::no);
}

TEST(S7commFrame, IsNotSureBeforeItHasSeenEnough) {
  const Octets all = joined({connect_request, read_one});
  for (std::size_t size = 1; size < connect_request.size() + 9; ++size) {
    EXPECT_EQ(identify_on(102, first(all, size)), Identity::unsure) << size;
  }
  for (std::size_t size = connect_request.size() + 9; size <= all.size(); ++size) {
    EXPECT_EQ(identify_on(102, first(all, size)), Identity::yes) << size;
  }
}

TEST(S7commFrame, TellsWhoSendsAMessage) {
  const auto sender = [](const Octets& octets) { return protocol.sender(octets, {}); };
  EXPECT_EQ(sender(connect_request), End::client);
  EXPECT_EQ(sender(tpkt(from_hex("11 d0 0001 0002 00 c0010a c1020100 c2020102"))), End::server);
  EXPECT_EQ(sender(read_one), End::client);
  EXPECT_EQ(sender(ack("04 01", "ff 04 0008 2a")), End::server);
  EXPECT_EQ(sender(job("1b 00 0000 00000000 09 5f30433030303130 50")), End::server)
      << "the controller asks for a piece";
  EXPECT_EQ(sender(job("1c 00 0000 00000000 09 5f30433030303130 50")), End::server);
  EXPECT_EQ(sender(ack("1b 01", "0002 00fb 7070")), End::client);
  EXPECT_EQ(sender(request(4, 1, "0011 0000")), End::client);
  EXPECT_EQ(sender(response(4, 1, "-", 0xd401)), End::server);
  EXPECT_EQ(sender(push(4, 6, "00000000")), End::server);
  EXPECT_EQ(sender(first(read_one, 12)), End::unknown);
}

TEST(S7commFrame, ResynchronisesOnlyOnWhatHoldsTogether) {
  const auto resync = [](const Octets& octets) { return protocol.resync(octets, {}); };
  const Octets tail = from_hex("0102 0304 05");
  EXPECT_EQ(resync(read_one), 0u);
  EXPECT_EQ(resync(connect_request), 0u);
  EXPECT_EQ(resync(joined({tail, read_one})), tail.size());
  EXPECT_EQ(resync(joined({tail, read_one, stop_job})), tail.size());
  EXPECT_EQ(resync(first(read_one, 20)), 0u) << "at the front of a segment a sound start is enough";
  const Octets cut = joined({tail, first(read_one, 20)});
  EXPECT_EQ(resync(cut), cut.size());
  // Values that spell headers whose lengths do not agree.
  Octets decoys;
  for (int i = 0; i < 25; ++i) add(decoys, from_hex("0300 001f 02f080 32"));
  EXPECT_EQ(resync(decoys), decoys.size());
  EXPECT_EQ(resync(joined({decoys, stop_job})), decoys.size());
  EXPECT_EQ(resync(data_unit(first(Octets(read_one.begin() + 7, read_one.end()), 12), false)), 0u)
      << "a first piece";
  const Octets second = data_unit(from_hex("0102030405060708090a0b0c"));
  EXPECT_EQ(resync(second), second.size()) << "a later piece tells nothing without the first";
}

TEST(S7commFrame, JoinsWhatTheTransportCut) {
  const Octets whole = pdu(1, 7, "04 01 120a10 02 0001 0001 84 000000");
  for (std::size_t a = 0; a <= whole.size(); ++a) {
    for (std::size_t b = a; b <= whole.size(); b += 5) {
      MessageDecoder decoder(protocol);
      HeapAssembly pieces;
      const auto piece = [&](std::size_t from, std::size_t to, bool last) {
        return decoder(data_unit({whole.begin() + static_cast<std::ptrdiff_t>(from),
                                  whole.begin() + static_cast<std::ptrdiff_t>(to)},
                                 last),
                       ask, &pieces);
      };
      EXPECT_EQ(piece(0, a, false).role, Role::part);
      EXPECT_EQ(piece(a, b, false).role, Role::part);
      const Decoded got = piece(b, whole.size(), true);
      EXPECT_EQ(got.fault, "") << a << ", " << b;
      EXPECT_EQ(got.role, Role::request);
      EXPECT_THAT(got.operations, ElementsAre("read DB1.DBB0 pending"));
      EXPECT_EQ(got["pdu_reference"], "7");
      EXPECT_TRUE(pieces.bytes().empty());
    }
  }
}

TEST(S7commFrame, DropsAMessageOfTooManyPiecesAndGoesOn) {
  MessageDecoder decoder(protocol);
  HeapAssembly pieces(100);
  const Octets long_piece(60, 0x32);
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "");
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "s7comm.pieces");
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "") << "said once";
  EXPECT_EQ(decoder(data_unit(long_piece, true), ask, &pieces).role, Role::part);
  EXPECT_THAT(decoder(stop_job, ask, &pieces).operations, ElementsAre("stop pending"));
  MessageDecoder without(protocol);
  EXPECT_EQ(without(data_unit(long_piece, false), ask, nullptr).fault, "s7comm.pieces");
  without(data_unit(long_piece, true), ask, nullptr);
  EXPECT_THAT(without(stop_job, ask, nullptr).operations, ElementsAre("stop pending"));
}

TEST(S7commFrame, PiecesOfTheTwoDirectionsDoNotMix) {
  MessageDecoder decoder(protocol);
  HeapAssembly up, down;
  const Octets asked = pdu(1, 7, "29"), answered = pdu(3, 7, "29", "", 0);
  decoder(data_unit(first(asked, 5), false), ask, &up);
  decoder(data_unit(first(answered, 6), false), answer, &down);
  EXPECT_THAT(decoder(data_unit({asked.begin() + 5, asked.end()}), ask, &up).operations,
              ElementsAre("stop pending"));
  EXPECT_THAT(decoder(data_unit({answered.begin() + 6, answered.end()}), answer, &down).operations,
              ElementsAre("stop ok"));
}

struct Broken {
  Octets message;
  Direction direction;
  const char* fault;
};

TEST(S7commFrame, NamesWhatIsWrong) {
  // clang-format off
  const Broken cases[] = {
      {tpkt(from_hex("c8 f0 80 32")), ask, "s7comm.transport"},
      {tpkt(from_hex("02 30 80 3201")), ask, "s7comm.transport"},
      {tpkt(from_hex("02 10 80 3201")), ask, "s7comm.transport"},
      {data_unit(from_hex("72 01 0010")), ask, "s7comm.foreign"},
      {data_unit(from_hex("32 01 0000 00")), ask, "s7comm.header"},
      {data_unit(from_hex("32 03 0000 0007 0001 0000 00")), answer, "s7comm.header"},
      {data_unit(pdu(9, 7, "04")), ask, "s7comm.rosctr"},
      {data_unit(from_hex("32 01 0000 0007 0fa0 0000 04 01 120a10 02 0001 0001 84 000000")), ask, "s7comm.parameter_length"},
      {data_unit(from_hex("32 01 0000 0007 000e 00ff 05 01 120a10 02 0001 0001 84 000000 00 04 0008 2a")), ask, "s7comm.data_length"},
      {job("f0 00 0001"), ask, "s7comm.truncated"},
      {job(""), ask, "s7comm.truncated"},
      {job("29 0000000000 09 505f50524f4752414d ff"), ask, "s7comm.trailing"},
      {data_unit(from_hex("32 03 0000 0007 0001 0000 0000 29 ff")), answer, "s7comm.trailing"},
      {job("04 14 120a10 02 0001 0001 84 000000"), ask, "s7comm.item_count"},
      {ack("04 02", "ff 04 0008 2a"), answer, "s7comm.item_count"},
      {ack("05 02", "ff"), answer, "s7comm.item_count"},
      {job("05 02 120a10 02 0001 0001 84 000000 120a10 02 0001 0001 84 000008", "00 04 0008 2a"), ask, "s7comm.item_count"},
      {job("04 01 120b10 02 0001 0001 84 000000 00"), ask, "s7comm.address"},
      {job("04 01 110a10 02 0001 0001 84 000000"), ask, "s7comm.address"},
      {job("04 01 12 0b b0 02 01 0044 0166 0a 0048 01"), ask, "s7comm.address"},
      {ack("04 01", "ff 04 0040 2a"), answer, "s7comm.value"},
      {job("05 01 120a10 02 0001 0001 84 000000", "00 04 0040 2a"), ask, "s7comm.value"},
      {userdata_message(parameters_of(4, 4, 1, 0), "ff 09 0010 0011 0000"), ask, "s7comm.value"},
      {userdata_message(parameters_of(4, 4, 1, 0), "ff 09 0004 0011 0000 0000 00"), ask, "s7comm.trailing"},
      {userdata_message("00 01 12 04 11"), ask, "s7comm.truncated"},
  };
  // clang-format on
  for (const Broken& each : cases) {
    EXPECT_EQ(MessageDecoder(protocol)(each.message, each.direction).fault, each.fault)
        << hex(each.message);
  }
}

// What a controller might act on is told even where a length lies.
TEST(S7commFrame, StillReadsAMessageWhoseLengthsLie) {
  const Decoded read = MessageDecoder(protocol)(
      data_unit(from_hex("32 01 0000 0007 0fa0 0000 04 01 120a10 02 0001 0001 84 000000")), ask);
  EXPECT_THAT(read.operations, ElementsAre("read DB1.DBB0 pending"));
  const Decoded stop =
      MessageDecoder(protocol)(data_unit(from_hex("32 01 0000 0007 00ff 0000 29")), ask);
  EXPECT_THAT(stop.operations, ElementsAre("stop pending"));
  const Decoded write =
      MessageDecoder(protocol)(job("05 01 120a10 02 0001 0001 84 000000", "00 04 0040 2a"), ask);
  EXPECT_THAT(write.operations, ElementsAre("write DB1.DBB0 pending"))
      << "but no value that was not whole";
}

bool starts_with_any_value(const std::string& operation, const std::vector<std::string>& whole) {
  const std::size_t at = operation.find('=');
  if (at == operation.npos) return true;
  const std::string value = operation.substr(at, operation.find(' ', at) - at);
  for (const std::string& each : whole)
    if (each.find(value + " ") != each.npos) return true;
  return false;
}

TEST(S7commFrame, InventsNothingFromACutMessage) {
  const std::pair<Octets, Direction> messages[] = {
      {job("05 02 120a10 04 0002 0001 84 000000 120a10 08 0001 0001 84 000020",
           "00 04 0020 01020304 00 07 0004 44202000"),
       ask},
      {ack("04 03", "ff 04 0008 11 00 0a 00 0000 ff 07 0004 44202000"), answer},
      {job("28 000000000000fd 0012 02 00 3041303030303150 3043303030313050 05 5f494e5345"), ask},
      {job("1a 00 0100 00000000 09 5f30433030303130 50 0d 31 303030353438 303030353132"), ask},
      {response(4, 1,
                "001c 0000 0022 0002" + std::string("0001") + std::string(64, '4') + "0005" +
                    std::string(64, '5')),
       answer},
      {response(3, 2, "0001 42 05 000a 02 01"), answer},
      {response(7, 1, "00 20 26 03 02 08 15 30 12 34"), answer},
      {request(
           1, 8,
           table_of("0002 03 01 0000 0000 02 01 0000 0004 00 09 0004 0000002b 00 09 0002 dead")),
       ask},
      {request(2, 1, "0001 01 02 12 0c b0 02 01 0044 0166 0a 0048 018a"), ask},
  };
  for (const auto& [whole, direction] : messages) {
    const Decoded all = MessageDecoder(protocol)(whole, direction);
    ASSERT_EQ(all.fault, "") << hex(whole);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      Octets cut = first(whole, size);
      for (const bool packet_fits :
           {false, true}) {  // the outer length lies, or is right and the inner ones lie
        if (packet_fits && size >= 4)
          cut[2] = static_cast<std::uint8_t>(size >> 8), cut[3] = static_cast<std::uint8_t>(size);
        const Decoded got = MessageDecoder(protocol)(cut, direction);
        if (size != 7) {
          EXPECT_NE(got.fault, "") << hex(
              cut);  // with nothing behind the transport header a unit is empty, which is allowed
        }
        EXPECT_LE(got.items.size(), all.items.size());
        for (const std::string& operation : got.operations) {
          EXPECT_TRUE(starts_with_any_value(operation, all.operations))
              << operation << " of " << hex(cut);
        }
        for (std::size_t i = 0; i < got.items.size(); ++i) {
          for (const auto& [field, text] : got.items[i])
            EXPECT_EQ(text, all.items[i].at(field)) << field << " of " << hex(cut);
        }
        for (const auto& [field, text] : got.fields) {
          ASSERT_TRUE(all.fields.contains(field)) << field << " of " << hex(cut);
          EXPECT_EQ(text, all.fields.at(field)) << field << " of " << hex(cut);
        }
      }
    }
  }
}

TEST(S7commFrame, WritesObjectsAsEngineersDo) {
  const auto notation = [](const Object& object) {
    std::string out;
    protocol.notation(object, out);
    return out;
  };
  const auto memory = [&](Place place, std::uint8_t type, std::uint32_t db, std::uint64_t address,
                          std::uint32_t count = 1) {
    return notation({.space = static_cast<std::uint8_t>(place),
                     .width = type,
                     .area = db,
                     .address = address,
                     .count = count});
  };
  EXPECT_EQ(memory(Place::data_block, 4, 10, 4 * 8), "DB10.DBW4");
  EXPECT_EQ(memory(Place::data_block, 1, 1, 3), "DB1.DBX0.3");
  EXPECT_EQ(memory(Place::data_block, 1, 1, 3, 6), "DB1.DBX0.3..DBX1.0");
  EXPECT_EQ(memory(Place::data_block, 8, 2, 8), "DB2.DBD1");
  EXPECT_EQ(memory(Place::data_block, 5, 10, 4 * 8, 10), "DB10.DBW4..DBW22");
  EXPECT_EQ(memory(Place::data_block, 2, 10, 0, 32), "DB10.DBB0..DBB31");
  EXPECT_EQ(memory(Place::data_block, 15, 10, 0, 2), "DB10.DBB0..DBB8");
  EXPECT_EQ(memory(Place::instance_block, 6, 3, 64), "DI3.DID8");
  EXPECT_EQ(memory(Place::flag, 1, 0, 82), "M10.2");
  EXPECT_EQ(memory(Place::flag, 4, 0, 160), "MW20");
  EXPECT_EQ(memory(Place::input, 1, 0, 0), "I0.0");
  EXPECT_EQ(memory(Place::output, 1, 0, 3, 2), "Q0.3..Q0.4");
  EXPECT_EQ(memory(Place::output, 2, 0, 8), "QB1");
  EXPECT_EQ(memory(Place::peripheral, 4, 0, 256 * 8), "PW256");
  EXPECT_EQ(memory(Place::local, 2, 0, 0), "LB0");
  EXPECT_EQ(memory(Place::timer, 29, 0, 5), "T5");
  EXPECT_EQ(memory(Place::counter, 28, 0, 3, 3), "C3..C5");
  EXPECT_EQ(memory(Place::data_block, 99, 1, 0), "DB1.DBB0") << "an unknown type counts octets";
  const auto block = [&](std::uint32_t type, std::uint64_t number) {
    return notation({.space = static_cast<std::uint8_t>(Place::block),
                     .area = type,
                     .address = number,
                     .count = 1});
  };
  EXPECT_EQ(block(0x08, 1), "OB1");
  EXPECT_EQ(block(0x0a, 65535), "DB65535");
  EXPECT_EQ(block(0x0b, 1000), "SDB1000");
  EXPECT_EQ(block(0x0c, 3), "FC3");
  EXPECT_EQ(block(0x0f, 12), "SFB12");
  EXPECT_EQ(block(0x11, 5), "block 11 5");
  EXPECT_EQ(notation({.space = static_cast<std::uint8_t>(Place::status_list),
                      .area = 0x0132,
                      .address = 4,
                      .count = 1}),
            "SZL 0132/0004");
  const Octets path = from_hex("2f5f4e5f4d50460a");
  EXPECT_EQ(notation({.space = static_cast<std::uint8_t>(Place::file), .text = path}), "/_N_MPF?");
  const Octets long_path(200, 'x');
  EXPECT_LE(notation({.space = static_cast<std::uint8_t>(Place::file), .text = long_path}).size(),
            128u);
  for (std::size_t space = 0; space < protocol.spaces.size(); ++space) {
    EXPECT_LE(notation({.space = static_cast<std::uint8_t>(space),
                        .width = 8,
                        .area = ~0u,
                        .address = ~std::uint64_t{0} >> 8,
                        .count = ~0u})
                  .size(),
              128u)
        << protocol.spaces[space].name;
  }
}

TEST(S7commFrame, TablesFitTheirEnumerations) {
  EXPECT_EQ(protocol.spaces.size(), static_cast<std::size_t>(Place::file) + 1);
  EXPECT_EQ(protocol.faults.size(), static_cast<std::size_t>(Wrong::value) + 1);
  for (std::size_t i = 0; i < protocol.faults.size(); ++i)
    EXPECT_EQ(protocol.faults[i].sid, 9'100'300 + i);
  for (const Area& area : areas) {
    EXPECT_EQ(protocol.spaces[static_cast<std::size_t>(area.place)].name, area.name) << area.name;
  }
}

}  // namespace
}  // namespace langyan::s7comm
