// Each keyword once where it must fire and once where it must not, on the same kind of traffic.
#include <functional>
#include <set>

#include "detect/keyword.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;
using decode::tcp_flag::ack, decode::tcp_flag::syn, decode::tcp_flag::psh, decode::tcp_flag::rst;

// Modbus/TCP: transaction, protocol 0, length, unit, then function and data.
std::string modbus(std::uint16_t transaction, std::string_view pdu, std::uint8_t unit = 1) {
  const std::size_t length = pdu.size() + 1;
  std::string message = {static_cast<char>(transaction >> 8),
                         static_cast<char>(transaction),
                         0,
                         0,
                         static_cast<char>(length >> 8),
                         static_cast<char>(length),
                         static_cast<char>(unit)};
  return message += pdu;
}
const std::string read_pdu = "\x03\x00\x10\x00\x02"s;         // holding registers 40017, 40018
const std::string read_answer = "\x03\x04\x00\x07\x01\x00"s;  // 7 and 256
const std::string write_pdu = "\x06\x00\x10\x00\x63"s;        // 40017 = 99
const std::string refusal = "\x86\x02"s;                      // write refused: illegal data address
const std::string coil_on = "\x05\x00\x03\xff\x00"s;          // coil 4 on

struct Case {
  std::string_view keyword;
  std::string options;
  std::function<void(Rig&)> fires, stays_silent;
  std::string header = "tcp any any -> any any";
};

std::function<void(Rig&)> says(std::string data) {
  return [data](Rig& rig) { rig.handshake().client(data); };
}
std::function<void(Rig&)> datagram(std::string data) {
  return [data](Rig& rig) { rig.udp(data); };
}
std::function<void(Rig&)> asks(std::string pdu, std::uint8_t unit = 1) {
  return [=](Rig& rig) { rig.handshake().client(modbus(1, pdu, unit)); };
}
std::function<void(Rig&)> asks_and_hears(std::string pdu, std::string answer) {
  return [=](Rig& rig) { rig.handshake().client(modbus(1, pdu)).server(modbus(1, answer)); };
}
std::function<void(Rig&)> with_header(std::function<void(decode::Headers&)> change,
                                      std::uint8_t protocol = 6) {
  return [=](Rig& rig) {
    decode::Headers made = rig.headers(Direction::to_server, protocol);
    made.tcp.flags = syn;
    change(made);
    rig.give(made);
  };
}

const Case cases[] = {
    // What a rule is: it must be carried, not matched.
    {"msg", "content:\"a\";", says("a"), says("b")},
    {"sid", "content:\"a\";", says("a"), says("b")},
    {"rev", "rev:3; content:\"a\";", says("a"), says("b")},
    {"gid", "gid:7; content:\"a\";", says("a"), says("b")},
    {"classtype", "classtype:attempted-recon; content:\"a\";", says("a"), says("b")},
    {"priority", "priority:1; content:\"a\";", says("a"), says("b")},
    {"metadata", "metadata:stage one, stage two; content:\"a\";", says("a"), says("b")},
    {"reference", "reference:cve,2019-10953; content:\"a\";", says("a"), says("b")},
    {"target", "target:dest_ip; content:\"a\";", says("a"), says("b")},
    {"noalert", "content:\"a\"; flowbits:set,x; noalert; sid:9;) alert", nullptr, nullptr},
    {"threshold", "content:\"a\"; threshold:type threshold, track by_src, count 2, seconds 60;",
     [](Rig& rig) {
       rig.limited = true;
       rig.handshake().client("a").client("a");
     },
     [](Rig& rig) {
       rig.limited = true;
       rig.handshake().client("a");
     }},
    {"detection_filter", "content:\"a\"; detection_filter:track by_dst, count 1, seconds 60;",
     [](Rig& rig) {
       rig.limited = true;
       rig.handshake().client("a").client("a");
     },
     [](Rig& rig) {
       rig.limited = true;
       rig.handshake().client("a");
     }},

    // Octets.
    {"content", "content:\"a|00 62|c\";", says("xa\0bcx"s), says("xa\0Bcx"s)},
    {"content", "content:\"a\\;\\\"\\\\\\:b\";", says("a;\"\\:b"), says("a;\"\\b")},
    {"content", "content:\"a\"; content:!\"b\";", says("xa"), says("ba")},
    {"nocase", "content:\"AbC\"; nocase;", says("xxaBc"), says("xxaB")},
    {"offset", "content:\"a\"; offset:2;", datagram("xxa"), datagram("aax"),
     "udp any any -> any any"},
    {"depth", "content:\"ab\"; depth:3;", datagram("xab"), datagram("xxab"),
     "udp any any -> any any"},
    {"depth", "content:\"ab\"; offset:1; depth:3;", datagram("xxab"), datagram("xxxab"),
     "udp any any -> any any"},
    {"distance", "content:\"a\"; content:\"b\"; distance:1;", datagram("axb"), datagram("ab"),
     "udp any any -> any any"},
    {"distance", "content:\"bc\"; content:\"ab\"; distance:-3;", datagram("abc"),
     datagram("xbcxxxx"), "udp any any -> any any"},
    {"within", "content:\"a\"; content:\"bc\"; within:3;", datagram("axbc"), datagram("axxbc"),
     "udp any any -> any any"},
    {"within", "content:\"a\"; content:\"bc\"; distance:1; within:2;", datagram("axbc"),
     datagram("abc"), "udp any any -> any any"},
    {"startswith", "content:\"ab\"; startswith;", datagram("abx"), datagram("xab"),
     "udp any any -> any any"},
    {"endswith", "content:\"ab\"; endswith;", datagram("abxab"), datagram("abx"),
     "udp any any -> any any"},
    {"endswith", "content:!\"ab\"; endswith;", datagram("abx"), datagram("xab"),
     "udp any any -> any any"},
    {"fast_pattern", "content:\"long enough\"; content:\"ab\"; fast_pattern;",
     says("long enough ab"), says("long enough a")},
    {"fast_pattern", "content:\"abcdef\"; fast_pattern:2,3;", says("xabcdef"), says("xxxcdex")},
    {"fast_pattern", "content:\"abc\"; fast_pattern:only;", says("xabc"), says("xab")},
    {"rawbytes", "content:\"ab\"; rawbytes;", says("ab"), says("a")},
    {"pkt_data",
     "modbus.registers; content:\"|00 07|\"; pkt_data; content:\"|00 01 00 00|\"; startswith;",
     asks_and_hears(read_pdu, read_answer), asks_and_hears(read_pdu, "\x03\x04\x00\x08\x01\x00"s)},
    {"pcre", "pcre:\"/a[0-9]{2}b/\";", says("xa42b"), says("xa4b")},
    {"pcre", "pcre:\"/A.B/is\";", says("a\nb"), says("a\n\nb")},
    {"pcre", "pcre:\"/^b$/m\";", says("a\nb\nc"), says("a\nbb\nc")},
    {"pcre", "pcre:\"/a b #c\\n/x\";", says("ab"), says("a b")},
    {"pcre", "content:\"x\"; pcre:\"/^[0-9]b/R\";", says("ax1b"), says("a1bx")},
    {"pcre", "pcre:\"/bc/A\";", datagram("bcd"), datagram("abc"), "udp any any -> any any"},
    {"pcre", "content:\"a\"; pcre:!\"/b/\";", says("ac"), says("abc")},
    {"pcre", "pcre:\"/c+/GOB\"; content:\"d\"; distance:0;", says("ccd"), says("dcc")},
    {"pcre", "pcre:\"/b$/E\";", datagram("ab"), datagram("ab\n"), "udp any any -> any any"},
    {"isdataat", "isdataat:3;", datagram("abcd"), datagram("abc"), "udp any any -> any any"},
    {"isdataat", "content:\"a\"; isdataat:2,relative;", datagram("xabc"), datagram("xab"),
     "udp any any -> any any"},
    {"isdataat", "content:\"a\"; isdataat:!1,relative;", datagram("xa"), datagram("xab"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:2,>,258,1;", datagram("x\x01\x03"s), datagram("x\x01\x02"s),
     "udp any any -> any any"},
    {"byte_test", "byte_test:2,=,0x0201,0,little;", datagram("\x01\x02"s), datagram("\x02\x01"s),
     "udp any any -> any any"},
    {"byte_test", "byte_test:1,!&,0x80,0;", datagram("\x7f"), datagram("\x80"s),
     "udp any any -> any any"},
    {"byte_test", "byte_test:1,^,5,0;", datagram("\x04"), datagram("\x05"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:1,!,5,0;", datagram("\x04"), datagram("\x05"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:4,>=,120,1,string,dec;", datagram("n0120"), datagram("n0119"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:4,=,0x1f,0,string,hex;", datagram("0x1f"), datagram("0x2f"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:2,=,8,0,string,oct;", datagram("10"), datagram("08"),
     "udp any any -> any any"},
    {"byte_test", "byte_test:1,=,3,0,bitmask 0xf0;", datagram("\x35"), datagram("\x53"),
     "udp any any -> any any"},
    {"byte_test", "content:\"ab\"; byte_test:1,<=,2,-3,relative;",
     datagram("\x02"
              "ab"),
     datagram("\x03"
              "ab"),
     "udp any any -> any any"},
    {"byte_test", "content:\"a\"; byte_test:1,<,9,0,relative,big;", datagram("a\x08"),
     datagram("a\x09"), "udp any any -> any any"},
    {"byte_extract", "byte_extract:1,0,n; content:\"b\"; offset:n; depth:1;", datagram("\x02xb"),
     datagram("\x03xb"), "udp any any -> any any"},
    {"byte_math",
     "byte_math:bytes 1,offset 0,oper +,rvalue 1,result n; content:\"b\"; offset:n; depth:1;",
     datagram("\x01xb"), datagram("\x02xb"), "udp any any -> any any"},
    {"base64_decode", "base64_decode:bytes 8,offset 1; base64_data; content:\"test\";",
     says(".dGVzdA=="), says("dGVzdA==")},
    {"base64_data", "base64_decode; base64_data; content:\"test\"; startswith; endswith;",
     says("dGVzdA=="), says("dGVzdDE=")},
    {"byte_jump", "byte_jump:1,0; content:\"b\"; distance:0; within:1;", datagram("\x02xxb"),
     datagram("\x02xb"), "udp any any -> any any"},
    {"byte_jump", "byte_jump:2,0,little,multiplier 2; content:\"b\"; distance:0; within:1;",
     datagram("\x01\x00xxb"s), datagram("\x01\x00xb"s), "udp any any -> any any"},
    {"byte_jump", "byte_jump:1,0,align; content:\"b\"; distance:0; within:1;",
     datagram("\x01xxxxb"), datagram("\x01xb"), "udp any any -> any any"},
    {"byte_jump",
     "content:\"a\"; byte_jump:1,0,relative,from_beginning; content:\"b\"; distance:0; within:1;",
     datagram("xba\x01"), datagram("bxa\x01"), "udp any any -> any any"},
    {"byte_jump", "byte_jump:0,0,from_end,post_offset -2; content:\"b\"; distance:0; within:1;",
     datagram("xxba"), datagram("xxab"), "udp any any -> any any"},
    {"byte_jump", "byte_jump:2,0,string,dec,post_offset 1; content:\"b\"; distance:0; within:1;",
     datagram("02xxxb"), datagram("02xxb"), "udp any any -> any any"},
    {"byte_jump", "byte_jump:1,0,bitmask 0x0f; content:\"b\"; distance:0; within:1;",
     datagram("\xf1xb"s), datagram("\xf2xb"s), "udp any any -> any any"},

    // Headers.
    {"dsize", "dsize:3;", says("abc"), says("ab")},
    {"dsize", "dsize:1<>4; content:\"a\";", says("axx"), says("axxx")},
    {"dsize", "dsize:>3; content:\"a\";", says("axxx"), says("axx")},
    {"dsize", "dsize:1-4; content:\"a\";", says("axx"), says("axxx")},
    {"dsize", "dsize:!2; content:\"a\";", says("a"), says("ax")},
    {"ttl", "ttl:<5;", with_header([](auto& h) { h.ttl = 4; }),
     with_header([](auto& h) { h.ttl = 5; })},
    {"ip_proto", "ip_proto:gre;",
     [](Rig& rig) {
       decode::Headers made = rig.headers(Direction::to_server, 47);
       made.source_port = made.destination_port = 0, made.transport_offset = 0;
       rig.give(made, decode::Outcome::network);
     },
     datagram("x"), "ip any any -> any any"},
    {"id", "id:513;", with_header([](auto& h) { h.ip_id = 513; }),
     with_header([](auto& h) { h.ip_id = 512; })},
    {"seq", "seq:7;", with_header([](auto& h) { h.tcp.sequence = 7; }),
     with_header([](auto& h) { h.tcp.sequence = 8; })},
    {"ack", "ack:9;", with_header([](auto& h) { h.tcp.acknowledgement = 9; }),
     with_header([](auto& h) { h.tcp.acknowledgement = 8; })},
    {"window", "window:1024;", with_header([](auto& h) { h.tcp.window = 1024; }),
     with_header([](auto& h) { h.tcp.window = 1025; })},
    {"tcp.mss", "tcp.mss:<536;", with_header([](auto& h) { h.tcp.mss = 500; }),
     with_header([](auto& h) { h.tcp.mss = 0; })},
    {"flags", "flags:S;", with_header([](auto& h) { h.tcp.flags = syn; }),
     with_header([](auto& h) { h.tcp.flags = syn | ack; })},
    {"flags", "flags:+S;", with_header([](auto& h) { h.tcp.flags = syn | ack; }),
     with_header([](auto& h) { h.tcp.flags = ack; })},
    {"flags", "flags:*SR;", with_header([](auto& h) { h.tcp.flags = rst; }),
     with_header([](auto& h) { h.tcp.flags = ack; })},
    {"flags", "flags:!SR;", with_header([](auto& h) { h.tcp.flags = rst; }),
     with_header([](auto& h) { h.tcp.flags = rst | syn; })},
    {"flags", "flags:S,CE;", with_header([](auto& h) { h.tcp.flags = syn | 0xc0; }),
     with_header([](auto& h) { h.tcp.flags = syn | psh; })},
    {"flags", "flags:0;", with_header([](auto& h) { h.tcp.flags = 0; }),
     with_header([](auto& h) { h.tcp.flags = ack; })},
    {"itype", "itype:8;", [](Rig& rig) { rig.icmp(8, 0); }, [](Rig& rig) { rig.icmp(3, 0); },
     "icmp any any -> any any"},
    {"icode", "icode:>1;", [](Rig& rig) { rig.icmp(3, 2); }, [](Rig& rig) { rig.icmp(3, 1); },
     "icmp any any -> any any"},
    {"icmp_id", "icmp_id:7;", [](Rig& rig) { rig.icmp(8, 0, "", 7 << 16); },
     [](Rig& rig) { rig.icmp(8, 0, "", 7); }, "icmp any any -> any any"},
    {"icmp_seq", "icmp_seq:7;", [](Rig& rig) { rig.icmp(8, 0, "", 7); },
     [](Rig& rig) { rig.icmp(3, 0, "", 7); }, "icmp any any -> any any"},

    // Flows.
    {"flow", "flow:to_client; content:\"a\";", [](Rig& rig) { rig.handshake().server("a"); },
     says("a")},
    {"flow", "flow:from_client,established; content:\"a\";", says("a"),
     [](Rig& rig) { rig.handshake().server("a"); }},
    {"flow", "flow:not_established; flags:S;", [](Rig& rig) { rig.handshake(); },
     [](Rig& rig) { rig.tcp(Direction::to_server, ack); }},
    {"flow", "flow:stateless,to_server; dsize:1;", datagram("a"), datagram("ab"),
     "udp any any -> any any"},
    {"flow", "flow:no_stream; content:\"ab\";", says("ab"),
     [](Rig& rig) { rig.handshake().client("a").client("b"); }},
    {"flow", "flow:only_stream; content:\"ab\";",
     [](Rig& rig) { rig.handshake().client("a").client("b"); }, says("a")},
    {"flowbits", "content:\"b\"; flowbits:isset,a;", nullptr, says("b")},
    {"flowbits", "content:\"b\"; flowbits:isnotset,a;", says("b"), nullptr},
    {"app-layer-protocol", "app-layer-protocol:modbus;", asks(read_pdu), says("hello")},
    {"app-layer-protocol", "app-layer-protocol:!modbus; flow:to_server;", nullptr, asks(read_pdu)},

    // Operations.
    {"ot.verb", "ot.verb:write,control;", asks(write_pdu), asks(read_pdu)},
    {"ot.verb", "ot.verb:!read;", asks(write_pdu), asks(read_pdu)},
    {"ot.object", "ot.object:\"400?7\";", asks(write_pdu), asks(coil_on)},
    {"ot.object", "ot.object:!\"4*\", 3*;", asks(coil_on), asks(write_pdu)},
    {"ot.value", "ot.verb:write; ot.value:>98;", asks(write_pdu), asks("\x06\x00\x10\x00\x62"s)},
    {"ot.value", "ot.value:on;", asks(coil_on), asks("\x05\x00\x03\x00\x00"s)},
    {"ot.value", "ot.verb:read; ot.value:250-260;", asks_and_hears(read_pdu, read_answer),
     asks_and_hears(read_pdu, "\x03\x04\x00\x07\x00\x01"s)},
    {"ot.result", "ot.verb:write; ot.result:refused;", asks_and_hears(write_pdu, refusal),
     asks_and_hears(write_pdu, write_pdu)},
    {"ot.result", "ot.result:no_answer;",
     [](Rig& rig) { rig.handshake().client(modbus(1, read_pdu)).server("x").tick(120 * second); },
     asks_and_hears(read_pdu, read_answer)},
    {"ot.code", "ot.code:2;", asks_and_hears(write_pdu, refusal),
     asks_and_hears(write_pdu, "\x86\x03"s)},
    {"ot.unit", "ot.unit:5;", asks(write_pdu, 5), asks(write_pdu, 6)},
    {"ot.function", "ot.function:6;", asks(write_pdu), asks(coil_on)},
    {"ot.space", "ot.space:coil;", asks(coil_on), asks(write_pdu)},
    {"ot.address", "ot.address:17;", asks(read_pdu), asks(write_pdu)},
    {"ot.count", "ot.count:>1;", asks(read_pdu), asks(write_pdu)},
    {"ot.src.role", "ot.verb:write; ot.src.role:!engineering;", asks(write_pdu), asks(read_pdu)},
    {"ot.src.role", "ot.verb:write; ot.src.role:engineering;", nullptr, asks(write_pdu)},
    {"ot.dst.role", "ot.verb:write; ot.dst.role:unknown;", asks(write_pdu), asks(read_pdu)},

    // Fields.
    {"modbus.function", "modbus.function:write_single_register;", asks(write_pdu), asks(read_pdu)},
    {"modbus.function", "modbus.function:!3,5;", asks(write_pdu), asks(read_pdu)},
    {"modbus.address", "modbus.address:>=16;", asks(write_pdu), asks(coil_on)},
    {"modbus.exception", "modbus.exception:illegal_data_address; ot.verb:write; ot.result:refused;",
     asks_and_hears(write_pdu, refusal), asks_and_hears(write_pdu, "\x86\x03"s)},
    {"modbus.address", "modbus.address:16; ot.result:refused;", asks_and_hears(write_pdu, refusal),
     asks_and_hears("\x06\x00\x11\x00\x63"s, refusal)},
    {"modbus.registers", "modbus.registers:>255;", asks_and_hears(read_pdu, read_answer),
     asks_and_hears(read_pdu, "\x03\x04\x00\x07\x00\x01"s)},
    {"modbus.registers", "modbus.registers; content:\"|07 01|\"; offset:1; depth:2;",
     asks_and_hears(read_pdu, read_answer), asks_and_hears(read_pdu, "\x03\x04\x07\x01\x00\x00"s)},
    {"bsize", "modbus.data; bsize:2;", asks("\10\0\0ab"s), asks("\10\0\0abcd"s)},
    {"absent", "modbus.data; absent; modbus.function:3;", asks(read_pdu), asks("\10\0\0ab"s)},
    {"to_lowercase", "modbus.data; to_lowercase; content:\"ab\";", asks("\10\0\0aB"s),
     asks("\10\0\0aC"s)},
    {"to_uppercase", "modbus.data; to_uppercase; content:\"AB\";", asks("\10\0\0aB"s),
     asks("\10\0\0aC"s)},
    {"to_md5", "modbus.data; to_md5; content:\"|18 7e f4 43 61 22 d1 cc|\"; startswith; bsize:16;",
     asks("\10\0\0ab"s), asks("\10\0\0ac"s)},
    {"to_sha1",
     "modbus.data; to_sha1; content:\"|da 23 61 4e 02 46 9a 0d|\"; startswith; bsize:20;",
     asks("\10\0\0ab"s), asks("\10\0\0ac"s)},
    {"to_sha256",
     "modbus.data; to_sha256; content:\"|fb 8e 20 fc 2e 4c 3f 24|\"; startswith; bsize:32;",
     asks("\10\0\0ab"s), asks("\10\0\0ac"s)},
    {"dotprefix", "modbus.data; dotprefix; content:\".ab\";", asks("\10\0\0ab"s),
     asks("\10\0\0ba"s)},
    {"url_decode", "modbus.data; url_decode; content:\"a b/\";", asks("\10\0\0a+b%2f"s),
     asks("\10\0\0a+b%2e"s)},
    {"xor", "modbus.data; xor:\"01\"; content:\"`c\";", asks("\10\0\0ab"s),
     asks("\10\0\0ac"s)},
    {"compress_whitespace", "modbus.data; compress_whitespace; content:\"a b\";",
     asks("\10\0\0a  b"s), asks("\10\0\0a xb"s)},
    {"strip_whitespace", "modbus.data; strip_whitespace; content:\"ab\";",
     asks("\10\0\0a \nb"s), asks("\10\0\0a xb"s)},
    {"header_lowercase", "modbus.data; header_lowercase; content:\"a:B\";",
     asks("\10\0\0A:B."s), asks("\10\0\0A:C."s)},
    {"strip_pseudo_headers", "modbus.data; strip_pseudo_headers; content:\"b\"; startswith;",
     asks("\10\0\0:a\nb"s), asks("\10\0\0xa\nb"s)},
    {"pcrexform", "modbus.data; pcrexform:\"a(.)c\"; content:\"b\"; bsize:1;",
     asks("\10\0\0abcd"s), asks("\10\0\0abdd"s)},
    {"from_base64", "modbus.data; from_base64; content:\"tes\";", asks("\10\0\0dGVz"s),
     asks("\10\0\0dGVx"s)},
    {"modbus.data", "modbus.data:\"|aa 55|\";", asks("\10\0\0\xaa\x55"s),
     asks("\10\0\0\x55\xaa"s)},
    {"modbus.data", "modbus.data:!\"|aa 55|\";", asks("\10\0\0\x55\xaa"s),
     asks("\10\0\0\xaa\x55"s)},
};

TEST(Keyword, FiresAndStaysSilent) {
  for (const Case& each : cases) {
    if (each.keyword == "noalert") continue;
    const std::string rule = rule_of(each.options, each.header);
    SCOPED_TRACE(rule);
    if (each.fires) {
      Rig rig(rule);
      each.fires(rig);
      EXPECT_EQ(rig.hits.size(), 1u) << "must fire once: " << rig.fired();
    }
    if (each.stays_silent) {
      Rig rig(rule);
      each.stays_silent(rig);
      EXPECT_EQ(rig.fired(), "") << "must stay silent";
    }
  }
}

// A keyword without a case above is a keyword nobody has seen work.
TEST(Keyword, IsDescribedInBothLanguages) {
  for (const Keyword* keyword : all_keywords()) {
    EXPECT_TRUE(keyword->doc.en.ends_with('.')) << keyword->name;
    EXPECT_TRUE(keyword->doc.zh.ends_with("。")) << keyword->name;
    EXPECT_EQ(keyword->form.empty(), keyword->value == Value::none) << keyword->name;
  }
}

TEST(Keyword, MetadataIsCarried) {
  const Compiled compiled = compile_text(
      "alert tcp any any -> any any (msg:\"a \\\"b\\\"\\;\"; metadata:one 1, two 2 3, three; "
      "reference:cve,2019-1; "
      "reference:url,example.org/a,b; classtype:policy-violation; target:src_ip; gid:4; sid:17; "
      "rev:3;)\n"
      "alert tcp any any -> any any (msg:\"b\"; priority:9; classtype:attempted-recon; sid:18;)\n"
      "alert tcp any any -> any any (msg:\"c\"; sid:19;)\n");
  const Rule& rule = *compiled.rules->find(4, 17);
  EXPECT_EQ(rule.message, "a \"b\";");
  const std::vector<std::pair<std::string, std::string>> metadata = {
      {"one", "1"}, {"two", "2 3"}, {"three", ""}};
  EXPECT_EQ(rule.metadata, metadata);
  ASSERT_EQ(rule.references.size(), 2u);
  EXPECT_EQ(rule.references[1].system, "url");
  EXPECT_EQ(rule.references[1].id, "example.org/a,b");
  EXPECT_EQ(rule.classtype, "policy-violation");
  EXPECT_EQ(rule.category, "Policy Violation");
  EXPECT_EQ(rule.priority, 1);
  EXPECT_EQ(rule.severity(), Severity::critical);
  EXPECT_EQ(rule.target, Target::source);
  EXPECT_EQ(rule.rev, 3u);
  EXPECT_EQ(rule.line, 1u);
  EXPECT_EQ(compiled.rules->find(1, 18)->priority, 9);
  EXPECT_EQ(compiled.rules->find(1, 18)->severity(), Severity::info);
  EXPECT_EQ(compiled.rules->find(1, 19)->priority, 3);
}

constexpr std::string_view two_rules =
    "alert tcp any any -> any any (msg:\"set\"; content:\"login\"; flowbits:set,seen; noalert; "
    "sid:2;)\n"
    "alert tcp any any -> any any (msg:\"test\"; content:\"write\"; flowbits:isset,seen; sid:1;)\n";

TEST(Flowbits, JoinRulesOfAFlow) {
  Rig rig(two_rules);
  rig.handshake().client("write").client("login").client("write");
  EXPECT_EQ(rig.fired(), "1@6");
  rig.ends.client_port = 40'001;  // another flow has bits of its own
  rig.handshake().client("write");
  EXPECT_EQ(rig.fired(), "1@6");
}

TEST(Flowbits, SetBeforeTheyAreTested) {  // whatever the order of the rules and of their sids
  Rig rig(two_rules);
  rig.handshake().client("write login");
  EXPECT_EQ(rig.fired(), "1@4");
}

TEST(Flowbits, EachOperation) {
  Rig rig(
      "alert tcp any any -> any any (msg:\"s\"; content:\"S\"; flowbits:set,b; noalert; sid:10;)\n"
      "alert tcp any any -> any any (msg:\"u\"; content:\"U\"; flowbits:unset,b; noalert; "
      "sid:11;)\n"
      "alert tcp any any -> any any (msg:\"t\"; content:\"T\"; flowbits:toggle,b; "
      "flowbits:noalert; sid:12;)\n"
      "alert tcp any any -> any any (msg:\"q\"; content:\"?\"; flowbits:isset,b; sid:1;)\n"
      "alert tcp any any -> any any (msg:\"n\"; content:\"?\"; flowbits:isnotset,b; sid:2;)\n"
      "alert tcp any any -> any any (msg:\"o\"; content:\"?\"; flowbits:isset,c|b; sid:3;)\n");
  rig.handshake();
  for (const char* step : {"?", "S", "?", "U", "?", "T", "?", "T", "?"}) rig.client(step);
  EXPECT_EQ(rig.fired(), "2@4 1@6 3@6 2@8 1@10 3@10 2@12");
}

TEST(Flowbits, ManyNamesAndAFullPool) {
  std::string rules;
  for (int i = 0; i < 40; ++i) {
    rules += "alert tcp any any -> any any (msg:\"s\"; content:\"S\"; flowbits:set,b" +
             std::to_string(i) + "; noalert; sid:" + std::to_string(100 + i) + ";)\n";
  }
  rules +=
      "alert tcp any any -> any any (msg:\"t\"; content:\"?\"; flowbits:isset,b0; "
      "flowbits:isset,b39; sid:1;)\n";
  Rig rig(rules);
  rig.handshake().client("S").client("?");
  EXPECT_EQ(rig.fired(), "1@5");
  EXPECT_EQ(rig.counted(Count::bits_refused), 0u);
}

TEST(AppLayerProtocol, FailedMeansNobodyClaimedIt) {
  Rig rig(rule_of("app-layer-protocol:failed;"));
  std::string noise(300, 'z');
  rig.handshake();
  for (int i = 0; i < 40; ++i) rig.client(noise).server(noise);
  rig.finish();
  EXPECT_EQ(rig.count(1), 2u) << "once each way: " << rig.fired();
}

TEST(AppLayerProtocol, HeaderProtocolOnThePacketThatTellsIt) {
  Rig rig(
      "alert modbus any any -> any any (msg:\"p\"; flow:to_server; sid:1;)\n"
      "alert modbus any any -> any any (msg:\"c\"; content:\"|00 63|\"; sid:2;)\n"
      "alert tcp any any -> any any (msg:\"k\"; app-layer-protocol:modbus; sid:3;)\n"
      "alert modbus any any -> any any (msg:\"d\"; dsize:12; sid:4;)\n");
  rig.handshake().client(modbus(1, write_pdu)).server(modbus(1, write_pdu)).client("\0\1"s);
  EXPECT_EQ(rig.count(3), 2u) << rig.fired();  // once each way
  EXPECT_EQ(rig.count(2), 2u) << rig.fired();  // request and echo
  EXPECT_EQ(rig.count(1), 2u) << rig.fired();  // packets 4 and 6
  EXPECT_EQ(rig.count(4), 2u) << rig.fired();
  for (const Hit& hit : rig.hits) EXPECT_GE(hit.packet_number, 4u);
}

TEST(Pass, SilencesWhatItMatches) {
  Rig rig("pass tcp any any -> any any (msg:\"p\"; content:\"quiet\"; sid:9;)\n" +
          rule_of("content:\"a\";"));
  rig.handshake().client("a").client("quiet a").client("a");
  EXPECT_EQ(rig.fired(), "1@4 1@6");
}

TEST(Pass, OnAMessageIsAboutThatMessageAlone) {
  Rig rig(
      "pass modbus any any -> any any (msg:\"p\"; modbus.unit_id:5; sid:9;)\n"
      "alert modbus any any -> any any (msg:\"w\"; ot.verb:write; sid:1;)\n");
  rig.handshake().client(modbus(1, write_pdu, 5) + modbus(2, write_pdu, 6));
  EXPECT_EQ(rig.fired(), "1@4");
  EXPECT_EQ(rig.hits[0].offset, 0u);
}

}  // namespace
}  // namespace langyan::detect
