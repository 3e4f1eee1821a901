#include "office.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>

namespace langyan::bench {
namespace {

constexpr std::size_t segment_size = 1'448;
constexpr std::uint8_t tcp = 6, udp = 17;
constexpr std::uint8_t syn = 2, ack = 16, push = 8, fin = 1;

std::mt19937& random_source() {
  static std::mt19937 source(7);
  return source;
}
std::size_t roll(std::size_t below) { return random_source()() % below; }

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8), out += static_cast<char>(value);
}
void put32(std::string& out, std::uint32_t value) { put16(out, value >> 16), put16(out, value & 0xffff); }
std::string number16(unsigned value) {
  std::string out;
  return put16(out, value), out;
}

std::string noise(std::size_t size) {
  std::string out(size, '\0');
  for (char& octet : out) octet = static_cast<char>(random_source()());
  return out;
}

std::string word() {
  constexpr const char* parts[] = {"ap",  "ter",  "ing", "con",  "ment", "re",   "al",   "is",   "or",   "data",
                                   "net", "user", "ser", "vice", "on",   "time", "port", "load", "view", "main"};
  std::string out;
  for (std::size_t i = 2 + roll(3); i > 0; --i) out += parts[roll(std::size(parts))];
  return out;
}
std::string host_name() {
  constexpr const char* suffixes[] = {".com", ".net", ".org", ".example", ".cn"};
  return (roll(2) ? "www." : "") + word() + suffixes[roll(std::size(suffixes))];
}

class Conversation {
 public:
  Conversation(std::uint8_t protocol, std::uint16_t server_port)
      : protocol_(protocol), ports_{static_cast<std::uint16_t>(33'000 + roll(20'000)), server_port} {
    if (protocol != tcp) return;
    sequence_ = {static_cast<std::uint32_t>(random_source()()), static_cast<std::uint32_t>(random_source()())};
    segment(0, syn, {}), segment(1, syn | ack, {}), segment(0, ack, {});
  }
  void client(const std::string& data) { say(0, data); }
  void server(const std::string& data) { say(1, data); }
  OfficeScene end(bool outside, unsigned share) {
    if (protocol_ == tcp) segment(0, fin | ack, {}), segment(1, fin | ack, {}), segment(0, ack, {});
    return {std::move(frames_), outside, share};
  }

 private:
  void say(unsigned side, const std::string& data) {
    if (protocol_ == udp) return packet(side, udp_header(side, data) + data);
    for (std::size_t at = 0, count = 0; at < data.size(); at += segment_size) {
      const std::string piece = data.substr(at, segment_size);
      segment(side, static_cast<std::uint8_t>(ack | (at + piece.size() == data.size() ? push : 0)), piece);
      if (++count % 2 == 0) segment(1 - side, ack, {});
    }
    if (data.size() <= segment_size && roll(3) == 0) segment(1 - side, ack, {});
  }
  std::string udp_header(unsigned side, const std::string& data) const {
    return number16(ports_[side]) + number16(ports_[1 - side]) + number16(static_cast<unsigned>(8 + data.size())) +
           number16(0);
  }
  void segment(unsigned side, std::uint8_t flags, const std::string& data) {
    std::string header = number16(ports_[side]) + number16(ports_[1 - side]);
    put32(header, sequence_[side]);
    put32(header, flags & ack ? sequence_[1 - side] : 0);
    header += static_cast<char>(0x50), header += static_cast<char>(flags);
    put16(header, 64'240), put16(header, 0), put16(header, 0);
    sequence_[side] += static_cast<std::uint32_t>(data.size()) + (flags & syn || flags & fin ? 1u : 0u);
    packet(side, header + data);
  }
  static std::uint32_t sum(const std::string& data) {
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
      total += static_cast<std::uint32_t>(static_cast<std::uint8_t>(data[i])) << (i % 2 ? 0 : 8);
    return total;
  }
  static std::uint16_t fold(std::uint32_t total) {
    while (total >> 16) total = (total & 0xffff) + (total >> 16);
    return static_cast<std::uint16_t>(~total);
  }
  void packet(unsigned side, std::string transport) {
    const std::array<std::string, 2> hosts = {std::string("\xc0\xa8\x01\x0a"), std::string("\xc0\xa8\x02\x14")};
    const std::string pseudo =
        hosts[side] + hosts[1 - side] + number16(protocol_) + number16(static_cast<unsigned>(transport.size()));
    if (protocol_ == tcp) {
      const std::uint16_t check = fold(sum(pseudo) + sum(transport));
      transport[16] = static_cast<char>(check >> 8), transport[17] = static_cast<char>(check);
    }
    std::string ip("\x45\0", 2);
    put16(ip, static_cast<unsigned>(20 + transport.size())), put16(ip, static_cast<unsigned>(frames_.size())),
        put16(ip, 0x4000);
    ip += '\x40', ip += static_cast<char>(protocol_), put16(ip, 0);
    ip += hosts[side] + hosts[1 - side];
    const std::uint16_t check = fold(sum(ip));
    ip[10] = static_cast<char>(check >> 8), ip[11] = static_cast<char>(check);
    const std::string macs[] = {std::string("\x02\0\0\0\0\x01", 6), std::string("\x02\0\0\0\0\x02", 6)};
    const std::string frame = macs[1 - side] + macs[side] + std::string("\x08\0", 2) + ip + transport;
    frames_.push_back({now_, {frame.begin(), frame.end()}});
    now_ += static_cast<Duration>(200 + roll(20'000)) * (second / 1'000'000);
  }

  std::uint8_t protocol_;
  std::array<std::uint16_t, 2> ports_;
  std::array<std::uint32_t, 2> sequence_{};
  std::vector<OfficeFrame> frames_;
  Duration now_ = 0;
};

std::string page(std::size_t size) {
  std::string out = "<!DOCTYPE html>\n<html><head><title>" + word() + "</title><script type=\"text/javascript\">var " +
                    word() + " = 1;</script></head><body>\n";
  while (out.size() < size) {
    out += "<div class=\"" + word() + "\"><a href=\"/" + word() + "/" + word() +
           ".html?id=" + std::to_string(roll(1'000)) + "\">" + word() + "</a> ";
    for (std::size_t i = 4 + roll(12); i > 0; --i) out += word() + " ";
    out += "</div>\n";
  }
  return out + "</body></html>\n";
}

std::string answer(const std::string& type, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 06 Jan 2025 10:00:00 GMT\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: keep-alive\r\nCache-Control: max-age=600\r\n\r\n" + body;
}

OfficeScene browse() {
  Conversation talk(tcp, roll(5) ? 80 : 8080);
  const std::string host = host_name();
  for (std::size_t i = 2 + roll(8); i > 0; --i) {
    const bool post = roll(8) == 0;
    const std::string body = post ? "user=" + word() + "&id=" + std::to_string(roll(9'999)) + "&session=" + word() : "";
    talk.client((post ? "POST /" : "GET /") + word() + "/" + word() +
                (roll(3) ? ".php?id=" + std::to_string(roll(999)) + "&" + word() + "=" + word() : ".js") +
                " HTTP/1.1\r\nHost: " + host +
                "\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/120.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml,"
                "application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\nReferer: http://" +
                host + "/" + word() + "\r\nCookie: " + word() + "=" + word() + word() + "; token=" + word() +
                "\r\nConnection: keep-alive\r\n" +
                (post ? "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                            std::to_string(body.size()) + "\r\n"
                      : "") +
                "\r\n" + body);
    switch (roll(3)) {
      case 0: talk.server(answer("image/jpeg", "\xff\xd8\xff\xe0" + noise(1'000 + roll(30'000)))); break;
      case 1:
        talk.server(answer("application/json",
                           "{\"" + word() + "\": \"" + word() + "\", \"id\": " + std::to_string(roll(1'000)) + "}"));
        break;
      default: talk.server(answer("text/html; charset=utf-8", page(500 + roll(20'000))));
    }
  }
  return talk.end(roll(4) != 0, 30);
}

OfficeScene download() {
  Conversation talk(tcp, 80);
  talk.client("GET /download/" + word() + ".zip HTTP/1.1\r\nHost: " + host_name() +
              "\r\nUser-Agent: Updater/2.1\r\n\r\n");
  talk.server(answer("application/zip", "PK\x03\x04" + noise(100'000 + roll(200'000))));
  return talk.end(true, 3);
}

std::string tls_record(char type, const std::string& body) {
  return type + std::string("\x03\x03", 2) + number16(static_cast<unsigned>(body.size())) + body;
}
std::string handshake(char type, const std::string& body) {
  std::string out(1, type);
  out += static_cast<char>(body.size() >> 16);
  return out + number16(body.size() & 0xffff) + body;
}
std::string client_hello() {
  const std::string name = host_name();
  std::string names = number16(static_cast<unsigned>(name.size() + 3)) + std::string(1, '\0') +
                      number16(static_cast<unsigned>(name.size())) + name;
  std::string extensions = number16(0) + number16(static_cast<unsigned>(names.size())) + names;
  extensions += number16(10) + number16(8) + number16(6) + number16(29) + number16(23) + number16(24);
  extensions += number16(13) + number16(8) + number16(6) + number16(0x0403) + number16(0x0804) + number16(0x0401);
  extensions += number16(43) + number16(5) + std::string("\x04\x03\x04\x03\x03", 5);
  extensions += number16(51) + number16(38) + number16(36) + number16(29) + number16(32) + noise(32);
  const std::string ciphers =
      number16(0x1301) + number16(0x1302) + number16(0xc02b) + number16(0xc02f) + number16(0x009c);
  return handshake(1, number16(0x0303) + noise(32) + std::string(1, 32) + noise(32) +
                          number16(static_cast<unsigned>(ciphers.size())) + ciphers + std::string("\x01\0", 2) +
                          number16(static_cast<unsigned>(extensions.size())) + extensions);
}

OfficeScene secure() {
  Conversation talk(tcp, 443);
  talk.client(tls_record(22, client_hello()));
  talk.server(tls_record(22, handshake(2, number16(0x0303) + noise(32) + std::string("\0\xc0\x2f\0\0\0", 6))) +
              tls_record(22, handshake(11, noise(2'200) + "\x55\x04\x03\x0c\x0b" + host_name() + noise(900))));
  talk.client(tls_record(22, noise(70)) + tls_record(20, "\x01") + tls_record(22, noise(40)));
  talk.server(tls_record(20, "\x01") + tls_record(22, noise(40)));
  for (std::size_t i = 3 + roll(12); i > 0; --i) {
    talk.client(tls_record(23, noise(100 + roll(900))));
    for (std::size_t k = 1 + roll(6); k > 0; --k) talk.server(tls_record(23, noise(200 + roll(8'000))));
  }
  return talk.end(true, 36);
}

OfficeScene names() {
  Conversation talk(udp, 53);
  for (std::size_t i = 1 + roll(4); i > 0; --i) {
    std::string name, host = host_name();
    for (std::size_t at = 0; at <= host.size();) {
      const std::size_t end = std::min(host.find('.', at), host.size());
      name += static_cast<char>(end - at), name += host.substr(at, end - at);
      at = end + 1;
    }
    name += '\0';
    const std::string id = noise(2), question = name + number16(roll(4) ? 1 : 28) + number16(1);
    talk.client(id + number16(0x0100) + number16(1) + number16(0) + number16(0) + number16(0) + question);
    talk.server(id + number16(0x8180) + number16(1) + number16(1) + number16(0) + number16(0) + question +
                number16(0xc00c) + number16(1) + number16(1) + number16(0) + number16(300) + number16(4) + noise(4));
  }
  return talk.end(roll(2) == 0, 30);
}

std::string smb(unsigned command, bool is_answer, const std::string& body) {
  std::string header("\xfeSMB\x40\0\x01\0\0\0\0\0", 12);
  header += static_cast<char>(command), header += std::string("\0\x01\0", 3) +
                                                  std::string(1, is_answer ? '\x01' : '\0') + std::string(3, '\0') +
                                                  std::string(4, '\0');
  header += noise(8) + std::string(4, '\0') + noise(12) + std::string(16, '\0');
  header.resize(64, '\0');
  const std::string message = header + body;
  return std::string(1, '\0') + std::string(1, static_cast<char>(message.size() >> 16)) +
         number16(message.size() & 0xffff) + message;
}

std::string wide(const std::string& text) {
  std::string out;
  for (const char c : text) out += c, out += '\0';
  return out;
}

OfficeScene files() {
  Conversation talk(tcp, 445);
  talk.client(smb(0, false, std::string("\x24\0\x05\0\x01\0\0\0", 8) + noise(90)));
  talk.server(smb(0, true, std::string("\x41\0\x01\0", 4) + noise(120)));
  talk.client(smb(1, false,
                  std::string("\x19\0\0\x01", 4) + noise(20) + std::string("NTLMSSP\0\x03\0\0\0", 12) + noise(40) +
                      wide("DOMAIN" + word())));
  talk.server(smb(1, true, noise(60)));
  talk.client(smb(3, false, std::string("\x09\0\0\0", 4) + wide("\\\\server\\" + word())));
  talk.server(smb(3, true, noise(16)));
  for (std::size_t i = 1 + roll(5); i > 0; --i) {
    talk.client(smb(5, false, std::string("\x39\0\0\0", 4) + noise(52) + wide(word() + "\\" + word() + ".docx")));
    talk.server(smb(5, true, noise(88)));
    talk.client(smb(8, false, noise(48)));
    talk.server(smb(8, true,
                    std::string("\x11\0\x50\0", 4) + noise(12) +
                        (roll(2) ? noise(2'000 + roll(40'000)) : page(3'000 + roll(20'000)))));
  }
  return talk.end(false, 12);
}

OfficeScene shell() {
  Conversation talk(tcp, 22);
  talk.client("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), talk.server("SSH-2.0-OpenSSH_8.4\r\n");
  const std::string kinds =
      "curve25519-sha256,ecdh-sha2-nistp256,ssh-ed25519,aes256-ctr,chacha20-poly1305@openssh.com,hmac-sha2-256";
  for (int i = 0; i < 2; ++i) {
    const std::string body = std::string("\x0a\x14", 2) + noise(16) + std::string(2, '\0') +
                             number16(static_cast<unsigned>(kinds.size())) + kinds + noise(30);
    (i ? talk.server(std::string(2, '\0') + number16(static_cast<unsigned>(body.size())) + body)
       : talk.client(std::string(2, '\0') + number16(static_cast<unsigned>(body.size())) + body));
  }
  for (std::size_t i = 10 + roll(40); i > 0; --i) talk.client(noise(36 + roll(60))), talk.server(noise(36 + roll(500)));
  return talk.end(false, 6);
}

OfficeScene mail() {
  Conversation talk(tcp, 25);
  talk.server("220 mail.example ESMTP\r\n"), talk.client("EHLO " + word() + "\r\n"),
      talk.server("250-mail.example\r\n250 SIZE 35882577\r\n");
  talk.client("MAIL FROM:<" + word() + "@" + host_name() + ">\r\n"), talk.server("250 OK\r\n"),
      talk.client("RCPT TO:<" + word() + "@example.org>\r\n"), talk.server("250 OK\r\n");
  talk.client("DATA\r\n"), talk.server("354 go on\r\n"),
      talk.client("Subject: " + word() + "\r\nContent-Type: text/html\r\n\r\n" + page(2'000 + roll(20'000)) +
                  "\r\n.\r\n");
  talk.server("250 OK\r\n"), talk.client("QUIT\r\n"), talk.server("221 bye\r\n");
  return talk.end(roll(2) == 0, 3);
}

OfficeScene log() {
  Conversation talk(udp, 514);
  for (std::size_t i = 5 + roll(20); i > 0; --i)
    talk.client("<134>Jan  6 10:00:00 " + word() + " " + word() + "[" + std::to_string(roll(9'000)) +
                "]: session opened for user " + word());
  return talk.end(false, 5);
}

}  // namespace

std::vector<OfficeScene> office_scenes() {
  std::vector<OfficeScene> scenes;
  constexpr int variants = 24;
  for (const auto make : {browse, download, secure, names, files, shell, mail, log})
    for (int i = 0; i < (make == download ? 4 : variants); ++i) scenes.push_back(make());
  return scenes;
}

}  // namespace langyan::bench
