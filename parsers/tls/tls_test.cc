#include "parsers/tls/tls.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/tls/hello.h"

namespace langyan::tls {
namespace {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

class Pieces final : public Assembly {
 public:
  bool append(Bytes piece) override {
    if (held_.size() + piece.size() > most_message_bytes) return false;
    held_.insert(held_.end(), piece.begin(), piece.end());
    return true;
  }
  Bytes bytes() const override { return held_; }
  void clear() override { held_.clear(); }

 private:
  std::vector<std::uint8_t> held_;
};

std::string hex_of(std::size_t value, int octets) {
  std::string out;
  for (int i = octets - 1; i >= 0; --i) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(value >> (8 * i) & 255));
    out += pair;
  }
  return out;
}
std::string counted(const std::string& hex, int octets) { return hex_of(from_hex(hex).size(), octets) + hex; }
std::string record(const std::string& hex, int type = 22) { return hex_of(type, 1) + "0303" + counted(hex, 2); }
std::string message(int type, const std::string& hex) { return hex_of(type, 1) + counted(hex, 3); }
std::string extension(int type, const std::string& hex) { return hex_of(type, 2) + counted(hex, 2); }
std::string text(std::string_view plain) {
  std::string out;
  for (char c : plain) out += hex_of(static_cast<unsigned char>(c), 1);
  return out;
}
const std::string random32 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
std::string client_hello(const std::string& suites, const std::string& extensions) {
  return message(1, "0303" + random32 + "00" + counted(suites, 2) + "0100" + counted(extensions, 2));
}
std::string server_hello(const std::string& version, const std::string& suite, const std::string& extensions = "") {
  return message(2, version + random32 + "00" + suite + "00" + (extensions.empty() ? "" : counted(extensions, 2)));
}
std::string sni(std::string_view name) { return extension(0, counted("00" + counted(text(name), 2), 2)); }

// What Chrome sent when JA4 was described ([JA4]); GREASE values stand among the others.
const std::string chrome_suites = "0a0a130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035";
std::string chrome_extensions() {
  return extension(0x1a1a, "") + sni("example.com") + extension(0x17, "") + extension(0xff01, "00") +
         extension(10, "00082a2a001d00170018") + extension(11, "0100") + extension(0x23, "") +
         extension(16,
                   "000c02"
                   "6832"
                   "08"
                   "687474702f312e31") +
         extension(5, "0100000000") +
         extension(13,
                   "0010"
                   "0403"
                   "0804"
                   "0401"
                   "0503"
                   "0805"
                   "0501"
                   "0806"
                   "0601") +
         extension(0x12, "") + extension(0x33, "0000") + extension(0x2d, "0101") +
         extension(43,
                   "06"
                   "3a3a"
                   "0304"
                   "0303") +
         extension(0x1b, "020002") + extension(0x4469, "0003026832") + extension(0x4a4a, "00") +
         extension(0x15, "0000");
}

// Subject C=DE, O=Plant, CN=*.plant.example; serial 00A1; 2025-12-01 to 2026-01-01; SAN *.plant.example, 10.0.0.9.
std::string certificate() {
  const auto der = [](const std::string& tag, const std::string& hex) {
    const std::size_t size = from_hex(hex).size();
    return tag + (size < 128 ? hex_of(size, 1) : "82" + hex_of(size, 2)) + hex;
  };
  const auto attribute = [&](const std::string& oid, const std::string& value) {
    return der("31", der("30", der("06", oid) + der("0c", value)));
  };
  const std::string subject = der("30", attribute("550406", text("DE")) + attribute("55040a", text("Plant")) +
                                            attribute("550403", text("*.plant.example")));
  const std::string issuer = der("30", attribute("550403", text("CA")) );
  const std::string names = der("30", der("82", text("*.plant.example")) + der("87", "0a000009"));
  const std::string extensions = der("a3", der("30", der("30", der("06", "551d11") + der("04", names))));
  const std::string body =
      der("30", "a003020102" + der("02", "00a1") + der("30", "0500") + issuer +
                    der("30", der("17", text("251201000000Z")) + der("17", text("260101000000Z"))) + subject +
                    der("30", "0500") + extensions);
  return der("30", body + der("30", "0500") + der("03", "00ff"));
}
std::string certificates() { return message(11, counted(counted(certificate(), 3), 3)); }

struct Talk {
  MessageDecoder decoder{protocol};
  Pieces pieces[2];
  Talk() { decoder.context.time = *parse_timestamp("2025-12-24T00:00:00Z"); }
  Decoded operator()(const std::string& hex, Direction way) {
    return decoder(hex, way, &pieces[static_cast<std::size_t>(way)]);
  }
};

TEST(Tls, ReadsAClientHelloWithItsFingerprints) {
  const Decoded got = Talk{}(record(client_hello(chrome_suites, chrome_extensions())), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got["sni"], "example.com");
  EXPECT_EQ(got["version"], "1.3");
  EXPECT_EQ(got["legacy_version"], "1.2");
  EXPECT_EQ(got["alpn"], "h2,http/1.1");
  EXPECT_EQ(got["ja4"], "t13d1516h2_8daaf6152771_e5627efa2ab1");
  EXPECT_EQ(got["ja3_string"],
            "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
            "0-23-65281-10-11-35-16-5-13-18-51-45-43-27-17513-21,29-23-24,0");
  EXPECT_EQ(got["ja3"], "cd08e31494f9531f560d64c695473da9");  // which is Chrome's, as published
  EXPECT_EQ(got["random_time"], "00010203");
  EXPECT_EQ(got.operations, std::vector<std::string>{"session example.com pending"});
}

TEST(Tls, TellsAServersHelloWithItsCertificate) {
  Talk talk;
  talk(record(client_hello("002f", sni("pump7.plant.example"))), ask);
  EXPECT_EQ(talk(record(server_hello("0303", "002f", extension(0xff01, "00"))), answer).role, Role::part);
  const Decoded got = talk(record(certificates()), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["handshake"], "server_hello");
  EXPECT_EQ(got["version"], "1.2");
  EXPECT_EQ(got["cipher"], "TLS_RSA_WITH_AES_128_CBC_SHA");
  EXPECT_EQ(got["ja3s_string"], "771,47,65281");
  EXPECT_EQ(got["cert_subject"], "C=DE, O=Plant, CN=*.plant.example");
  EXPECT_EQ(got["cert_issuer"], "CN=CA");
  EXPECT_EQ(got["cert_serial"], "00:A1");
  EXPECT_EQ(got["cert_fingerprint"].size(), 59u);
  EXPECT_EQ(got["cert_not_before"], "2025-12-01T00:00:00.000000+0000");
  EXPECT_EQ(got["cert_not_after"], "2026-01-01T00:00:00.000000+0000");
  EXPECT_EQ(got["cert_expired"], "0");
  EXPECT_EQ(got["cert_self_signed"], "0");
  EXPECT_EQ(got["chain_length"], "1");
  ASSERT_EQ(got.items.size(), 3u);
  EXPECT_EQ(from_hex(got.items[0].at("certs")), from_hex(certificate()));
  EXPECT_EQ(got.items[1].at("subject_alt_names"), "*.plant.example");
  EXPECT_EQ(got.items[2].at("subject_alt_names"), "10.0.0.9");
  EXPECT_EQ(got.operations, std::vector<std::string>{"session ok"});
  talk.decoder.context.time = *parse_timestamp("2026-02-01T00:00:00Z");
  talk(record("01", 20), answer);
  EXPECT_EQ(talk(record(certificates()), answer).role, Role::part) << "what follows is secret";
}

TEST(Tls, SeesWhatIsWrongWithACertificate) {
  const auto fault_of = [](std::string_view name, const char* now, const std::string& certificates) {
    Talk talk;
    talk.decoder.context.time = *parse_timestamp(now);
    talk(record(client_hello("002f", sni(name))), ask);
    return talk(record(server_hello("0303", "002f") + certificates), answer).fault;
  };
  const char* good = "2025-12-24T00:00:00Z";
  EXPECT_EQ(fault_of("a.plant.example", good, certificates()), "");
  EXPECT_EQ(fault_of("A.PLANT.example", good, certificates()), "");
  EXPECT_EQ(fault_of("10.0.0.9", good, certificates()), "");
  EXPECT_EQ(fault_of("a.b.plant.example", good, certificates()), "tls.other_name");
  EXPECT_EQ(fault_of("plant.example", good, certificates()), "tls.other_name");
  EXPECT_EQ(fault_of("a.plant.example", "2026-01-02T00:00:00Z", certificates()), "tls.expired");
  EXPECT_EQ(fault_of("a.plant.example", "2025-11-02T00:00:00Z", certificates()), "tls.not_yet_valid");
  EXPECT_EQ(fault_of("a.plant.example", good, message(11, counted(counted("300100", 3), 3))), "tls.certificate");
  EXPECT_EQ(fault_of("a.plant.example", good, message(11, "000005" "000009" "3030")), "tls.length");
}

TEST(Tls, SeesOldVersionsAndWeakSuites) {
  const auto fault_of = [](const std::string& version, const std::string& suite) {
    Talk talk;
    return talk(record(server_hello(version, suite) + message(14, "")), answer).fault;
  };
  EXPECT_EQ(fault_of("0300", "002f"), "tls.ssl3");
  EXPECT_EQ(fault_of("0301", "002f"), "tls.old_version");
  EXPECT_EQ(fault_of("0302", "002f"), "tls.old_version");
  EXPECT_EQ(fault_of("0303", "002f"), "");
  for (const char* weak : {"003b", "0005", "0009", "0018", "c010"})
    EXPECT_EQ(fault_of("0303", weak), "tls.weak_cipher") << weak;
  for (const char* good : {"c02f", "009c", "000a", "cca8"}) EXPECT_EQ(fault_of("0303", good), "") << good;
}

TEST(Tls, KnowsTls13AndItsRetry) {
  Talk talk;
  const std::string selected = extension(43, "0304");
  talk(record(client_hello("1301", extension(43, "020304"))), ask);
  const std::string retry = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
  const Decoded again = talk(record(message(2, "0303" + retry + "00130100" + counted(selected, 2))), answer);
  EXPECT_EQ(again["retry"], "1");
  EXPECT_EQ(again.role, Role::event);
  talk(record("01", 20), ask);
  EXPECT_EQ(talk(record(client_hello("1301", extension(43, "020304"))), ask).role, Role::part);
  const Decoded got = talk(record(server_hello("0303", "1301", selected)), answer);
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got["version"], "1.3");
  EXPECT_EQ(got["ja3s_string"], "771,4865,43");
}

TEST(Tls, GathersAHandshakeOverRecordsOfAnySize) {
  const auto hello = from_hex(client_hello(chrome_suites, chrome_extensions()));
  for (std::size_t step : {1, 3, 40, 200}) {
    Talk talk;
    Decoded got;
    for (std::size_t at = 0; at < hello.size(); at += step) {
      std::string hex;
      for (std::size_t i = at; i < std::min(at + step, hello.size()); ++i) hex += hex_of(hello[i], 1);
      got = talk(record(hex), ask);
      EXPECT_EQ(got.role, at + step < hello.size() ? Role::part : Role::request);
    }
    EXPECT_EQ(got["ja4"], "t13d1516h2_8daaf6152771_e5627efa2ab1");
  }
}

TEST(Tls, ReadsAlertsInClearOnly) {
  Talk talk;
  talk(record(client_hello("002f", "")), ask);
  const Decoded got = talk(record("0228", 21), answer);
  EXPECT_EQ(got["alert_level"], "fatal");
  EXPECT_EQ(got["alert"], "handshake_failure");
  EXPECT_EQ(got.role, Role::answer);
  EXPECT_EQ(got.operations, std::vector<std::string>{"session refused 40"});
  EXPECT_TRUE(talk(record("0100", 21), answer).operations.empty());
  talk(record("01", 20), ask);
  EXPECT_EQ(talk(record("0100", 21), ask)["alert"], "absent");
}

TEST(Tls, SeesHeartbleed) {
  EXPECT_EQ(Talk{}(record("014000", 24), ask).fault, "tls.heartbleed");
  EXPECT_EQ(Talk{}(record("010003616263" "00000000000000000000000000000000", 24), ask).fault, "");
  EXPECT_EQ(Talk{}(record("020003616263" "00000000000000000000000000000000", 24), answer).fault, "");
}

TEST(Tls, ReadsHellosOfSsl2) {
  const std::string hello =
      "802e 01 0002 0015 0000 0010 010080020080030080040080050080060040 0700c0 000102030405060708090a0b0c0d0e0f";
  const Decoded got = Talk{}(hello, ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["version"], "ssl2");
  EXPECT_EQ(Talk{}("8010 04 00 01 0002 0000 0003 0002 0700c0 0102", answer).fault, "tls.ssl2");
  EXPECT_EQ(Talk{}("8010 04 00 01 0002 0009 0003 0002 0700c0 0102", answer).fault, "tls.length");
  Context foreign{ask, Transport::tcp, 40000, 20000};
  EXPECT_EQ(protocol.identify(from_hex(hello), foreign), Identity::yes);
}

TEST(Tls, InventsNothingFromACutHello) {
  const auto whole = from_hex(record(client_hello(chrome_suites, chrome_extensions())));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Pieces pieces;
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask, &pieces);
    EXPECT_EQ(got.fault, "tls.record") << size;
    EXPECT_TRUE(got.operations.empty()) << size;
  }
  const auto body = from_hex(client_hello(chrome_suites, chrome_extensions())).size() - 4;
  const std::string content = client_hello(chrome_suites, chrome_extensions()).substr(8);
  for (std::size_t size = 0; size < body; ++size) {  // a message whose end is cut off and whose length says so
    const Decoded got = Talk{}(record(message(1, content.substr(0, 2 * size))), ask);
    const bool without_extensions = size == 2 + 32 + 1 + 2 + 32 + 2;
    EXPECT_EQ(got.fault, without_extensions ? "" : "tls.length") << size;
    if (!without_extensions) {
      EXPECT_EQ(got["ja4"], "absent") << size;
      EXPECT_TRUE(got.operations.empty()) << size;
    }
  }
}

TEST(Tls, InventsNothingFromACutCertificate) {
  const std::string whole = certificate();
  for (std::size_t size = 1; size < whole.size() / 2; ++size) {
    const std::string cut = whole.substr(0, 2 * size);
    const Decoded got = Talk{}(record(message(11, counted(counted(cut, 3), 3))), answer);
    EXPECT_EQ(got.fault, "tls.certificate") << size;
    EXPECT_EQ(got["cert_subject"], "absent") << size;
  }
}

TEST(Tls, RefusesAFlightWithoutEnd) {
  Talk talk;
  EXPECT_EQ(talk(record("01ffffff03"), ask).fault, "tls.flight");
  EXPECT_EQ(talk(record(client_hello("002f", "")), ask).role, Role::part);
  std::string many;
  for (int i = 0; i < 65; ++i) many += message(0, "");
  EXPECT_EQ(Talk{}(record(many), answer).fault, "tls.flight");
  EXPECT_EQ(Talk{}(record(""), answer).fault, "tls.record");
}

TEST(Tls, FramesRecordsAndPassesOverSecrets) {
  const auto frame = [](const std::string& hex) { return protocol.frame(from_hex(hex), {}); };
  EXPECT_EQ(frame("160301").kind, Frame::Kind::need);
  EXPECT_EQ(frame("1603010004" "0e0000").size, 9u);
  EXPECT_EQ(frame("1603010004" "0e000000").kind, Frame::Kind::message);
  EXPECT_EQ(frame("1703034000").kind, Frame::Kind::skip);
  EXPECT_EQ(frame("1703034000").size, 0x4005u);
  EXPECT_EQ(frame("170303ffff").kind, Frame::Kind::lost);
  EXPECT_EQ(frame("1604").kind, Frame::Kind::lost);
  EXPECT_EQ(frame("47455420").kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.resync(from_hex("0000" "1703030001" "aa" "1703030001" "bb"), {}), 2u);
  EXPECT_EQ(protocol.resync(from_hex("0000" "1703030101" "aabbccdd"), {}), 11u);
  EXPECT_EQ(protocol.resync(from_hex("1703030101" "aabbccdd"), {}), 0u);
}

TEST(Tls, IsKnownOnAnyPortAndFromItsMiddle) {
  Context foreign{ask, Transport::tcp, 40000, 12404}, own{ask, Transport::tcp, 40000, 443};
  const auto identify = [&](const std::string& hex) { return protocol.identify(from_hex(hex), foreign); };
  const std::string hello = record(client_hello("002f", ""));
  EXPECT_EQ(identify(hello), Identity::yes);
  EXPECT_EQ(identify(hello.substr(0, 20)), Identity::unsure);
  EXPECT_EQ(identify(record(server_hello("0303", "002f"))), Identity::yes);
  EXPECT_EQ(identify("1703030004aabbccdd"), Identity::yes);
  EXPECT_EQ(identify("1703030005aabbccdd"), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("1703030005aabbccdd"), own), Identity::yes);
  EXPECT_EQ(identify("160301000401000000"), Identity::unsure);
  EXPECT_EQ(identify("16030100040100000003030000"), Identity::no);
  EXPECT_EQ(identify("030000"), Identity::no);
  EXPECT_EQ(identify("8000000000000000000000"), Identity::no);
  Context modbus{ask, Transport::tcp, 40000, 802};
  EXPECT_EQ(protocol.identify(from_hex(hello), modbus), Identity::no);
  Context udp{ask, Transport::udp, 40000, 443};
  EXPECT_EQ(protocol.identify(from_hex(hello), udp), Identity::no);
  EXPECT_EQ(protocol.sender(from_hex(hello), foreign), End::client);
  EXPECT_EQ(protocol.sender(from_hex(record(server_hello("0303", "002f"))), foreign), End::server);
}

}  // namespace
}  // namespace langyan::tls
