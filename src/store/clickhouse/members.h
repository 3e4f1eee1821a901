// The members of an event's JSON as columns of lists, since ClickHouse 18.16 has no functions that
// read JSON by path: what is a number, what is a text, and where in the line a list or object stands.
//
// A path is the members' names with dots ("modbus.request.unit_id"). Elements of a list: a number
// or text has "[]" behind the list's path, a member of an object in it stands below "[0]" of the
// first and "[]" of every other. true and false are 1 and 0, null is left out. Names with other
// signs than letters, digits, "_" and "-" have no path, as no query can name them.
// Used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace langyan::store::clickhouse {

constexpr std::size_t member_path_bytes = 160;  // a query's path has at most 128
constexpr std::size_t most_members = 20'000;    // of one event; what comes behind is not found by path

struct Members {
  std::vector<std::string> number_paths, text_paths, part_paths;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  // Lists and objects: octets of the line, from 1, as substring() counts.
  std::vector<std::uint32_t> part_starts, part_sizes;
};

class MemberReader {
 public:
  MemberReader();
  ~MemberReader();
  MemberReader(MemberReader&&) noexcept;
  MemberReader& operator=(MemberReader&&) noexcept;

  // Of a line that an EventParser took; valid until the next call.
  const Members& read(std::string_view json);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace langyan::store::clickhouse
