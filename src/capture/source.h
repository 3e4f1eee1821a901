// Source: where packets come from, a file or an interface; the room's door.
//
//   auto source = capture::open_file("x.pcap", {.filter = "tcp"});
//   while (true) {
//     auto progress = (*source)->read(256, [&](const capture::Packet& packet) { … });
//     if (!progress) …                                       // say progress.error().message, go on or stop
//     if (*progress == capture::Progress::end) break;        // end of the file, or stop() was called
//     if (*progress == capture::Progress::idle) …            // a live source had nothing for 100 ms
//   }
//
// One thread reads; stop() may be called by any thread and from a signal handler; counters() may be
// read by any thread. A source never transmits. After an error read() keeps returning it.
// What holds for each source: captured = packets handed to the sink + filtered.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/counters.h"
#include "base/result.h"
#include "capture/packet.h"

namespace langyan::capture {

enum class Progress : std::uint8_t {
  more,  // packets were delivered, or a file has further ones
  idle,  // live only: none came within the timeout
  end,   // the file is read, or the source was stopped
};

enum class Count : std::uint8_t {
  captured,
  bytes,
  filtered,
  snapped,
  cut_files,
  kernel_packets,
  kernel_drop,
  interface_drop,
  last
};

inline constexpr CounterRow counter_rows[] = {
    {"capture.packets", "Packets read from the file or the kernel, filtered ones included."},
    {"capture.bytes", "Bytes of these packets on the wire."},
    {"capture.filtered", "Packets a BPF filter took out after they were read (files only)."},
    {"capture.snapped", "Packets of which the capture holds only the beginning."},
    {"capture.cut_files", "Files that end within a packet; what stands before it was read."},
    {"capture.kernel_packets",
     "Packets the kernel saw after its filter: read, waiting or dropped."},
    {"capture.kernel_drop", "Packets the kernel dropped because the ring was full."},
    {"capture.interface_drop", "Packets the interface or its driver dropped."},
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  // Calls sink(const Packet&) for at most `most` packets (at least 1) and returns what comes next.
  // A live source waits up to its timeout for the first one.
  template <class Sink>
  Result<Progress> read(std::size_t most, Sink&& sink) {
    using Callable = std::remove_reference_t<Sink>;
    return dispatch(most, {[](void* context, const Packet& packet) {
                             (*static_cast<Callable*>(context))(packet);
                           },
                           const_cast<void*>(static_cast<const void*>(&sink))});
  }

  // read() returns Progress::end from now on, a waiting one within its timeout.
  void stop() { stopped_.store(true, std::memory_order_relaxed); }

  // Brings the kernel's counters up to date (live; read() does so about once a second). Reading
  // thread only.
  virtual void refresh() {}

  virtual int link_type() const = 0;  // DLT_*; of the first where a file's interfaces differ
  const std::string& name() const { return name_; }  // path, "-" or interface
  const Counters<Count, counter_rows>& counters() const { return counters_; }

 protected:
  struct Deliver {
    void (*call)(void* context, const Packet& packet);
    void* context;
  };
  virtual Result<Progress> dispatch(std::size_t most, Deliver deliver) = 0;
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  std::string name_;
  Counters<Count, counter_rows> counters_;

 private:
  std::atomic<bool> stopped_{false};
};

struct FileOptions {
  std::string filter{};  // BPF, empty for none
};

// A pcap or pcapng file of either byte order and any resolution of time; "-" is standard input. The
// interfaces of a pcapng file may differ in all respects, so Packet::link_type may change.
// Errors: missing, permission, io; invalid for what is no capture; usage for a filter.
Result<std::unique_ptr<Source>> open_file(const std::string& path, const FileOptions& options = {});

// The captures at a path: the file itself, "-", or a directory's files by name (byte order). In a
// directory a file counts when it begins like a capture or is named like one; the rest is skipped.
struct CaptureFiles {
  std::vector<std::string> paths;
  std::vector<std::string> skipped;
};
Result<CaptureFiles> capture_files(const std::string& path, bool recursive = true);

struct LiveOptions {
  std::string filter{};                  // BPF, run in the kernel; empty for none
  std::uint32_t snap_length = 262'144;   // bytes kept of a packet
  std::uint32_t ring_bytes = 64 << 20;   // TPACKET_V3 ring
  Duration timeout = 100 * millisecond;  // longest wait of read(), and age of a ring block
  bool promiscuous = true;
};

// An interface, or "any". Several interfaces are several sources.
// Errors: missing (no such interface), permission (says how to grant it), io.
Result<std::unique_ptr<Source>> open_live(const std::string& interface,
                                          const LiveOptions& options = {});

// "EN10MB (Ethernet)", or "link type 147" where libpcap has no name.
std::string link_type_name(int link_type);

}  // namespace langyan::capture
