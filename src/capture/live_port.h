// LivePort: an interface opened for capture: the packet socket with its ring in the kernel. Opening
// one needs CAP_NET_RAW; reading and tending it need nothing. So a privileged parent opens ports,
// and children, one after the other, read them: what is in the ring when one dies is there for the
// next.
//
//   auto port = LivePort::open("mirror0", options);       // parent, with the right to
//   auto source = read_port(**port);                      // child; one reader at a time
//   (*port)->tend();                                      // parent, about twice a second
//
// The socket follows its interface through renaming, down and up, and another MTU. When the
// interface is deleted, tend() waits for one of the same name and binds to it. A port never
// transmits.
#pragma once

#include <memory>
#include <string>

#include "capture/source.h"

namespace langyan::capture {

class LivePort {
 public:
  // Errors: missing (no such interface), permission (says how to grant it), usage (filter), io.
  static Result<std::unique_ptr<LivePort>> open(const std::string& interface,
                                                const LiveOptions& options = {});
  ~LivePort();
  LivePort(const LivePort&) = delete;
  LivePort& operator=(const LivePort&) = delete;

  // Binds again to an interface that came back, and says once what happened to it. One process.
  void tend();

  // For the source that reads it.
  const std::string& interface() const { return interface_; }
  const LiveOptions& options() const { return options_; }
  int descriptor() const { return descriptor_; }
  int link_type() const { return link_type_; }
  bool cooked() const { return cooked_; }                 // no link header: the source writes one
  int loopback_index() const { return loopback_index_; }  // 0: no loopback is read
  std::size_t block_count() const { return block_count_; }
  // Packets the driver dropped while the port was open; as tend() saw it last, in any process.
  std::uint64_t interface_drop() const;

  static constexpr std::size_t block_bytes = 128 * 1024;

 private:
  enum class State : std::uint8_t { up, down, gone };
  struct Shared;

  LivePort(std::string interface, const LiveOptions& options);
  Result<void> ask_libpcap(void* program);
  Result<void> make_ring();
  Result<void> bind_to(int index);
  void look_at_interface() const;
  void become(State state);
  void follow_name(int index);
  void count_drops();
  Error failed(const std::string& what) const;

  std::string interface_, current_name_;
  LiveOptions options_;
  int descriptor_ = -1;
  int link_type_ = 0;
  bool cooked_ = false;
  int loopback_index_ = 0;
  std::size_t block_count_ = 0;
  State state_ = State::up;
  std::uint64_t drops_seen_ = 0;
  Shared* shared_ = nullptr;  // memory that parent and children share
};

// The port outlives the source. Where the last reader left off, with no packet twice: what it was
// handed is not handed on again.
Result<std::unique_ptr<Source>> read_port(LivePort& port);

}  // namespace langyan::capture
