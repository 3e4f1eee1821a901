// Reader: reads a message forward. A read past the end yields zero and marks the reader, so one
// test at the end is enough and no half-read message passes it.
#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.h"

namespace langyan {

class Reader {
 public:
  explicit Reader(Bytes data) : data_(data) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big(1)); }
  std::uint16_t be16() { return static_cast<std::uint16_t>(big(2)); }
  std::uint32_t be24() { return static_cast<std::uint32_t>(big(3)); }
  std::uint32_t be32() { return static_cast<std::uint32_t>(big(4)); }
  std::uint64_t be64() { return big(8); }
  std::uint16_t le16() { return static_cast<std::uint16_t>(little(2)); }
  std::uint32_t le24() { return static_cast<std::uint32_t>(little(3)); }
  std::uint32_t le32() { return static_cast<std::uint32_t>(little(4)); }
  std::uint64_t le64() { return little(8); }
  double be_f32() { return std::bit_cast<float>(be32()); }
  double le_f32() { return std::bit_cast<float>(le32()); }
  double be_f64() { return std::bit_cast<double>(be64()); }
  double le_f64() { return std::bit_cast<double>(le64()); }

  Bytes take(std::size_t size) {
    if (size > data_.size()) {
      ok_ = false;
      data_ = data_.last(0);
      return data_;
    }
    const Bytes run = data_.first(size);
    data_ = data_.subspan(size);
    return run;
  }
  Bytes rest() { return take(data_.size()); }
  void skip(std::size_t size) { take(size); }
  std::uint8_t peek(std::size_t at = 0) const { return at < data_.size() ? data_[at] : 0; }
  std::size_t left() const { return data_.size(); }
  bool ok() const { return ok_; }
  // A reader of the next `size` octets; when they are not all there, both are marked.
  Reader part(std::size_t size) {
    Reader inner{take(size)};
    inner.ok_ = ok_;
    return inner;
  }

 private:
  std::uint64_t big(std::size_t size) {
    std::uint64_t value = 0;
    for (std::uint8_t octet : take(size)) value = value << 8 | octet;
    return value;
  }
  std::uint64_t little(std::size_t size) {
    std::uint64_t value = 0;
    int shift = 0;
    for (std::uint8_t octet : take(size)) value |= std::uint64_t{octet} << shift, shift += 8;
    return value;
  }

  Bytes data_;
  bool ok_ = true;
};

}  // namespace langyan
