// A capture of a plant under a flood, on standard output: steady Modbus conversations, and between
// their packets one storm after the other.
//
//   make_flood PACKETS_A_STORM [CONVERSATIONS] [STORM]...
//                                            storms: syn udp arp fragments holes, and calm
//
// syn: connection requests of ever new senders; udp: one host asks ever new hosts and ports; arp:
// questions for ever new addresses; fragments: first pieces of datagrams that never become whole;
// holes: segments of ever new connections that lie behind octets that never come. calm is no storm
// but as many packets of a single UDP flow: what they cost is the price of reading, not of
// flooding. Each conversation opens before the first storm, then polls, and writes a register every
// second of the capture's time, answered; it ends after the last. Says on standard error what it
// made, as JSON. The same arguments give the same octets.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint64_t packets_a_second = 20'000;  // of a storm
constexpr std::uint32_t controller = 0x0a140000, master = 0x0a140100;
constexpr std::uint8_t fin = 1, syn = 2, psh = 8, ack = 16;

std::uint64_t now_us = 1'772'438'400'000'000, packets_made = 0, writes = 0, reads = 0;

struct Frame {
  std::uint8_t octets[512];
  std::size_t size = 0;
  Frame& put(std::uint64_t value, std::size_t width) {
    while (width-- > 0) octets[size++] = static_cast<std::uint8_t>(value >> 8 * width);
    return *this;
  }
  Frame& put(std::string_view text) {
    std::memcpy(octets + size, text.data(), text.size());
    size += text.size();
    return *this;
  }
};

void out(const Frame& frame) {
  const std::uint32_t head[] = {static_cast<std::uint32_t>(now_us / 1'000'000),
                                static_cast<std::uint32_t>(now_us % 1'000'000),
                                static_cast<std::uint32_t>(frame.size),
                                static_cast<std::uint32_t>(frame.size)};
  std::fwrite(head, sizeof head, 1, stdout);
  std::fwrite(frame.octets, frame.size, 1, stdout);
  ++packets_made;
}

Frame ether(std::uint64_t to, std::uint64_t from, std::uint16_t type) {
  return Frame{}.put(to, 6).put(from, 6).put(type, 2);
}

Frame ip(std::uint32_t from, std::uint32_t to, std::uint8_t protocol, std::size_t size,
         std::uint16_t id = 0, std::uint16_t fragment = 0x4000) {
  Frame frame = ether(0x020000000001, 0x020000000002, 0x0800);
  const std::size_t begin = frame.size;
  frame.put(0x4500, 2).put(20 + size, 2).put(id, 2).put(fragment, 2).put(64, 1).put(protocol, 1);
  frame.put(0, 2).put(from, 4).put(to, 4);
  std::uint32_t sum = 0;
  for (std::size_t at = begin; at < frame.size; at += 2)
    sum += static_cast<std::uint32_t>(frame.octets[at] << 8 | frame.octets[at + 1]);
  sum = (sum & 0xffff) + (sum >> 16), sum = (sum & 0xffff) + (sum >> 16);
  frame.octets[begin + 10] = static_cast<std::uint8_t>(~sum >> 8);
  frame.octets[begin + 11] = static_cast<std::uint8_t>(~sum);
  return frame;
}

void tcp(std::uint32_t from, std::uint32_t to, std::uint16_t sport, std::uint16_t dport,
         std::uint32_t sequence, std::uint32_t acknowledgement, std::uint8_t flags,
         std::string_view payload = {}) {
  Frame frame = ip(from, to, 6, 20 + payload.size());
  frame.put(sport, 2).put(dport, 2).put(sequence, 4).put(acknowledgement, 4);
  frame.put(0x50, 1).put(flags, 1).put(8'192, 2).put(0, 4).put(payload);
  out(frame);
}

class Conversation {
 public:
  explicit Conversation(std::uint32_t number) : number_(number), client_port_(40'000) {}
  void open() { send(true, syn, {}), send(false, syn | ack, {}), send(true, ack, {}); }
  void poll() {
    exchange(std::string("\x03\x00\x00\x00\x02", 5), std::string("\x03\x04\x00\x07\x00\x08", 6));
    ++reads;
  }
  void write() {
    ++writes;
    const std::string order{'\x06', '\x00', '\x04', static_cast<char>(writes >> 8),
                            static_cast<char>(writes)};
    exchange(order, order);
  }
  void close() { send(true, fin | ack, {}), send(false, fin | ack, {}), send(true, ack, {}); }

 private:
  void exchange(const std::string& request, const std::string& answer) {
    ++transaction_;
    for (const bool forth : {true, false}) {
      const std::string& pdu = forth ? request : answer;
      std::string message{static_cast<char>(transaction_ >> 8),
                          static_cast<char>(transaction_),
                          0,
                          0,
                          0,
                          static_cast<char>(pdu.size() + 1),
                          1};
      send(forth, psh | ack, message + pdu);
    }
  }
  void send(bool forth, std::uint8_t flags, const std::string& payload) {
    std::uint32_t &mine = forth ? client_ : server_, &other = forth ? server_ : client_;
    const std::uint32_t client = master + number_, server = controller + number_ % 8;
    tcp(forth ? client : server, forth ? server : client, forth ? client_port_ : 502,
        forth ? 502 : client_port_, mine, flags & ack ? other : 0, flags, payload);
    mine += static_cast<std::uint32_t>(payload.size()) + (flags & (syn | fin) ? 1 : 0);
  }
  std::uint32_t number_, client_ = 1'000, server_ = 900'000;
  std::uint16_t client_port_, transaction_ = 0;
};

// Packet `i` of a storm.
void storm(std::string_view kind, std::uint32_t i) {
  const std::uint32_t mixed = i * 2'654'435'761u;
  const std::uint32_t stranger = 0x0b000000 | (i & 0xffffff);
  const auto port = static_cast<std::uint16_t>(1'024 + mixed % 60'000);
  if (kind == "syn") return tcp(stranger, controller, port, 502, mixed, 0, syn);
  if (kind == "holes") {  // a connection of two packets: its opening, and what lies far behind it
    const std::uint32_t one = i / 2, start = one * 2'654'435'761u;
    const auto from = static_cast<std::uint16_t>(1'024 + start % 60'000);
    if (i % 2 == 0) return tcp(0x0b000000 | one, controller, from, 502, start, 0, syn);
    return tcp(0x0b000000 | one, controller, from, 502, start + 700, 1, psh | ack,
               std::string(300, 'x'));
  }
  Frame frame;
  if (kind == "udp" || kind == "calm") {
    const bool calm = kind == "calm";
    frame = ip(0x0c000001, 0x0d000000 | (calm ? 0 : i & 0xffffff), 17, 16);
    frame.put(calm ? 5'000 : port, 2)
        .put(calm ? 5'001 : mixed >> 16 & 0xffff, 2)
        .put(16, 2)
        .put(0, 2)
        .put("\x01scan...");
  } else if (kind == "arp") {
    frame = ether(0xffffffffffff, 0x020000000000 | i, 0x0806);
    frame.put(0x00010800'0604'0001, 8).put(0x020000000000 | i, 6).put(stranger, 4).put(0, 6);
    frame.put(controller + 4'096 + i % 65'536, 4);
  } else if (kind == "fragments") {
    frame = ip(stranger, controller, 17, 304, static_cast<std::uint16_t>(i), 0x2000);
    frame.put(port, 2).put(502, 2).put(2'000, 2).put(0, 2).put(std::string(296, 'y'));
  } else {
    std::fprintf(stderr, "no storm is named %.*s\n", static_cast<int>(kind.size()), kind.data());
    std::exit(2);
  }
  out(frame);
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return std::fprintf(stderr, "make_flood PACKETS [CONVERSATIONS] [STORM]...\n"), 2;
  const auto packets = static_cast<std::uint32_t>(std::strtoul(words[1], nullptr, 10));
  const auto talks =
      static_cast<std::uint32_t>(count > 2 ? std::strtoul(words[2], nullptr, 10) : 16);
  std::vector<std::string> storms(words + std::min(count, 3), words + count);
  if (storms.empty()) storms = {"syn", "udp", "arp", "fragments", "holes"};

  const std::uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 262'144, 1};
  std::fwrite(head, sizeof head, 1, stdout);
  std::vector<Conversation> conversations;
  for (std::uint32_t i = 0; i < talks; ++i) conversations.emplace_back(i);
  for (auto& one : conversations) one.open(), one.poll(), now_us += 1'000;
  std::uint64_t due = now_us;
  const std::uint64_t period = 1'000'000 / (talks ? talks : 1);
  std::uint32_t turn = 0;
  for (const std::string& kind : storms) {
    for (std::uint32_t i = 0; i < packets; ++i) {
      for (; talks && due <= now_us; due += period, ++turn) {
        conversations[turn % talks].poll();
        if (turn / talks % 2 == 0) conversations[turn % talks].write();
      }
      storm(kind, i);
      now_us += 1'000'000 / packets_a_second;
    }
  }
  for (auto& one : conversations) one.write(), one.close(), now_us += 1'000;
  std::fflush(stdout);
  std::fprintf(stderr, "{\"packets\":%" PRIu64 ",\"writes\":%" PRIu64 ",\"reads\":%" PRIu64 "}\n",
               packets_made, writes, reads);
  return std::ferror(stdout) ? 1 : 0;
}
