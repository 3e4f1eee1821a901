#include "assets/makers.h"

#include <algorithm>
#include <charconv>

namespace langyan::assets {
namespace {

constexpr std::size_t largest_list = 32u << 20;  // octets
constexpr std::uint8_t lengths[] = {36, 28, 24};

// The next cell of a line of comma-separated values; quotes double within quotes.
std::string cell(std::string_view& line) {
  std::string text;
  bool quoted = false;
  std::size_t i = 0;
  for (; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      text += c, ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      break;
    } else {
      text += c;
    }
  }
  line = line.substr(std::min(line.size(), i + 1));
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

constexpr std::uint64_t mask(std::uint8_t length) {
  return (~std::uint64_t{0} << (48 - length)) & 0xffffffffffff;
}

}  // namespace

Result<Makers> Makers::read(Disk& disk, const std::string& folder) {
  Makers makers;
  for (const char* name : {"oui.csv", "mam.csv", "oui36.csv"}) {
    auto text = read_file(disk, folder + "/" + name, largest_list);
    if (!text && text.error().kind == ErrorKind::missing) continue;
    if (!text) return text.error();
    makers.add(text.take());
  }
  return makers;
}

void Makers::add(std::string_view csv) {
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv = end == csv.npos ? std::string_view{} : csv.substr(end + 1);
    cell(line);
    const std::string digits = cell(line), maker = cell(line);
    std::uint64_t number = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (error != std::errc{} || stop != digits.data() + digits.size() || maker.empty()) continue;
    const auto length = static_cast<std::uint8_t>(digits.size() * 4);
    if (std::ranges::find(lengths, length) == std::end(lengths)) continue;
    prefixes_.push_back({number << (48 - length), length, static_cast<std::uint32_t>(names_.size()),
                         static_cast<std::uint32_t>(maker.size())});
    names_ += maker;
  }
  std::ranges::sort(prefixes_);
}

std::string_view Makers::find(const Mac& mac) const {
  constexpr std::uint8_t locally_administered = 2;
  if (mac.octets[0] & locally_administered) return {};
  for (const std::uint8_t length : lengths) {
    const Prefix wanted{mac.number() & mask(length), length};
    const auto at = std::ranges::lower_bound(prefixes_, wanted);
    if (at != prefixes_.end() && *at == wanted) return std::string_view(names_).substr(at->at, at->size);
  }
  return {};
}

}  // namespace langyan::assets
