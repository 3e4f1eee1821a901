#include "parsers/ssh/ssh.h"

#include <gmock/gmock.h>

#include "base/digest.h"
#include "fields/test_decode.h"

namespace langyan::ssh {
namespace {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

class Pieces final : public Assembly {
 public:
  bool append(Bytes piece) override { return held_.insert(held_.end(), piece.begin(), piece.end()), true; }
  Bytes bytes() const override { return held_; }
  void clear() override { held_.clear(); }

 private:
  std::vector<std::uint8_t> held_;
};

std::vector<std::uint8_t> octets(std::string_view text) { return {text.begin(), text.end()}; }
void add32(std::vector<std::uint8_t>& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
std::vector<std::uint8_t> packet(std::vector<std::uint8_t> payload) {
  const std::size_t padding = 4 + (8 - (payload.size() + 5 + 4) % 8) % 8;
  std::vector<std::uint8_t> out;
  add32(out, payload.size() + padding + 1);
  out.push_back(static_cast<std::uint8_t>(padding));
  out.insert(out.end(), payload.begin(), payload.end());
  out.insert(out.end(), padding, 0);
  return out;
}
std::vector<std::uint8_t> kexinit() {
  std::vector<std::uint8_t> out{20};
  out.insert(out.end(), 16, 0xcc);
  for (std::string_view list : {"curve25519-sha256,ext-info-c", "ssh-ed25519", "aes128-ctr", "aes256-gcm@openssh.com",
                                "hmac-sha2-256", "hmac-sha1", "none,zlib@openssh.com", "none", "", ""}) {
    add32(out, list.size());
    out.insert(out.end(), list.begin(), list.end());
  }
  out.insert(out.end(), 5, 0);
  return out;
}
std::string md5_text(std::string_view text) {
  std::string hex;
  for (std::uint8_t octet : md5(bytes_of(text))) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", octet);
    hex += pair;
  }
  return hex;
}

TEST(Ssh, ReadsWhoSpeaks) {
  const Decoded got = MessageDecoder(protocol)(octets("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"), answer);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["proto"], "2.0");
  EXPECT_EQ(got["software"], "OpenSSH_9.2p1");
  EXPECT_EQ(got["comments"], "Debian-2+deb12u10");
  EXPECT_EQ(got.facts, std::vector<std::string>{"description=OpenSSH_9.2p1 Debian-2+deb12u10"});
  EXPECT_EQ(MessageDecoder(protocol)(octets("SSH-2.0-dropbear\n"), answer)["software"], "dropbear");
}

TEST(Ssh, NamesVersionOneAndLinesThatCannotBe) {
  const auto fault_of = [](std::string_view line) { return MessageDecoder(protocol)(octets(line), answer).fault; };
  EXPECT_EQ(fault_of("SSH-1.5-Cisco-1.25\n"), "ssh.version_1");
  EXPECT_EQ(fault_of("SSH-1.99-Cisco-1.25\n"), "");
  EXPECT_EQ(fault_of("SSH-2.0\r\n"), "ssh.identification");
  EXPECT_EQ(fault_of("SSH--x\r\n"), "ssh.identification");
  EXPECT_EQ(fault_of("SSH-2.0-\r\n"), "ssh.identification");
  EXPECT_EQ(fault_of("SSH-2.0-" + std::string(247, 'A')), "ssh.identification");
}

TEST(Ssh, MakesHasshOfEachSide) {
  for (const Direction way : {ask, answer}) {
    MessageDecoder decoder(protocol);
    Pieces pieces;
    decoder(octets("SSH-2.0-PuTTY_Release_0.78\r\n"), way, &pieces);
    const Decoded got = decoder(packet(kexinit()), way, &pieces);
    EXPECT_EQ(got.fault, "");
    const bool client = way == ask;
    const std::string wanted = client ? "curve25519-sha256,ext-info-c;aes128-ctr;hmac-sha2-256;none,zlib@openssh.com"
                                      : "curve25519-sha256,ext-info-c;aes256-gcm@openssh.com;hmac-sha1;none";
    EXPECT_EQ(got[client ? "hassh_string" : "hassh_server_string"], wanted);
    EXPECT_EQ(got[client ? "hassh" : "hassh_server"], md5_text(wanted));
    EXPECT_EQ(got[client ? "hassh_server" : "hassh"], "absent");
    EXPECT_EQ(got["host_key_algorithms"], "ssh-ed25519");
    EXPECT_EQ(got.operations, std::vector<std::string>{"session PuTTY_Release_0.78 ok"});
    EXPECT_TRUE(decoder(packet(kexinit()), way, &pieces).operations.empty()) << "keys exchanged anew";
  }
}

TEST(Ssh, ReadsNothingThatIsSecret) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(packet({21}), ask)["encrypted"], "1");
  EXPECT_EQ(decoder(packet(kexinit()), ask).role, Role::part);
  EXPECT_EQ(decoder(packet(kexinit()), ask)["hassh"], "absent");
  EXPECT_NE(decoder(packet(kexinit()), answer)["hassh_server"], "absent");
}

TEST(Ssh, ReadsWhyItEnds) {
  std::vector<std::uint8_t> payload{1};
  add32(payload, 2), add32(payload, 3);
  for (char c : {'b', 'a', 'd'}) payload.push_back(static_cast<std::uint8_t>(c));
  add32(payload, 0);
  const Decoded got = MessageDecoder(protocol)(packet(payload), answer);
  EXPECT_EQ(got["disconnect_reason"], "protocol_error");
  EXPECT_EQ(got["disconnect_text"], "bad");
}

TEST(Ssh, InventsNothingFromACutMessage) {
  const auto payload = kexinit();
  for (std::size_t size = 1; size < payload.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)(packet({payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size)}), ask);
    EXPECT_EQ(got.fault, "ssh.length") << size;
    EXPECT_EQ(got["hassh"], "absent") << size;
    EXPECT_TRUE(got.operations.empty()) << size;
  }
  const auto whole = packet(payload);
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_EQ(MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask).fault,
              "ssh.length");
  auto lies = payload;
  lies[17] = 0xff;  // the first list has 4 GiB
  EXPECT_EQ(MessageDecoder(protocol)(packet(lies), ask).fault, "ssh.length");
}

TEST(Ssh, FramesLinesAndPacketsAndSkipsTheRest) {
  const auto frame = [](std::string_view text) { return protocol.frame(octets(text), {}); };
  EXPECT_EQ(frame("SS").kind, Frame::Kind::need);
  EXPECT_EQ(frame("SSH-2.0-x").kind, Frame::Kind::need);
  EXPECT_EQ(frame("SSH-2.0-x\r\nmore").size, 11u);
  EXPECT_EQ(frame("SSH-" + std::string(400, 'x')).size, 255u);
  EXPECT_EQ(frame("Authorized use only\r\nSSH-2.0-x\r\n").kind, Frame::Kind::skip);
  EXPECT_EQ(frame("Authorized use only\r\nSSH-2.0-x\r\n").size, 21u);
  EXPECT_EQ(frame("\x8a\x01\x02\x03\x04\x05\x06").size, 7u);
  const auto whole = packet(kexinit());
  EXPECT_EQ(protocol.frame(whole, {}).size, whole.size());
  EXPECT_EQ(protocol.frame(Bytes{whole}.first(5), {}).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(from_hex("00000010 9a 14 0000000000000000"), {}).kind, Frame::Kind::skip)
      << "as AES-GCM sends it";
  EXPECT_EQ(protocol.resync(whole, {}), 0u);
  EXPECT_EQ(protocol.resync(octets("abcd"), {}), 4u);
}

TEST(Ssh, IsKnownByItsFirstLineOnly) {
  Context foreign{ask, Transport::tcp, 40000, 2222};
  const auto identify = [&](std::string_view text) { return protocol.identify(octets(text), foreign); };
  EXPECT_EQ(identify("SS"), Identity::unsure);
  EXPECT_EQ(identify("SSH-"), Identity::unsure);
  EXPECT_EQ(identify("SSH-2.0-x"), Identity::yes);
  EXPECT_EQ(identify("SSH-x"), Identity::no);
  EXPECT_EQ(identify("GET / HTTP/1.1"), Identity::no);
  Context udp{ask, Transport::udp, 40000, 22};
  EXPECT_EQ(protocol.identify(octets("SSH-2.0-x"), udp), Identity::no);
}

}  // namespace
}  // namespace langyan::ssh
