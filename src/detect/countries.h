// Countries: where addresses are, by a MaxMind database of countries or cities (.mmdb), opened when
// rules are compiled and read by any worker. A look-up allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/address.h"
#include "base/result.h"

namespace langyan::detect {

// ISO 3166-1 alpha-2 as one number; 0: none.
constexpr std::uint16_t country_code(char first, char second) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(first) << 8 | static_cast<unsigned char>(second));
}

class Countries {
 public:
  static Result<std::shared_ptr<const Countries>> open(const std::string& path);
  ~Countries();
  Countries(const Countries&) = delete;
  Countries& operator=(const Countries&) = delete;

  std::uint16_t country(const IpAddress& ip) const;  // 0: the database does not know it

 private:
  struct Database;
  explicit Countries(std::unique_ptr<Database> database);
  std::unique_ptr<Database> database_;
};

}  // namespace langyan::detect
