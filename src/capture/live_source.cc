#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <climits>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.h"
#include "base/suggest.h"
#include "capture/filter.h"
#include "capture/shown_time.h"
#include "capture/source.h"

namespace langyan::capture {
namespace {

using SteadyClock = std::chrono::steady_clock;

Time time_of(const timeval& at) {
  return shown_time(at.tv_sec * second + at.tv_usec);
}

class LiveSource final : public Source {
 public:
  LiveSource(std::string interface, Handle handle, Duration timeout)
      : handle_(std::move(handle)),
        link_type_(pcap_datalink(handle_.get())),
        wait_ms_(static_cast<int>(std::clamp<Duration>(timeout / millisecond, 1, INT_MAX / 4))) {
    name_ = std::move(interface);
  }

  int link_type() const override { return link_type_; }

  // libpcap's numbers are 32 bits wide and wrap; differences do not.
  void refresh() override {
    pcap_stat now{};
    if (pcap_stats(handle_.get(), &now) != 0) return;
    counters_.add(Count::kernel_packets, now.ps_recv - last_.ps_recv);
    counters_.add(Count::kernel_drop, now.ps_drop - last_.ps_drop);
    // Read from /sys, which may be out of reach by now: then it falls back, which is no loss.
    const std::uint32_t interface_drop = now.ps_ifdrop - last_.ps_ifdrop;
    if (interface_drop <= INT_MAX) counters_.add(Count::interface_drop, interface_drop);
    last_ = now;
    refreshed_ = SteadyClock::now();
  }

 private:
  static void take(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* data) {
    reinterpret_cast<LiveSource*>(self)->take(*header, data);
  }

  void take(const pcap_pkthdr& header, const std::uint8_t* data) {
    ++number_;
    const std::uint32_t wire_length = std::max(header.len, header.caplen);
    bytes_ += wire_length;
    snapped_ += header.caplen < wire_length;
    deliver_.call(deliver_.context, {time_of(header.ts), number_, Bytes(data, header.caplen),
                                     wire_length, link_type_});
  }

  // The handle does not block: TPACKET_V3 wakes nobody while no packet comes, so the wait with its
  // timeout is here, and a stop is seen within it.
  Result<Progress> dispatch(std::size_t most, Deliver deliver) override {
    if (failed_) return error_;
    if (ended_) return Progress::end;
    if (stopped() && !closing_) close_door();
    if (ended_) return Progress::end;
    deliver_ = deliver;
    int done = take_some(most);
    if (done == 0) {
      pollfd ready{pcap_get_selectable_fd(handle_.get()), POLLIN, 0};
      // Twice the timeout when closing: the kernel hands over a part-filled block after one.
      poll(&ready, 1, closing_ ? wait_ms_ * 2 : wait_ms_);
      done = take_some(most);
    }
    if (done < 0) return fault();
    if (done > 0) return Progress::more;
    if (!closing_) return Progress::idle;
    ended_ = true;
    refresh();
    return Progress::end;
  }

  int take_some(std::size_t most) {
    const std::uint64_t before = number_;
    bytes_ = snapped_ = 0;
    const int count = static_cast<int>(std::clamp<std::size_t>(most, 1, INT_MAX));
    const int done = pcap_dispatch(handle_.get(), count, take, reinterpret_cast<u_char*>(this));
    counters_.add(Count::captured, number_ - before);
    counters_.add(Count::bytes, bytes_);
    counters_.add(Count::snapped, snapped_);
    if (SteadyClock::now() - refreshed_ >= std::chrono::seconds(1)) refresh();
    return done;
  }

  // No further packet enters the ring; what is in it is read before the end, so that captured and
  // dropped add up to what the kernel saw. Attached past libpcap, which would discard the ring.
  void close_door() {
    closing_ = true;
    sock_filter refuse{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &refuse};
    const int socket = pcap_fileno(handle_.get());
    if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0) return;
    refresh();
    ended_ = true;
  }

  Error fault() {
    failed_ = true;
    error_ = {ErrorKind::io, name_ + ": capture ended: " + pcap_geterr(handle_.get())};
    refresh();
    return error_;
  }

  Handle handle_;
  const int link_type_;
  const int wait_ms_;
  std::uint64_t number_ = 0, bytes_ = 0, snapped_ = 0;
  pcap_stat last_{};
  SteadyClock::time_point refreshed_ = SteadyClock::now();
  Deliver deliver_{};
  bool closing_ = false, ended_ = false, failed_ = false;
  Error error_;
};

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

// Each packet on a loopback passes twice, out and in. libpcap skips the first, but the kernel would
// count it and give it room in the ring.
void ignore_outgoing_on_loopback(pcap_t* handle, const std::string& interface) {
  ifreq request{};
  if (interface.size() >= sizeof request.ifr_name) return;
  interface.copy(request.ifr_name, sizeof request.ifr_name - 1);
  const int socket = pcap_fileno(handle), on = 1;
  if (ioctl(socket, SIOCGIFFLAGS, &request) != 0 || !(request.ifr_flags & IFF_LOOPBACK)) return;
  setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
             sizeof on);  // kernels before 4.20: no
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

}  // namespace

Result<std::unique_ptr<Source>> open_live(const std::string& interface,
                                          const LiveOptions& options) {
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  Handle handle(pcap_create(interface.c_str(), reason.data()));
  if (!handle) return Error{ErrorKind::io, interface + ": " + reason.data()};
  const auto number = [](auto value) {
    return static_cast<int>(std::min<std::uint64_t>(static_cast<std::uint64_t>(value), INT_MAX));
  };
  pcap_set_snaplen(handle.get(), number(options.snap_length));
  pcap_set_promisc(handle.get(), options.promiscuous);
  pcap_set_timeout(handle.get(), number(options.timeout / millisecond));
  pcap_set_buffer_size(handle.get(), number(options.ring_bytes));
  const int status = pcap_activate(handle.get());
  if (status < 0) return activate_error(handle.get(), interface, status);
  if (status > 0) logging::warn(interface + ": " + pcap_geterr(handle.get()));
  ignore_outgoing_on_loopback(handle.get(), interface);
  if (!options.filter.empty()) {
    auto filter = Filter::compile(handle.get(), options.filter);
    if (!filter) return within(interface, filter.error());
    if (pcap_setfilter(handle.get(), filter->program()) != 0) {
      return Error{ErrorKind::io,
                   interface + ": filter \"" + options.filter + "\": " + pcap_geterr(handle.get())};
    }
  }
  if (pcap_setnonblock(handle.get(), 1, reason.data()) != 0) {
    return Error{ErrorKind::io, interface + ": " + reason.data()};
  }
  return std::unique_ptr<Source>(
      std::make_unique<LiveSource>(interface, std::move(handle), options.timeout));
}

}  // namespace langyan::capture
