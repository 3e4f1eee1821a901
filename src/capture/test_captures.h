// Capture files for tests, written octet by octet: pcap (draft-ietf-opsawg-pcap) and pcapng
// (draft-ietf-opsawg-pcapng), in either byte order, and a folder that goes with the test.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langyan::capture::test {

enum class Order { little, big };

class Octets {
 public:
  explicit Octets(Order order) : order_(order) {}
  Octets& u16(std::uint16_t value) { return number(value, 2); }
  Octets& u32(std::uint32_t value) { return number(value, 4); }
  Octets& text(std::string_view value) {
    data_ += value;
    return *this;
  }
  Octets& pad() {
    data_.resize((data_.size() + 3) / 4 * 4);
    return *this;
  }
  const std::string& data() const { return data_; }

 private:
  Octets& number(std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (order_ == Order::little ? i : size - 1 - i);
      data_ += static_cast<char>(value >> shift & 0xff);
    }
    return *this;
  }
  Order order_;
  std::string data_;
};

constexpr std::uint32_t microseconds = 0xa1b2c3d4, nanoseconds = 0xa1b23c4d;

inline std::string pcap_header(Order order, std::uint32_t magic, std::uint32_t link_type) {
  return Octets(order).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(link_type).data();
}

inline std::string pcap_record(Order order, std::uint32_t second, std::uint32_t fraction,
                               std::string_view data, std::uint32_t wire_length = 0) {
  const auto size = static_cast<std::uint32_t>(data.size());
  return Octets(order)
      .u32(second)
      .u32(fraction)
      .u32(size)
      .u32(wire_length ? wire_length : size)
      .text(data)
      .data();
}

inline std::string pcapng_block(Order order, std::uint32_t type, const std::string& body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  return Octets(order).u32(type).u32(size).text(body).u32(size).data();
}
inline std::string pcapng_section(Order order) {
  return pcapng_block(order, 0x0a0d0d0a,
                      Octets(order).u32(0x1a2b3c4d).u16(1).u16(0).u32(~0u).u32(~0u).data());
}
// resolution: powers of ten in a second (if_tsresol); 0 writes no option, which means 6.
inline std::string pcapng_interface(Order order, std::uint16_t link_type, char resolution,
                                    std::uint32_t snap_length = 65535) {
  Octets body(order);
  body.u16(link_type).u16(0).u32(snap_length);
  if (resolution) body.u16(9).u16(1).text({&resolution, 1}).pad().u16(0).u16(0);
  return pcapng_block(order, 1, body.data());
}
inline std::string pcapng_packet(Order order, std::uint32_t interface, std::uint64_t time,
                                 std::string_view data) {
  const auto size = static_cast<std::uint32_t>(data.size());
  return pcapng_block(order, 6,
                      Octets(order)
                          .u32(interface)
                          .u32(static_cast<std::uint32_t>(time >> 32))
                          .u32(static_cast<std::uint32_t>(time))
                          .u32(size)
                          .u32(size)
                          .text(data)
                          .pad()
                          .data());
}

// 14 octets of Ethernet header of that type, then text.
inline std::string ethernet_frame(std::string_view text, std::string_view type = "\x88\xb8") {
  return std::string(12, '\2') + std::string(type) + std::string(text);
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "capture_test_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& name, std::string_view content) const {
    const std::filesystem::path path = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path);  // some file systems flush what is truncated and written anew
    std::ofstream(path, std::ios::binary)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    return path.string();
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace langyan::capture::test
