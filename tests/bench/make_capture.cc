// A large capture out of the small ones in pcaps/: many conversations, each with addresses of its
// own, alive at once.
//
//   make_capture PCAPS OUT [PACKETS] [CONVERSATIONS] [mixed]
//
// mixed: three conversations in four are of an office (office.h), the others of the plant.
//
// A conversation plays one scene of the table below over and over: the frames as they were
// captured, at their pace, between addresses that are only its own, each round from another client
// port. What is changed is corrected in the checksums by difference (RFC 1624), so a wrong one
// stays wrong. Conversations start spread over their scene's period. The same arguments give the
// same file.

#include <pcap/dlt.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "capture/source.h"
#include "office.h"

namespace {

using namespace langyan;

constexpr std::uint64_t most_packets = 1'000'000'000, most_conversations = 65'536;
constexpr std::size_t most_hosts = 254;  // of one scene
constexpr Time start = 1'700'000'000 * second;
constexpr unsigned plant_weight = 9;  // of the plant's shares against those of an office
constexpr Duration office_pause = 20 * second;  // of a host, between two conversations
constexpr unsigned first_ephemeral = 32'768, ephemeral_ports = 28'000;

// A plant's mirror port: mostly polls, some reports and writes, now and then an engineer, and
// office traffic beside them. `share`: of the conversations. `period`: from one round to the next;
// a scene that lasts longer follows itself at once.
struct Scene {
  const char* path;
  unsigned share;
  Duration period;
};
constexpr Scene scenes[] = {
    {"modbus/poll.pcap", 36, 61 * second},
    {"modbus/write-by-master.pcap", 10, 20 * second},
    {"modbus/poll-short.pcap", 4, 30 * second},
    {"modbus/diagnostics.pcap", 1, minute},
    {"modbus/exceptions.pcap", 1, minute},
    {"s7comm/poll-read.pcap", 14, 16 * second},
    {"s7comm/write-by-master.pcap", 5, 20 * second},
    {"s7comm/szl-identify.pcap", 1, minute},
    {"s7comm/program-upload.pcap", 1, minute},
    {"iec104/monitor-only.pcap", 14, 10 * second},
    {"iec104/command-sequence.pcap", 4, 20 * second},
    {"iec104/sequence-of-elements.pcap", 2, 10 * second},
    {"it/office.pcap", 5, 20 * second},
    {"it/ping.pcap", 2, 10 * second},
};

struct Frame {
  Duration offset = 0;  // from the scene's first frame
  std::uint32_t wire_length = 0;
  std::vector<std::uint8_t> octets;
};

struct Play {  // a scene, loaded
  std::vector<Frame> frames;
  std::vector<std::array<std::uint8_t, 4>> hosts;  // its addresses, in the order they appear
  Duration period = 0;
  bool outside = false;  // all but the first host are of another network
};

struct Conversation {
  const Play* play = nullptr;
  std::uint32_t number = 0;
  std::uint32_t round = 0;
  std::size_t next = 0;
  Time began = 0;
  Time due() const { return began + play->frames[next].offset; }
};

std::uint16_t u16_at(const std::uint8_t* at) {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
void put_u16(std::uint8_t* at, std::uint16_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8), at[1] = static_cast<std::uint8_t>(value);
}

// RFC 1624, equation 3: HC' = ~(~HC + ~m + m').
void correct(std::uint8_t* checksum, std::uint16_t before, std::uint16_t after) {
  std::uint32_t sum = static_cast<std::uint16_t>(~u16_at(checksum));
  sum += static_cast<std::uint16_t>(~before);
  sum += after;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  put_u16(checksum, static_cast<std::uint16_t>(~sum));
}

// What one conversation does to the frames of its scene.
class Rewriter {
 public:
  explicit Rewriter(const Conversation& conversation) : own_(conversation) {}

  void frame(std::vector<std::uint8_t>& octets) {
    constexpr std::size_t ethernet = 14;
    constexpr std::uint16_t ipv4_type = 0x0800, arp_type = 0x0806;
    if (octets.size() < ethernet) return;
    mac(&octets[0]), mac(&octets[6]);
    const std::uint16_t type = u16_at(&octets[12]);
    if (type == arp_type && octets.size() >= ethernet + 28) arp(&octets[ethernet]);
    if (type == ipv4_type) ipv4(&octets[ethernet], octets.size() - ethernet);
  }

 private:
  void mac(std::uint8_t* at) {  // the last octets tell the hosts of a scene apart and are kept
    constexpr std::uint8_t nobody[6] = {};
    if (at[0] & 1 || !std::memcmp(at, nobody, sizeof nobody)) return;
    at[0] = 0x02, put_u16(at + 1, static_cast<std::uint16_t>(own_.number));
  }
  // False: an address that is nobody's own.
  bool address(const std::uint8_t* before, std::uint8_t* after) const {
    if (before[0] >= 224 || before[0] == 0) return false;
    const auto& hosts = own_.play->hosts;
    const auto host = std::ranges::find_if(
        hosts, [&](const auto& each) { return !std::memcmp(each.data(), before, 4); });
    if (host == hosts.end()) return false;
    const bool outside = own_.play->outside && host != hosts.begin();
    after[0] = outside ? 93 : 10, put_u16(after + 1, static_cast<std::uint16_t>(own_.number));
    after[3] = static_cast<std::uint8_t>(host - hosts.begin() + 1);
    return true;
  }
  void arp(std::uint8_t* at) {
    mac(at + 8), mac(at + 18);
    for (std::uint8_t* place : {at + 14, at + 24}) {
      std::uint8_t other[4];
      if (address(place, other)) std::memcpy(place, other, 4);
    }
  }
  void ipv4(std::uint8_t* at, std::size_t size) {
    constexpr std::uint8_t tcp = 6, udp = 17;
    if (size < 20) return;
    const std::size_t header = std::size_t{4} * (at[0] & 15);
    const bool first = (u16_at(at + 6) & 0x1fff) == 0;
    std::uint8_t* checksum = nullptr;
    std::uint8_t* ports = nullptr;
    if (first && at[9] == tcp && size >= header + 18)
      ports = at + header, checksum = at + header + 16;
    if (first && at[9] == udp && size >= header + 8) {
      ports = at + header;
      if (u16_at(at + header + 6)) checksum = at + header + 6;
    }
    for (std::uint8_t* place : {at + 12, at + 16}) {
      std::uint8_t other[4];
      if (!address(place, other)) continue;
      for (const int half : {0, 2}) change(place + half, u16_at(other + half), at + 10, checksum);
    }
    if (!ports) return;
    for (std::uint8_t* place : {ports, ports + 2}) {
      const unsigned port = u16_at(place);
      if (port < first_ephemeral) continue;
      const unsigned other =
          first_ephemeral + (port - first_ephemeral + own_.round * 613u) % ephemeral_ports;
      change(place, static_cast<std::uint16_t>(other), checksum, nullptr);
    }
  }
  static void change(std::uint8_t* place, std::uint16_t value, std::uint8_t* first,
                     std::uint8_t* second) {
    for (std::uint8_t* checksum : {first, second})
      if (checksum) correct(checksum, u16_at(place), value);
    put_u16(place, value);
  }

  const Conversation& own_;
};

bool load(const std::string& path, Duration period, Play& play) {
  auto source = capture::open_file(path);
  if (!source)
    return std::fprintf(stderr, "make_capture: %s\n", source.error().message.c_str()), false;
  Time first = 0;
  const auto meet = [&](const std::uint8_t* address) {
    std::array<std::uint8_t, 4> host;
    std::memcpy(host.data(), address, 4);
    if (std::ranges::find(play.hosts, host) == play.hosts.end()) play.hosts.push_back(host);
  };
  while (true) {
    const auto more = (*source)->read(256, [&](const capture::Packet& packet) {
      if (play.frames.empty()) first = packet.time;
      Frame frame;
      frame.offset = std::max<Duration>(0, packet.time - first);
      frame.wire_length = packet.wire_length;
      frame.octets.assign(packet.data.begin(), packet.data.end());
      if (frame.octets.size() >= 34 && u16_at(&frame.octets[12]) == 0x0800) {
        meet(&frame.octets[26]), meet(&frame.octets[30]);
      }
      play.frames.push_back(std::move(frame));
    });
    if (!more)
      return std::fprintf(stderr, "make_capture: %s\n", more.error().message.c_str()), false;
    if (*more == capture::Progress::end) break;
  }
  if (play.frames.empty() || (*source)->link_type() != DLT_EN10MB ||
      play.hosts.size() > most_hosts) {
    return std::fprintf(stderr, "make_capture: %s: not a scene of Ethernet frames\n", path.c_str()),
           false;
  }
  // A capture's times may step back a little between its interfaces; here they only go forward.
  std::ranges::stable_sort(play.frames, {}, &Frame::offset);
  play.period = std::max(period, play.frames.back().offset + millisecond);
  return true;
}

class PcapWriter {  // microseconds, Ethernet, the host's byte order
 public:
  explicit PcapWriter(const char* path)
      : file_(std::fopen(path, "wb"), &std::fclose), buffer_(1 << 20) {
    if (!file_) return;
    std::setvbuf(file_.get(), buffer_.data(), _IOFBF, buffer_.size());
    const std::uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262'144, DLT_EN10MB};
    put(header, sizeof header);
  }
  explicit operator bool() const { return file_ != nullptr; }
  void frame(Time time, const std::vector<std::uint8_t>& octets, std::uint32_t wire_length) {
    const std::uint32_t header[] = {static_cast<std::uint32_t>(time / second),
                                    static_cast<std::uint32_t>(time % second),
                                    static_cast<std::uint32_t>(octets.size()), wire_length};
    put(header, sizeof header);
    put(octets.data(), octets.size());
  }
  bool close() {
    std::FILE* file = file_.release();
    return std::fclose(file) == 0 && good_;
  }

 private:
  void put(const void* octets, std::size_t size) {
    good_ &= std::fwrite(octets, 1, size, file_.get()) == size;
  }

  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::vector<char> buffer_;
  bool good_ = true;
};

Play play_of(bench::OfficeScene scene) {
  Play play;
  play.hosts = {{192, 168, 1, 10}, {192, 168, 2, 20}};
  play.outside = scene.outside;
  for (bench::OfficeFrame& frame : scene.frames)
    play.frames.push_back({frame.offset, static_cast<std::uint32_t>(frame.octets.size()), std::move(frame.octets)});
  play.period = play.frames.back().offset + office_pause;
  return play;
}

// Conversations get the plays in proportion to their shares, evenly mixed.
std::vector<std::size_t> deal(const std::vector<unsigned>& shares, std::size_t conversations) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < shares.size(); ++i) order.insert(order.end(), shares[i], i);
  std::mt19937 random(1);
  for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random() % (i + 1)]);
  std::vector<std::size_t> dealt(conversations);
  for (std::size_t i = 0; i < conversations; ++i) dealt[i] = order[i % order.size()];
  return dealt;
}

int make(const std::string& pcaps, const char* out, std::uint64_t packets,
         std::uint64_t conversations, bool mixed) {
  std::vector<Play> plays(std::size(scenes));
  std::vector<unsigned> shares;
  for (std::size_t i = 0; i < plays.size(); ++i) {
    if (!load(pcaps + "/" + scenes[i].path, scenes[i].period, plays[i])) return 1;
    shares.push_back(scenes[i].share * (mixed ? plant_weight : 1));
  }
  if (mixed) {
    for (bench::OfficeScene& scene : bench::office_scenes()) {
      shares.push_back(scene.share);
      plays.push_back(play_of(std::move(scene)));
    }
  }
  std::vector<Conversation> all(conversations);
  const auto later = [](const Conversation* a, const Conversation* b) {
    return std::pair(a->due(), a->number) > std::pair(b->due(), b->number);
  };
  std::priority_queue<Conversation*, std::vector<Conversation*>, decltype(later)> queue(later);
  const auto dealt = deal(shares, conversations);
  std::mt19937 random(2);
  for (std::uint32_t i = 0; i < conversations; ++i) {
    all[i].play = &plays[dealt[i]];
    all[i].number = i;
    all[i].began =
        start + static_cast<Duration>(random() % static_cast<std::uint64_t>(all[i].play->period));
    queue.push(&all[i]);
  }
  PcapWriter writer(out);
  if (!writer) return std::fprintf(stderr, "make_capture: %s: cannot create it\n", out), 1;
  std::vector<std::uint8_t> octets;
  std::uint64_t bytes = 0, rounds = 0;
  Time now = 0;
  for (std::uint64_t i = 0; i < packets; ++i) {
    Conversation& one = *queue.top();
    queue.pop();
    const Frame& frame = one.play->frames[one.next];
    now = one.due();
    octets = frame.octets;
    Rewriter(one).frame(octets);
    writer.frame(now, octets, frame.wire_length);
    bytes += frame.wire_length;
    if (++one.next == one.play->frames.size()) {
      one.next = 0, one.began += one.play->period;
      ++one.round, ++rounds;
    }
    queue.push(&one);
  }
  if (!writer.close()) return std::fprintf(stderr, "make_capture: %s: cannot write it\n", out), 1;
  std::printf("%s: %" PRIu64 " packets of %" PRIu64 " octets on average, %" PRIu64
              " conversations, %" PRIu64 " rounds played to their end, %.0f s\n",
              out, packets, bytes / packets, conversations, rounds,
              static_cast<double>(now - start) / second);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3)
    return std::fputs("usage: make_capture PCAPS OUT [PACKETS] [CONVERSATIONS] [mixed]\n", stderr), 2;
  const std::uint64_t packets = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1'000'000;
  const std::uint64_t conversations = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 200;
  if (packets < 1 || packets > most_packets || conversations < 1 ||
      conversations > most_conversations) {
    return std::fputs("make_capture: packets are 1 to 1000000000, conversations 1 to 65536\n",
                      stderr),
           2;
  }
  return make(argv[1], argv[2], packets, conversations, argc > 5 && !std::strcmp(argv[5], "mixed"));
}
