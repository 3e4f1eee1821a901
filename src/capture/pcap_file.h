// The pcap format (draft-ietf-opsawg-pcap): a file header of 24 octets, then records of a header
// and a packet.
//
//   file    magic 4, version 2 + 2, zone 4, accuracy 4, snap length 4, link type 4 (26 bits of it)
//   record  seconds 4, fraction 4, captured length 4, wire length 4 [, 8 in Kuznetsov's variant]
//
// The magic gives byte order, unit of the fraction and variant. Before version 2.3 the two lengths
// stood the other way round, in 2.3 either way. Room-internal; one thread.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "capture/input.h"
#include "capture/record.h"

namespace langyan::capture {

class PcapFile {
 public:
  static bool begins_with(std::uint32_t magic);
  static Result<PcapFile> open(Input& input);  // at the file header

  Step next(Input& input, Record& record) {
    const std::uint8_t* at = input.peek(header_size_);
    if (!at) return input.left() == 0 ? Step::end : Step::cut;
    const std::uint32_t seconds = numbers_.u32(at), fraction = numbers_.u32(at + 4);
    std::uint32_t captured = numbers_.u32(at + 8), wire = numbers_.u32(at + 12);
    if (version_minor_ < 4) [[unlikely]]
      turn_lengths(captured, wire);
    if (captured > largest_packet) [[unlikely]]
      return refuse(captured);
    at = input.peek(header_size_ + captured);
    if (!at) return Step::cut;
    record.time = Time{seconds} * second + (nanoseconds_ ? fraction / 1000 : fraction);
    record.data = {at + header_size_, captured};
    record.wire_length = wire;
    record.link_type = link_type_;
    input.take(header_size_ + captured);
    return Step::packet;
  }

  int link_type() const { return link_type_; }
  const std::string& complaint() const { return complaint_; }

 private:
  PcapFile() = default;
  void turn_lengths(std::uint32_t& captured, std::uint32_t& wire) const {
    if (version_minor_ < 3 || captured > wire) std::swap(captured, wire);
  }
  Step refuse(std::uint32_t captured);

  Numbers numbers_;
  bool nanoseconds_ = false;
  std::uint16_t version_minor_ = 4;
  std::size_t header_size_ = 16;
  int link_type_ = 0;
  std::string complaint_;
};

}  // namespace langyan::capture
