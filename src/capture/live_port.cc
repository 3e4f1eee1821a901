#include "capture/live_port.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <new>
#include <vector>

#include "base/log.h"
#include "base/suggest.h"
#include "capture/filter.h"
#include "capture/ring.h"

namespace langyan::capture {
namespace {

std::string nearest_interface(const std::string& interface) {
  std::vector<std::string> names;
  struct if_nameindex* all = if_nameindex();
  for (auto* at = all; at && at->if_index != 0; ++at) names.emplace_back(at->if_name);
  if (all) if_freenameindex(all);
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (const auto near = nearest(interface, known); !near.empty()) {
    return "; did you mean \"" + std::string(near) + "\"?";
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return "; there are: " + (list.empty() ? "none" : list);
}

Error activate_error(pcap_t* handle, const std::string& interface, int status) {
  const std::string reason = *pcap_geterr(handle) ? pcap_geterr(handle) : pcap_statustostr(status);
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return {ErrorKind::missing,
              interface + ": no such network interface" + nearest_interface(interface)};
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return {ErrorKind::permission,
              interface + ": capturing is not permitted (" + reason +
                  "); start as root, or allow this program once: sudo setcap cap_net_raw+ep "
                  "\"$(command -v langyan-sensor)\""};
    case PCAP_ERROR_IFACE_NOT_UP:
      return {ErrorKind::io,
              interface + ": the interface is down; sudo ip link set " + interface + " up"};
    default: return {ErrorKind::io, interface + ": cannot be opened for capture: " + reason};
  }
}

ifreq request_for(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  return request;
}

int index_of(int socket, const std::string& name) {
  ifreq request = request_for(name);
  return ioctl(socket, SIOCGIFINDEX, &request) == 0 ? request.ifr_ifindex : 0;
}

int flags_of(int socket, const std::string& name) {
  ifreq request = request_for(name);
  return ioctl(socket, SIOCGIFFLAGS, &request) == 0 ? request.ifr_flags : 0;
}

std::uint64_t statistic(const std::string& name, const char* which) {
  std::uint64_t value = 0;
  std::ifstream("/sys/class/net/" + name + "/statistics/" + which) >> value;
  return value;
}

// What the interface does to packets before anybody sees them; drivers that do not know say no.
std::uint32_t ask_ethtool(int socket, const std::string& name, std::uint32_t question) {
  ethtool_value asked{question, 0};
  ifreq request = request_for(name);
  request.ifr_data = reinterpret_cast<char*>(&asked);
  return ioctl(socket, SIOCETHTOOL, &request) == 0 ? asked.data : 0;
}

template <class Value>
bool set(int socket, int option, const Value& value) {
  return setsockopt(socket, SOL_PACKET, option, &value, sizeof value) == 0;
}

}  // namespace

struct LivePort::Shared {
  std::atomic<std::uint64_t> interface_drop{0};
};

LivePort::LivePort(std::string interface, const LiveOptions& options)
    : interface_(std::move(interface)), current_name_(interface_), options_(options) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) shared_ = ::new (memory) Shared;
}

LivePort::~LivePort() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (shared_) ::munmap(shared_, sizeof(Shared));
}

Error LivePort::failed(const std::string& what) const {
  return {ErrorKind::io, interface_ + ": cannot " + what + ": " + std::strerror(errno)};
}

// libpcap knows which link type an interface has and compiles filters for a live one (the kernel
// takes VLAN tags off before a filter sees the frame); the ring is ours, because libpcap cannot go
// on with one that another process left.
Result<void> LivePort::ask_libpcap(void* program) {
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  const Handle handle(pcap_create(interface_.c_str(), reason.data()));
  if (!handle) return Error{ErrorKind::io, interface_ + ": " + reason.data()};
  const std::uint32_t snap = std::min<std::uint32_t>(options_.snap_length, INT_MAX);
  pcap_set_snaplen(handle.get(), static_cast<int>(snap));
  pcap_set_timeout(handle.get(), 100);
  pcap_set_buffer_size(handle.get(), 1 << 20);
  const int status = pcap_activate(handle.get());
  if (status < 0) return activate_error(handle.get(), interface_, status);
  if (status > 0) logging::warn(interface_ + ": " + pcap_geterr(handle.get()));
  link_type_ = pcap_datalink(handle.get());
  cooked_ = link_type_ == DLT_LINUX_SLL;
  if (options_.filter.empty()) return {};
  // Of a cooked frame the kernel shows a filter no link header: it runs here, on what was read.
  auto filter = cooked_ ? Filter::compile(link_type_, options_.filter)
                        : Filter::compile(handle.get(), options_.filter);
  if (!filter) return within(interface_, filter.error());
  if (!cooked_) *static_cast<Filter*>(program) = filter.take();
  return {};
}

Result<std::unique_ptr<LivePort>> LivePort::open(const std::string& interface,
                                                 const LiveOptions& options) {
  std::unique_ptr<LivePort> port(new LivePort(interface, options));
  if (!port->shared_) return port->failed("get memory for its counters");
  Filter filter;
  if (auto asked = port->ask_libpcap(&filter); !asked) return asked.error();
  port->descriptor_ = ::socket(
      AF_PACKET, (port->cooked_ ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (port->descriptor_ < 0) return port->failed("make a packet socket");
  const int socket = port->descriptor_, on = 1;
  // Each packet on a loopback passes twice, out and in; the second is enough.
  const std::string loopback = interface == "any" ? "lo" : interface;
  if (flags_of(socket, loopback) & IFF_LOOPBACK) port->loopback_index_ = index_of(socket, loopback);
  if (port->loopback_index_ && interface != "any")
    (void)set(socket, PACKET_IGNORE_OUTGOING, on);  // kernels before 4.20: no
  sock_filter keep{BPF_RET | BPF_K, 0, 0, std::max<std::uint32_t>(options.snap_length, 1)};
  sock_fprog program{1, &keep};
  if (filter.program()->bf_len > 0) {
    program.len = static_cast<unsigned short>(filter.program()->bf_len);
    program.filter = reinterpret_cast<sock_filter*>(filter.program()->bf_insns);
  }
  if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
    return port->failed("attach the filter \"" + options.filter + "\"");
  if (auto made = port->make_ring(); !made) return made.error();
  const int index = interface == "any" ? 0 : index_of(socket, interface);
  if (auto bound = port->bind_to(index); !bound) return bound.error();
  if (index && !port->loopback_index_) port->look_at_interface();
  port->drops_seen_ =
      statistic(interface, "rx_missed_errors") + statistic(interface, "rx_fifo_errors");
  return port;
}

Result<void> LivePort::make_ring() {
  const int version = TPACKET_V3;
  const int reserve =
      static_cast<int>(cooked_ ? cooked_header_bytes + vlan_tag_bytes : vlan_tag_bytes);
  block_count_ = std::max<std::size_t>(options_.ring_bytes / block_bytes, 2);
  tpacket_req3 ring{};
  ring.tp_block_size = ring.tp_frame_size = block_bytes;
  ring.tp_block_nr = ring.tp_frame_nr = static_cast<unsigned>(block_count_);
  ring.tp_retire_blk_tov =
      static_cast<unsigned>(std::clamp<Duration>(options_.timeout / millisecond, 1, 60'000));
  ring.tp_sizeof_priv = sizeof(BlockProgress);
  if (!set(descriptor_, PACKET_VERSION, version) || !set(descriptor_, PACKET_RESERVE, reserve) ||
      !set(descriptor_, PACKET_RX_RING, ring)) {
    return failed("make a ring of " + std::to_string(block_count_ * block_bytes) +
                  " bytes (capture.ring)");
  }
  return {};
}

// The index 0 stands for every interface.
Result<void> LivePort::bind_to(int index) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = index;
  if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return failed("be bound for capture");
  if (!options_.promiscuous || index == 0) return {};
  packet_mreq membership{};
  membership.mr_ifindex = index;
  membership.mr_type = PACKET_MR_PROMISC;
  if (!set(descriptor_, PACKET_ADD_MEMBERSHIP, membership))
    logging::warn(interface_ + ": cannot take packets addressed to others (promiscuous mode): " +
                  std::strerror(errno));
  return {};
}

// What would spoil the capture and one command mends.
void LivePort::look_at_interface() const {
  if (!(flags_of(descriptor_, interface_) & IFF_RUNNING))
    logging::warn(interface_ + ": the interface has no link; nothing arrives until a cable with a live other end is in");
  std::string glues;
  if (ask_ethtool(descriptor_, interface_, ETHTOOL_GGRO)) glues += " gro off";
  if (ask_ethtool(descriptor_, interface_, ETHTOOL_GFLAGS) & ETH_FLAG_LRO) glues += " lro off";
  if (!glues.empty())
    logging::warn(interface_ +
                  ": the interface glues TCP segments together before they are captured, so packets are shown that "
                  "never were on the wire; sudo ethtool -K " + interface_ + glues);
}

void LivePort::tend() {
  if (interface_ == "any") return;
  sockaddr_ll address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (address.sll_ifindex <= 0) {  // the interface it was bound to is no more
    become(State::gone);
    const int index = index_of(descriptor_, interface_);
    if (index == 0 || !bind_to(index)) return;
    current_name_ = interface_;
    drops_seen_ = 0;
    address.sll_ifindex = index;
  }
  follow_name(address.sll_ifindex);
  become(flags_of(descriptor_, current_name_) & IFF_UP ? State::up : State::down);
  count_drops();
}

void LivePort::follow_name(int index) {
  ifreq request{};
  request.ifr_ifindex = index;
  if (ioctl(descriptor_, SIOCGIFNAME, &request) != 0 || current_name_ == request.ifr_name) return;
  current_name_ = request.ifr_name;
  if (current_name_ == interface_)
    logging::info(interface_ + ": the interface has its name again");
  else
    logging::warn(interface_ + ": the interface is called " + current_name_ +
                  " now; capture goes on, and after a restart needs the new name");
}

void LivePort::become(State state) {
  if (state == std::exchange(state_, state)) return;
  switch (state) {
    case State::up:
      return logging::info(interface_ + ": the interface is up; it is captured again");
    case State::down:
      return logging::warn(interface_ +
                           ": the interface is down; nothing is captured until it is up");
    case State::gone:
      return logging::warn(interface_ +
                           ": the interface is gone; it is captured again when one of that name is "
                           "there");
  }
}

void LivePort::count_drops() {
  const std::uint64_t now =
      statistic(current_name_, "rx_missed_errors") + statistic(current_name_, "rx_fifo_errors");
  // Where /sys is out of reach or the driver starts over it falls, which is no loss.
  if (now > drops_seen_)
    shared_->interface_drop.fetch_add(now - drops_seen_, std::memory_order_relaxed);
  drops_seen_ = now;
}

std::uint64_t LivePort::interface_drop() const {
  return shared_->interface_drop.load(std::memory_order_relaxed);
}

}  // namespace langyan::capture
