#include "capture/pcapng_file.h"

#include <algorithm>
#include <limits>

#include "capture/shown_time.h"

namespace langyan::capture {
namespace {

constexpr std::size_t max_interfaces =
    4096;  // of a section; dumpcap opens one for each of a host's
constexpr std::uint32_t most_in_view = Input::capacity;  // a longer block holds no packet
constexpr std::uint32_t least_block = 12;

constexpr std::uint32_t interface_block = 1, packet_block = 2, simple_block = 3, enhanced_block = 6;

constexpr std::uint32_t padded(std::uint32_t size) {
  return (size + 3) & ~3u;
}

bool is_used(std::uint32_t type) {
  return type == interface_block || type == packet_block || type == simple_block ||
         type == enhanced_block;
}

}  // namespace

Result<PcapngFile> PcapngFile::open(Input& input) {
  PcapngFile file;
  while (file.interfaces_.empty()) {
    Block block;
    const Step step = file.block(input, block);
    if (step == Step::end) return file;  // no interface, so no packet
    if (step == Step::cut) {
      return Error{ErrorKind::invalid, "ends within its headers, before any packet"};
    }
    if (step == Step::damaged) return Error{ErrorKind::invalid, file.complaint_};
    if (block.type == interface_block && file.add_interface(block) == Step::damaged) {
      return Error{ErrorKind::invalid, file.complaint_};
    }
    if (block.type != interface_block && is_used(block.type)) {
      return Error{ErrorKind::invalid, "has a packet before its first interface"};
    }
  }
  file.link_type_ = file.interfaces_.front().link_type;
  return file;
}

Step PcapngFile::next(Input& input, Record& record) {
  while (true) {
    Block block;
    if (const Step step = this->block(input, block); step != Step::packet) return step;
    Step step = Step::end;
    switch (block.type) {
      case enhanced_block:
      case packet_block: return packet(block, record);
      case simple_block: return simple_packet(block, record);
      case interface_block: step = add_interface(block); break;
      default: break;
    }
    if (step == Step::damaged) return step;
  }
}

// The next block, taken from the input; its body is in view when its kind is used.
Step PcapngFile::block(Input& input, Block& block) {
  const std::uint8_t* at = input.peek(8);
  if (!at) return input.left() == 0 ? Step::end : Step::cut;
  block = {};
  block.type = numbers_.u32(at);
  if (block.type == magic) return section(input, block);
  block.size = numbers_.u32(at + 4);
  if (block.size < least_block) {
    return damaged("the next block claims " + std::to_string(block.size) +
                   " octets, fewer than a block has (12)");
  }
  if (!is_used(block.type)) return skip(input, block.size);
  const std::uint32_t size = padded(block.size);
  if (block.size > most_in_view - 3) {
    return damaged("the next block claims " + std::to_string(block.size) + std::string(no_room));
  }
  at = input.peek(size);
  if (!at) return Step::cut;
  if (numbers_.u32(at + size - 4) != block.size) {
    return damaged("the lengths at the ends of a block differ");
  }
  block.body = at + 8;
  block.body_size = size - least_block;
  input.take(size);
  return Step::packet;
}

Step PcapngFile::section(Input& input, Block& block) {
  constexpr std::uint32_t byte_order = 0x1a2b3c4d, least_section = 28;
  const std::uint8_t* at = input.peek(16);
  if (!at) return Step::cut;
  numbers_.swapped = false;
  if (numbers_.u32(at + 8) != byte_order) numbers_.swapped = true;
  if (numbers_.u32(at + 8) != byte_order) return damaged("a section header has no byte order");
  if (const std::uint16_t version = numbers_.u16(at + 12); version != 1) {
    return damaged("a section is of version " + std::to_string(version) + "; known is 1");
  }
  block.size = numbers_.u32(at + 4);
  if (block.size < least_section) return damaged("a section header is too short");
  interfaces_.clear();
  return skip(input, block.size);
}

Step PcapngFile::skip(Input& input, std::uint32_t size) {
  return input.skip((std::uint64_t{size} + 3) & ~std::uint64_t{3}) ? Step::packet : Step::cut;
}

Step PcapngFile::add_interface(const Block& block) {
  if (block.body_size < 8) return damaged("an interface block is too short");
  if (interfaces_.size() == max_interfaces) {
    return damaged("a section has more interfaces than " + std::to_string(max_interfaces));
  }
  Interface interface;
  interface.link_type = link_type_of(numbers_.u16(block.body));
  interface.snap_length = numbers_.u32(block.body + 4);
  Bytes options(block.body + 8, block.body_size - 8);
  while (options.size() >= 4) {
    const std::uint16_t code = numbers_.u16(options.data()),
                        size = numbers_.u16(options.data() + 2);
    const std::size_t whole = 4 + padded(size);
    if (code == 0 || whole > options.size()) break;
    if (code == 9 && size == 1) interface.resolution = options[4];
    if (code == 14 && size == 8) {
      const auto seconds = static_cast<std::int64_t>(numbers_.u64(options.data() + 4));
      interface.offset = std::clamp(seconds, -last_time / second, last_time / second) * second;
    }
    options = options.subspan(whole);
  }
  interfaces_.push_back(interface);
  return Step::end;
}

Step PcapngFile::packet(const Block& block, Record& record) {
  constexpr std::size_t header = 20;
  if (block.body_size < header) return damaged("a packet block is too short");
  const std::uint8_t* at = block.body;
  const std::uint32_t number = block.type == enhanced_block ? numbers_.u32(at) : numbers_.u16(at);
  if (number >= interfaces_.size()) {
    return damaged("a packet names interface " + std::to_string(number) + " of " +
                   std::to_string(interfaces_.size()));
  }
  const Interface& interface = interfaces_[number];
  time_ = time_of(interface, std::uint64_t{numbers_.u32(at + 4)} << 32 | numbers_.u32(at + 8));
  return fill(interface, block, header, numbers_.u32(at + 12), numbers_.u32(at + 16), record);
}

Step PcapngFile::simple_packet(const Block& block, Record& record) {
  constexpr std::size_t header = 4;
  if (block.body_size < header) return damaged("a packet block is too short");
  if (interfaces_.empty()) return damaged("a packet stands before any interface");
  const Interface& interface = interfaces_.front();
  const std::uint32_t wire = numbers_.u32(block.body);
  const std::uint32_t kept = interface.snap_length ? std::min(wire, interface.snap_length) : wire;
  return fill(interface, block, header, kept, wire, record);
}

Step PcapngFile::fill(const Interface& interface, const Block& block, std::size_t data_at,
                      std::uint32_t captured, std::uint32_t wire, Record& record) {
  if (captured > block.body_size - data_at) return damaged("a packet is longer than its block");
  if (captured > largest_packet) {
    return damaged("the next packet claims " + std::to_string(captured) + std::string(no_room));
  }
  record.time = time_;
  record.data = {block.body + data_at, captured};
  record.wire_length = wire;
  record.link_type = interface.link_type;
  return Step::packet;
}

Time PcapngFile::time_of(const Interface& interface, std::uint64_t ticks) {
  // Nearly every file; a division by a constant, and within a Time after it.
  if (interface.resolution == 9)
    return shown_time(static_cast<Time>(ticks / 1000) + interface.offset);
  using Wide = unsigned __int128;
  constexpr std::uint8_t power_of_two = 0x80, decimals = 6;
  Wide time = ticks;
  const unsigned digits = interface.resolution & 0x7f;
  if (interface.resolution & power_of_two) {
    time = digits < 64 ? time * second >> digits : 0;
  } else {
    for (unsigned n = decimals; n < digits && time; ++n) time /= 10;
    for (unsigned n = digits; n < decimals; ++n) time *= 10;
  }
  // Both terms are within 2^59, so their sum is a Time.
  const auto shown = static_cast<Time>(std::min<Wide>(time, Wide{last_time}));
  return shown_time(shown + interface.offset);
}

Step PcapngFile::damaged(std::string complaint) {
  complaint_ = std::move(complaint);
  return Step::damaged;
}

}  // namespace langyan::capture
