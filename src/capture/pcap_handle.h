// What both sources share of libpcap: the owned handle, a packet's time, the BPF filter.
// Room-internal; keeps pcap.h out of the room's door.
#pragma once

#include <pcap/pcap.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace langyan::capture {

struct CloseHandle {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using Handle = std::unique_ptr<pcap_t, CloseHandle>;

constexpr Time last_time = 253'402'300'799'999'999;  // 9999-12-31T23:59:59.999999Z

// A damaged record may claim any second; what no timestamp can show becomes the nearest that can.
inline Time time_of(const timeval& at) {
  constexpr Time last_second = last_time / second;
  if (at.tv_sec < 0) return 0;
  if (at.tv_sec > last_second) [[unlikely]] return last_time;
  const Time time = at.tv_sec * second + at.tv_usec;
  return time < 0 ? 0 : time > last_time ? last_time : time;
}

// A compiled BPF program for the link type of the handle it was compiled with.
class Filter {
 public:
  static Result<Filter> compile(pcap_t* handle, const std::string& text);
  Filter() = default;
  Filter(Filter&& other) noexcept;
  Filter& operator=(Filter&& other) noexcept;
  ~Filter() { pcap_freecode(&program_); }

  explicit operator bool() const { return program_.bf_insns != nullptr; }
  bool takes(const pcap_pkthdr& header, const std::uint8_t* data) const {
    return pcap_offline_filter(&program_, &header, data) != 0;
  }
  bpf_program* program() { return &program_; }

 private:
  bpf_program program_{};
};

}  // namespace langyan::capture
