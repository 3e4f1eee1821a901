// Filter: a BPF program compiled from the language of pcap-filter(7), for one link type.
// Room-internal; keeps pcap.h out of the room's door.
#pragma once

#include <pcap/pcap.h>

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace langyan::capture {

struct CloseHandle {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using Handle = std::unique_ptr<pcap_t, CloseHandle>;

class Filter {
 public:
  static Result<Filter> compile(pcap_t* handle, const std::string& text);
  static Result<Filter> compile(int link_type, const std::string& text);
  Filter() = default;
  Filter(Filter&& other) noexcept;
  Filter& operator=(Filter&& other) noexcept;
  ~Filter() { pcap_freecode(&program_); }

  bool takes(Bytes data, std::uint32_t wire_length) const {
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(data.size());
    header.len = wire_length;
    return pcap_offline_filter(&program_, &header, data.data()) != 0;
  }
  bpf_program* program() { return &program_; }

 private:
  bpf_program program_{};
};

}  // namespace langyan::capture
