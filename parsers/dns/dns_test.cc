#include "parsers/dns/dns.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::dns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;
const std::string plant = "05 706c616e74 07 6578616d706c65 00";  // plant.example

struct Dns : testing::Test {
  Dns() {
    decode.context.transport = Transport::udp, decode.context.server_port = 53, decode.context.client_port = 40000;
  }
  MessageDecoder decode{protocol};
  Identity identify(std::string_view hex, Transport transport, std::uint16_t port) {
    const auto octets = from_hex(hex);
    Context context;
    context.transport = transport, context.server_port = port, context.client_port = 40000;
    return protocol.identify(octets, context);
  }
};

TEST_F(Dns, AQueryNamesWhatItAsksFor) {
  const Decoded got = decode("1234 0100 0001 0000 0000 0000" + plant + "0001 0001", up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["transaction_id"], "4660");
  EXPECT_EQ(got["opcode"], "query");
  EXPECT_EQ(got["rcode"], "absent");
  EXPECT_EQ(got["flavour"], "dns");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("query"), "plant.example");
  EXPECT_EQ(got.items[0].at("rrtype"), "a");
  EXPECT_THAT(got.operations, ElementsAre("read plant.example pending"));
  EXPECT_THAT(got.facts, IsEmpty());
}

TEST_F(Dns, NamesKeepTheirCaseAndTheRootIsEmpty) {
  EXPECT_EQ(decode("0001 0100 0001 0000 0000 0000 02 4162 00 0001 0001", up).items[0].at("query"), "Ab");
  const Decoded root = decode("0001 0100 0001 0000 0000 0000 00 0002 0001", up);
  EXPECT_EQ(root.items[0].at("query"), "");
  EXPECT_THAT(root.operations, ElementsAre("read . pending"));
}

TEST_F(Dns, AnAnswerHasARecordForEachThingSaid) {
  const Decoded got = decode("1234 8580 0001 0004 0000 0001" + plant + "00ff 0001"
                             "c00c 0001 0001 0000003c 0004 0a140028"
                             "c00c 001c 0001 0000003c 0010 20010db8000000000000000000000001"
                             "c00c 000f 0001 0000003c 0009 000a 04 6d61696c c00c"
                             "c00c 0010 0001 0000003c 0007 03 616263 02 6465"
                             "00 0029 1000 00000000 0000", down);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["rcode"], "noerror");
  EXPECT_EQ(got["authoritative"], "1");
  EXPECT_EQ(got["udp_size"], "4096");
  ASSERT_EQ(got.items.size(), 5u);
  EXPECT_FALSE(got.items[0].contains("query")) << "dns.query is of requests";
  EXPECT_EQ(got.items[0].at("query_name"), "plant.example");
  EXPECT_EQ(got.items[1].at("answer_name"), "plant.example");
  EXPECT_EQ(got.items[1].at("answer_data"), "10.20.0.40");
  EXPECT_EQ(got.items[1].at("address"), "00000000000000000000ffff0a140028");
  EXPECT_EQ(got.items[2].at("answer_data"), "2001:db8::1");
  EXPECT_EQ(got.items[3].at("answer_data"), "mail.plant.example");
  EXPECT_EQ(got.items[3].at("preference"), "10");
  EXPECT_EQ(got.items[4].at("answer_data"), "abc de");
  EXPECT_THAT(got.operations, ElementsAre("read plant.example='10.20.0.40' ok"));
}

TEST_F(Dns, ServersRefuse) {
  const Decoded got = decode("1234 8183 0001 0000 0000 0000" + plant + "0001 0001", down);
  EXPECT_EQ(got["rcode"], "nxdomain");
  EXPECT_THAT(got.operations, ElementsAre("read plant.example refused 3"));
}

TEST_F(Dns, UpdatesWriteAndServicesHaveAPort) {
  EXPECT_THAT(decode("0001 2800 0001 0000 0000 0000" + plant + "0006 0001", up).operations,
              ElementsAre("write plant.example pending"));
  const Decoded got =
      decode("0001 8180 0000 0001 0000 0000" + plant + "0021 0001 00000001 0009 0001 0002 01f6 01 78 00", down);
  EXPECT_EQ(got.items[0].at("service_port"), "502");
  EXPECT_EQ(got.items[0].at("answer_data"), "x");
}

TEST_F(Dns, CirclesAndLiesAreFaults) {
  const std::string head = "0001 0100 0001 0000 0000 0000 ";
  EXPECT_EQ(decode(head + "c00c 0001 0001", up).fault, "dns.compression") << "to itself";
  EXPECT_EQ(decode(head + "01 61 c00e 0001 0001", up).fault, "dns.compression") << "to itself, behind a label";
  EXPECT_EQ(decode(head + "01 61 c00c 0001 0001", up).fault, "dns.compression") << "round and round";
  EXPECT_EQ(decode(head + "c020 0001 0001 0000", up).fault, "dns.compression") << "forward";
  EXPECT_EQ(decode(head + "c000 0001 0001", up).fault, "dns.compression") << "into the header";
  EXPECT_EQ(decode(head + "41 61 00 0001 0001", up).fault, "dns.label");
  EXPECT_EQ(decode(head + "3f 61 00 0001 0001", up).fault, "dns.truncated");
  std::string longest;
  for (int i = 0; i < 5; ++i) longest += "3f" + std::string(126, '6');
  const Decoded got = decode(head + longest + "00 0001 0001", up);
  EXPECT_EQ(got.fault, "dns.name_length");
  EXPECT_THAT(got.operations, IsEmpty());
  EXPECT_EQ(decode("0001 0100 0001 ffff 0000 0000" + plant + "0001 0001", up).fault, "dns.counts");
}

TEST_F(Dns, DataHasToFitItsType) {
  const std::string head = "0001 8180 0000 0001 0000 0000 00 ";
  for (const char* bad :
       {"0001 0001 00000001 0003 0a1400", "001c 0001 00000001 0004 0a140001", "000c 0001 00000001 0004 01 61 00 00",
        "0010 0001 00000001 0002 05 61", "000f 0001 00000001 0002 0001"}) {
    const Decoded got = decode(head + bad, down);
    EXPECT_EQ(got.fault, "dns.data") << bad;
    EXPECT_FALSE(got.items.at(0).contains("answer_data")) << bad;
  }
}

TEST_F(Dns, LongChainsOfPointersEnd) {
  const auto chain = [](int links) {  // in a record's data, each leading to the one before; then a name through all
    char text[8];
    std::string data, size(text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%04x", links * 2)));
    int before = 12;
    for (int i = 0, at = 28; i < links; before = at, at += 2, ++i)
      data.append(text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%04x", 0xc000 | before)));
    data.append(text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%04x", 0xc000 | before)));
    return "0001 8100 0001 0002 0000 0000 00 0001 0001 00 000a 0001 00000001 " + size + data +
           "0001 0001 00000001 0004 0a140001";
  };
  EXPECT_EQ(decode(chain(20), down).fault, "");
  EXPECT_EQ(decode(chain(40), down).fault, "dns.compression");
}

TEST_F(Dns, TruncationInventsNothing) {
  const auto whole = from_hex("1234 8580 0001 0002 0000 0000" + plant +
                              "0001 0001 c00c 0001 0001 0000003c 0004 0a140028"
                              "c00c 000c 0001 0000003c 0004 01 62 c00c");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), down);
    EXPECT_NE(got.fault, "") << size;
    for (const auto& item : got.items) {
      const std::string data = item.contains("answer_data") ? item.at("answer_data") : "10.20.0.40";
      EXPECT_TRUE(data == "10.20.0.40" || data == "b.plant.example") << data;
    }
  }
}

TEST_F(Dns, MulticastHostsSayWhoTheyAre) {
  decode.context.server_port = decode.context.client_port = 5353;
  const Decoded asked =
      decode("0000 0000 0001 0000 0000 0000 05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 8001", up);
  EXPECT_EQ(asked.role, Role::event);
  EXPECT_EQ(asked["flavour"], "mdns");
  EXPECT_EQ(asked.items[0].at("query"), "_http._tcp.local");
  EXPECT_EQ(asked.items[0].at("unicast_answer"), "1");
  EXPECT_THAT(asked.operations, ElementsAre("read _http._tcp.local one_way"));
  const Decoded told = decode("0000 8400 0000 0003 0000 0000"
                              "05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 0001 00000078 0006 03 706c63 c00c"
                              "c028 0010 8001 00000078 0016 09 6d6f64656c3d583130 0b 73657269616c3d30303432"
                              "c028 0001 8001 00000078 0004 0a14000b", up);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told.role, Role::event);
  EXPECT_THAT(told.facts, ElementsAre("role=_http._tcp", "model=X10", "serial=0042", "name=plc._http._tcp"));
  EXPECT_THAT(told.operations, ElementsAre("report _http._tcp.local='plc._http._tcp.local' ok",
                                           "report plc._http._tcp.local='model=X10 serial=0042' ok",
                                           "report plc._http._tcp.local='10.20.0.11' ok"));
}

TEST_F(Dns, LlmnrAnswersNameTheSender) {
  decode.context.server_port = 5355;
  const Decoded got =
      decode("0001 8000 0001 0001 0000 0000 03 686d69 00 0001 0001 c00c 0001 0001 0000001e 0004 0a140005", down);
  EXPECT_EQ(got["flavour"], "llmnr");
  EXPECT_THAT(got.facts, ElementsAre("name=hmi"));
}

TEST_F(Dns, OverTcpALengthStandsBefore) {
  decode.context.transport = Transport::tcp;
  const std::string query = "1234 0100 0001 0000 0000 0000" + plant + "0001 0001";
  EXPECT_EQ(decode("001f" + query, up).items.at(0).at("query"), "plant.example");
  const auto octets = from_hex("001f" + query);
  EXPECT_EQ(protocol.frame(octets, decode.context).size, octets.size());
  EXPECT_EQ(protocol.frame(Bytes{octets}.first(20), decode.context).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(from_hex("0003 aabbcc"), decode.context).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(from_hex("ffff 1234"), decode.context).kind, Frame::Kind::skip);
  const auto shifted = from_hex("ff ff ff 001f" + query);
  EXPECT_EQ(protocol.resync(shifted, decode.context), 3u);
}

TEST_F(Dns, IsKnownByItsShape) {
  const std::string query = "1234 0100 0001 0000 0000 0000" + plant + "0001 0001";
  EXPECT_EQ(identify(query, Transport::udp, 53), Identity::yes);
  EXPECT_EQ(identify(query, Transport::udp, 9999), Identity::yes) << "it adds up";
  EXPECT_EQ(identify(query + "00", Transport::udp, 9999), Identity::no);
  EXPECT_EQ(identify("1234 0100 0001 0000 0000 0000 c00c 0001 0001", Transport::udp, 53), Identity::yes);
  EXPECT_EQ(identify("1234 0100 0001 0000 0000 0000 c00c 0001 0001", Transport::udp, 9999), Identity::no);
  EXPECT_EQ(identify("001f" + query, Transport::tcp, 53), Identity::yes);
  EXPECT_EQ(identify("001f" + query, Transport::tcp, 9999), Identity::yes);
  EXPECT_EQ(identify(("001f" + query).substr(0, 60), Transport::tcp, 9999), Identity::unsure);
  EXPECT_EQ(identify("0000 0000 0006 01 03 0000 000a", Transport::tcp, 502), Identity::no) << "Modbus";
  EXPECT_EQ(identify("0300 0016 11e0 0000 0001 00c1 0201 00c2", Transport::tcp, 102), Identity::no) << "TPKT";
  EXPECT_EQ(identify("474554202f20485454502f312e310d0a", Transport::tcp, 80), Identity::no) << "HTTP";
  EXPECT_EQ(identify("16030100c5010000c10303aabbccddeeff00112233", Transport::tcp, 443), Identity::no) << "TLS";
}

TEST_F(Dns, TheSenderIsToldByTheAnswerFlag) {
  EXPECT_EQ(protocol.sender(from_hex("1234 0100 0001 0000 0000 0000"), decode.context), End::client);
  EXPECT_EQ(protocol.sender(from_hex("1234 8180 0001 0000 0000 0000"), decode.context), End::server);
}

}  // namespace
}  // namespace langyan::dns
