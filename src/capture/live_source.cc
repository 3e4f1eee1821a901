#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>

#include "capture/filter.h"
#include "capture/live_port.h"
#include "capture/ring.h"
#include "capture/shown_time.h"

namespace langyan::capture {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto refresh_every = std::chrono::seconds(1);
constexpr auto tend_every = std::chrono::milliseconds(500);

void put_16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

class LiveSource final : public Source {
 public:
  // With a port of its own the source tends it; else whoever opened the port does.
  LiveSource(LivePort& port, std::unique_ptr<LivePort> own, std::uint8_t* ring, Filter filter)
      : own_(std::move(own)),
        port_(port),
        ring_(ring),
        filter_(std::move(filter)),
        filters_(port.cooked() && !port.options().filter.empty()),
        wait_ms_(static_cast<int>(
            std::clamp<Duration>(port.options().timeout / millisecond, 1, INT_MAX / 4))) {
    name_ = port.interface();
    interface_drop_ = port.interface_drop();
    find_place();
  }
  ~LiveSource() override { ::munmap(ring_, port_.block_count() * LivePort::block_bytes); }

  int link_type() const override { return port_.link_type(); }

  // The kernel starts over at each question, so what a reader that died had not asked for comes to
  // the next.
  void refresh() override {
    tpacket_stats_v3 now{};
    socklen_t size = sizeof now;
    if (getsockopt(port_.descriptor(), SOL_PACKET, PACKET_STATISTICS, &now, &size) == 0) {
      counters_.add(Count::kernel_packets, now.tp_packets);
      counters_.add(Count::kernel_drop, now.tp_drops);
    }
    const std::uint64_t dropped = port_.interface_drop();
    counters_.add(Count::interface_drop, dropped - interface_drop_);
    interface_drop_ = dropped;
    refreshed_ = SteadyClock::now();
  }

 private:
  tpacket_hdr_v1& block(std::size_t index) const {
    return reinterpret_cast<tpacket_block_desc*>(ring_ + index * LivePort::block_bytes)->hdr.bh1;
  }
  BlockProgress& progress() const {
    auto* at = ring_ + current_ * LivePort::block_bytes;
    return *reinterpret_cast<BlockProgress*>(
        at + reinterpret_cast<tpacket_block_desc*>(at)->offset_to_priv);
  }
  bool full(std::size_t index) const {  // the kernel has closed it and nobody has released it
    return __atomic_load_n(&block(index).block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER;
  }

  // The oldest block that nobody has read, or the one the kernel is filling. The kernel goes on
  // meanwhile, so two looks must agree.
  void find_place() {
    const auto look = [this] {
      std::size_t newest = 0, oldest = port_.block_count();
      for (std::size_t i = 0; i < port_.block_count(); ++i) {
        if (block(i).seq_num > block(newest).seq_num) newest = i;
        if (full(i) && (oldest == port_.block_count() || block(i).seq_num < block(oldest).seq_num))
          oldest = i;
      }
      return oldest == port_.block_count() ? newest : oldest;
    };
    do current_ = look();
    while (current_ != look());
    expected_ = block(current_).seq_num;
  }

  Result<Progress> dispatch(std::size_t most, Deliver deliver) override {
    if (ended_) return Progress::end;
    if (stopped() && !closing_) close_door();
    deliver_ = deliver;
    bool some = take_some(most);
    if (!some) {
      wait();
      some = take_some(most);
    }
    const auto now = SteadyClock::now();
    if (now - refreshed_ >= refresh_every) refresh();
    if (own_ && now - tended_ >= tend_every) own_->tend(), tended_ = now;
    if (some) return Progress::more;
    if (!closing_ || waiting_in_kernel()) return Progress::idle;
    ended_ = true;
    refresh();
    return Progress::end;
  }

  // TPACKET_V3 wakes nobody while no packet comes, so a stop is seen within the timeout. An
  // interface that goes down leaves an error on the socket; whoever tends the port deals with it.
  void wait() {
    pollfd ready{port_.descriptor(), POLLIN, 0};
    ::poll(&ready, 1, wait_ms_);
    if (!(ready.revents & POLLERR)) return;
    int error = 0;
    socklen_t size = sizeof error;
    (void)getsockopt(port_.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
  }

  bool waiting_in_kernel() const {
    return full(current_) || (block(current_).seq_num == expected_ && block(current_).num_pkts > 0);
  }

  bool take_some(std::size_t most) {
    std::size_t taken = 0;
    while (taken < most && full(current_)) {
      if (!packet_) enter_block();
      while (taken < most && left_ > 0) {
        ++taken;
        --left_;
        // Told before the packet is looked at: one that ends this process does not end the next.
        ++progress().taken;
        auto* header = reinterpret_cast<tpacket3_hdr*>(packet_);
        packet_ += header->tp_next_offset;
        take(*header);
      }
      if (left_ == 0) leave_block();
    }
    return taken > 0;
  }

  void enter_block() {
    const tpacket_hdr_v1& header = block(current_);
    expected_ = header.seq_num;
    const auto sequence = static_cast<std::uint32_t>(header.seq_num);
    BlockProgress& before = progress();
    if (before.sequence != sequence || before.taken > header.num_pkts) before = {sequence, 0};
    left_ = header.num_pkts;
    packet_ = ring_ + current_ * LivePort::block_bytes + header.offset_to_first_pkt;
    for (std::uint32_t i = 0; i < before.taken; ++i, --left_)
      packet_ += reinterpret_cast<tpacket3_hdr*>(packet_)->tp_next_offset;
  }

  void leave_block() {
    packet_ = nullptr;
    __atomic_store_n(&block(current_).block_status, std::uint32_t{TP_STATUS_KERNEL},
                     __ATOMIC_RELEASE);
    current_ = (current_ + 1) % port_.block_count();
    ++expected_;
  }

  void take(tpacket3_hdr& header) {
    auto* at = reinterpret_cast<std::uint8_t*>(&header);
    const auto& from = *reinterpret_cast<sockaddr_ll*>(at + TPACKET_ALIGN(sizeof header));
    if (from.sll_pkttype == PACKET_OUTGOING && from.sll_ifindex == port_.loopback_index()) return;
    std::uint8_t* data = at + header.tp_mac;
    std::uint32_t held = header.tp_snaplen, wire = std::max(header.tp_len, header.tp_snaplen);
    std::size_t tag_at = 2 * ETH_ALEN;
    if (port_.cooked()) {
      data = write_cooked_header(data, from);
      held += cooked_header_bytes, wire += cooked_header_bytes;
      tag_at = cooked_header_bytes - 2;
    }
    if (header.tp_status & TP_STATUS_VLAN_VALID && held >= tag_at) {
      data = put_tag_back(data, tag_at, header);
      held += vlan_tag_bytes, wire += vlan_tag_bytes;
    }
    held = std::min(held, port_.options().snap_length);
    hand_on(Bytes(data, held), wire, shown_time(header.tp_sec * second + header.tp_nsec / 1000));
  }

  void hand_on(Bytes data, std::uint32_t wire, Time time) {
    ++number_;
    counters_.add(Count::captured);
    counters_.add(Count::bytes, wire);
    if (data.size() < wire) counters_.add(Count::snapped);
    if (filters_ && !filter_.takes(data, wire)) return counters_.add(Count::filtered);
    deliver_.call(deliver_.context, {time, number_, data, wire, port_.link_type()});
  }

  // LINKTYPE_LINUX_SLL, into the room reserved before the packet.
  static std::uint8_t* write_cooked_header(std::uint8_t* data, const sockaddr_ll& from) {
    data -= cooked_header_bytes;
    std::memset(data, 0, cooked_header_bytes);
    put_16(data, from.sll_pkttype);
    put_16(data + 2, from.sll_hatype);
    put_16(data + 4, from.sll_halen);
    std::memcpy(data + 6, from.sll_addr, std::min<std::size_t>(from.sll_halen, 8));
    std::memcpy(data + 14, &from.sll_protocol, 2);  // in network order already
    return data;
  }

  static std::uint8_t* put_tag_back(std::uint8_t* data, std::size_t tag_at,
                                    const tpacket3_hdr& header) {
    std::memmove(data - vlan_tag_bytes, data, tag_at);
    data -= vlan_tag_bytes;
    put_16(data + tag_at,
           header.tp_status & TP_STATUS_VLAN_TPID_VALID ? header.hv1.tp_vlan_tpid : ETH_P_8021Q);
    put_16(data + tag_at + 2, header.hv1.tp_vlan_tci);
    return data;
  }

  // No further packet enters the ring; what is in it is read before the end, so that captured and
  // dropped add up to what the kernel saw.
  void close_door() {
    closing_ = true;
    sock_filter refuse{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &refuse};
    (void)setsockopt(port_.descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
  }

  std::unique_ptr<LivePort> own_;
  LivePort& port_;
  std::uint8_t* const ring_;
  Filter filter_;
  const bool filters_;
  const int wait_ms_;
  std::size_t current_ = 0;         // block being read, or to be read next
  std::uint64_t expected_ = 0;      // its sequence number
  std::uint8_t* packet_ = nullptr;  // the next in it; null: not entered
  std::uint32_t left_ = 0;          // packets in it
  std::uint64_t number_ = 0, interface_drop_ = 0;
  SteadyClock::time_point refreshed_ = SteadyClock::now(), tended_ = refreshed_;
  Deliver deliver_{};
  bool closing_ = false, ended_ = false;
};

Result<std::unique_ptr<Source>> read(LivePort& port, std::unique_ptr<LivePort> own) {
  Filter filter;
  if (port.cooked() && !port.options().filter.empty()) {
    auto compiled = Filter::compile(port.link_type(), port.options().filter);
    if (!compiled) return compiled.error();
    filter = compiled.take();
  }
  void* ring = ::mmap(nullptr, port.block_count() * LivePort::block_bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED, port.descriptor(), 0);
  if (ring == MAP_FAILED) {
    return Error{ErrorKind::io,
                 port.interface() + ": cannot map the ring: " + std::strerror(errno)};
  }
  return std::unique_ptr<Source>(std::make_unique<LiveSource>(
      port, std::move(own), static_cast<std::uint8_t*>(ring), std::move(filter)));
}

}  // namespace

Result<std::unique_ptr<Source>> read_port(LivePort& port) {
  return read(port, nullptr);
}

Result<std::unique_ptr<Source>> open_live(const std::string& interface,
                                          const LiveOptions& options) {
  auto port = LivePort::open(interface, options);
  if (!port) return port.error();
  auto own = port.take();
  LivePort& reference = *own;
  return read(reference, std::move(own));
}

}  // namespace langyan::capture
