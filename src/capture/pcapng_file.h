// The pcapng format (draft-ietf-opsawg-pcapng): blocks of a type, a total length, a body and the
// length again, all multiples of 4 octets.
//
//   section header    0a0d0d0a  byte order magic 4, version 2 + 2, section length 8, options
//   interface         1         link type 2, reserved 2, snap length 4, options: if_tsresol (9),
//                               if_tsoffset (14)
//   packet            2         interface 2, drops 2, time 4 + 4, captured 4, wire 4, data
//   (obsolete) simple packet     3         wire 4, data enhanced packet   6         interface 4,
//   time 4 + 4, captured 4, wire 4, data, options
//
// Each section has its byte order and its interfaces anew; each interface its link type, resolution
// and offset of time. All other blocks are skipped. A simple packet has no time: it gets that of
// the packet before it. Room-internal; one thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "capture/input.h"
#include "capture/record.h"

namespace langyan::capture {

class PcapngFile {
 public:
  static constexpr std::uint32_t magic = 0x0a0d0d0a;  // the same in both byte orders

  // At the first section header; reads up to the first interface, whose link type is the file's.
  static Result<PcapngFile> open(Input& input);

  Step next(Input& input, Record& record);

  int link_type() const { return link_type_; }
  const std::string& complaint() const { return complaint_; }

 private:
  struct Interface {
    int link_type = 0;
    std::uint32_t snap_length = 0;
    std::uint8_t resolution = 6;  // if_tsresol: 10^-n, or 2^-n with the top bit
    Duration offset = 0;
  };
  struct Block {
    std::uint32_t type = 0, size = 0;
    const std::uint8_t* body = nullptr;
    std::size_t body_size = 0;
  };

  PcapngFile() = default;
  Step block(Input& input, Block& block);
  Step section(Input& input, Block& block);
  Step skip(Input& input, std::uint32_t size);
  Step add_interface(const Block& block);
  Step packet(const Block& block, Record& record);
  Step simple_packet(const Block& block, Record& record);
  Step fill(const Interface& interface, const Block& block, std::size_t data_at,
            std::uint32_t captured, std::uint32_t wire, Record& record);
  static Time time_of(const Interface& interface, std::uint64_t ticks);
  Step damaged(std::string complaint);

  Numbers numbers_;
  std::vector<Interface> interfaces_;
  int link_type_ = 0;
  Time time_ = 0;
  std::string complaint_;
};

}  // namespace langyan::capture
