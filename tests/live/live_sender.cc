// Sends Ethernet frames as fast as it is told, and says how many the kernel took.
//
//   live_sender INTERFACE COUNT RATE [VLAN_EVERY]
//
// Frames are UDP datagrams between 10.9.x.y and 10.8.0.1, 60 to 250 octets, at RATE a second (0: as
// fast as it goes), sent in small groups at their time. Of each VLAN_EVERY one carries an 802.1Q
// tag. A frame the kernel refuses for want of buffers is offered again, so COUNT frames are sent.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t group_size = 64, longest = 256, kinds = 1024;

struct Frame {
  std::array<std::uint8_t, longest> bytes{};
  std::size_t size = 0;
};

void put_16(std::uint8_t* at, std::size_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8), at[1] = static_cast<std::uint8_t>(value);
}

Frame make_frame(std::size_t number, std::size_t vlan_every) {
  Frame frame;
  std::uint8_t* at = frame.bytes.data();
  const std::uint8_t macs[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  std::memcpy(at, macs, sizeof macs), at += sizeof macs;
  if (vlan_every != 0 && number % vlan_every == 0) {
    put_16(at, 0x8100), put_16(at + 2, 7), at += 4;
  }
  put_16(at, 0x0800), at += 2;
  const std::size_t payload = 18 + number * 37 % 180;
  std::uint8_t* ip = at;
  ip[0] = 0x45, put_16(ip + 2, 28 + payload), ip[8] = 64, ip[9] = 17;
  const std::uint8_t addresses[] = {
      10, 9, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number), 10, 8,
      0,  1};
  std::memcpy(ip + 12, addresses, sizeof addresses);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(ip[i] << 8 | ip[i + 1]);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  put_16(ip + 10, ~sum & 0xffff);
  put_16(ip + 20, 40'000 + number % 1000), put_16(ip + 22, 9), put_16(ip + 24, 8 + payload);
  frame.size = static_cast<std::size_t>(ip - frame.bytes.data()) + 28 + payload;
  return frame;
}

int open_on(const char* interface) {
  const int out = ::socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
  if (out < 0 || ::bind(out, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror(interface);
    std::exit(1);
  }
  return out;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) return std::fputs("live_sender INTERFACE COUNT RATE [VLAN_EVERY]\n", stderr), 2;
  const std::uint64_t wanted = std::strtoull(words[2], nullptr, 10);
  const double rate = std::strtod(words[3], nullptr);
  const std::size_t vlan_every = count > 4 ? std::strtoull(words[4], nullptr, 10) : 0;
  const int out = open_on(words[1]);
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < kinds; ++i) frames.push_back(make_frame(i, vlan_every));
  std::array<mmsghdr, group_size> group{};
  std::array<iovec, group_size> pieces{};
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::uint64_t sent = 0;
  while (sent < wanted) {
    if (rate > 0)
      std::this_thread::sleep_until(
          start + std::chrono::duration_cast<Clock::duration>(
                      std::chrono::duration<double>(static_cast<double>(sent) / rate)));
    const auto some = static_cast<unsigned>(std::min<std::uint64_t>(group_size, wanted - sent));
    for (unsigned i = 0; i < some; ++i) {
      Frame& frame = frames[(sent + i) % kinds];
      pieces[i] = {frame.bytes.data(), frame.size};
      group[i].msg_hdr.msg_iov = &pieces[i], group[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = ::sendmmsg(out, group.data(), some, 0);
    if (done > 0)
      sent += static_cast<std::uint64_t>(done);
    else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
      return std::perror("sendmmsg"), 1;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("%llu %.3f\n", static_cast<unsigned long long>(sent), seconds);
}
