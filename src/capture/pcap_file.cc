#include "capture/pcap_file.h"

#include <algorithm>

namespace langyan::capture {
namespace {

struct Variant {
  std::uint32_t magic;
  bool nanoseconds;
  std::size_t header_size;
};
constexpr Variant variants[] = {
    {0xa1b2c3d4, false, 16},
    {0xa1b23c4d, true, 16},
    {0xa1b2cd34, false, 24},  // Kuznetsov's patch: interface, protocol and packet type follow
};

const Variant* find(std::uint32_t magic) {
  const auto* at = std::ranges::find(variants, magic, &Variant::magic);
  return at == std::end(variants) ? nullptr : at;
}

}  // namespace

bool PcapFile::begins_with(std::uint32_t magic) {
  return find(magic) || find(__builtin_bswap32(magic));
}

Result<PcapFile> PcapFile::open(Input& input) {
  constexpr std::size_t header = 24;
  const std::uint8_t* at = input.peek(header);
  if (!at) {
    return Error{ErrorKind::invalid,
                 "ends within its file header, after " + std::to_string(input.left()) + " octets"};
  }
  PcapFile file;
  file.numbers_.swapped = !find(file.numbers_.u32(at));
  const Variant& variant = *find(file.numbers_.u32(at));
  file.nanoseconds_ = variant.nanoseconds;
  file.header_size_ = variant.header_size;
  file.version_minor_ = file.numbers_.u16(at + 6);
  if (const std::uint16_t major = file.numbers_.u16(at + 4); major != 2) {
    return Error{ErrorKind::invalid, "is pcap version " + std::to_string(major) + "." +
                                         std::to_string(file.version_minor_) + "; known is 2"};
  }
  constexpr std::uint32_t link_type_bits = 0x03ffffff;  // above it: length of the frame check
  file.link_type_ = link_type_of(file.numbers_.u32(at + 20) & link_type_bits);
  input.take(header);
  return file;
}

Step PcapFile::refuse(std::uint32_t captured) {
  complaint_ = "the next record claims " + std::to_string(captured) + std::string(no_room);
  return Step::damaged;
}

}  // namespace langyan::capture
