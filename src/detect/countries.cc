#include "detect/countries.h"

#include <maxminddb.h>
#include <netinet/in.h>

#include <cstring>

namespace langyan::detect {

struct Countries::Database {
  MMDB_s file{};
  bool open = false;
  ~Database() {
    if (open) MMDB_close(&file);
  }
};

Countries::Countries(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Countries::~Countries() = default;

Result<std::shared_ptr<const Countries>> Countries::open(const std::string& path) {
  auto database = std::make_unique<Database>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database->file);
  if (status != MMDB_SUCCESS) {
    return Error{ErrorKind::invalid, path + " is no database of countries: " + MMDB_strerror(status)};
  }
  database->open = true;
  return std::shared_ptr<const Countries>(new Countries(std::move(database)));
}

std::uint16_t Countries::country(const IpAddress& ip) const {
  sockaddr_storage storage{};
  if (ip.is_v4()) {
    auto& four = reinterpret_cast<sockaddr_in&>(storage);
    four.sin_family = AF_INET;
    std::memcpy(&four.sin_addr, ip.octets.data() + 12, 4);
  } else {
    auto& six = reinterpret_cast<sockaddr_in6&>(storage);
    six.sin6_family = AF_INET6;
    std::memcpy(&six.sin6_addr, ip.octets.data(), 16);
  }
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(&database_->file, reinterpret_cast<const sockaddr*>(&storage), &error);
  if (error != MMDB_SUCCESS || !found.found_entry) return 0;
  static constexpr const char* paths[][3] = {{"country", "iso_code", nullptr},
                                             {"registered_country", "iso_code", nullptr}};
  for (const auto& path : paths) {
    MMDB_entry_data_s data;
    const int status = MMDB_aget_value(&found.entry, &data, path);
    if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) continue;
    if (data.data_size == 2) return country_code(data.utf8_string[0], data.utf8_string[1]);
  }
  return 0;
}

}  // namespace langyan::detect
