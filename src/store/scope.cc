#include "store/scope.h"

namespace langyan::store {
namespace {

Error refuse(std::string_view path, std::string_view reason) {
  return {ErrorKind::invalid, "organisation \"" + std::string(path.substr(0, organisation_bytes)) +
                                  "\" " + std::string(reason)};
}

// Length of the UTF-8 character at the front (RFC 3629 section 4), 0 where there is none.
std::size_t character(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  const unsigned second = at(1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second > 0x9f;
  const bool beyond = lead == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : size;
}

std::string_view fault_in_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character(text);
    if (size == 0) return "is not UTF-8";
    if (size == 1 && (static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f))
      return "has a control character";
    text.remove_prefix(size);
  }
  return {};
}

}  // namespace

Result<void> check_organisation(std::string_view path) {
  if (path.empty()) return refuse(path, "is empty; a path looks like nation/province/enterprise");
  if (path.size() > organisation_bytes) return refuse(path, "is longer than 255 bytes");
  if (const auto fault = fault_in_text(path); !fault.empty()) return refuse(path, fault);
  std::size_t levels = 0;
  for (std::string_view rest = path;;) {
    const std::size_t end = rest.find('/');
    const std::string_view segment = rest.substr(0, end);
    if (segment.empty() || segment == "." || segment == "..")
      return refuse(path, "has an empty, \".\" or \"..\" segment");
    if (segment.size() > organisation_segment)
      return refuse(path, "has a segment longer than 64 bytes");
    if (++levels > organisation_depth) return refuse(path, "has more than 8 levels");
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
}

Result<Scope> Scope::of(std::string_view organisation) {
  if (const auto checked = check_organisation(organisation); !checked) return checked.error();
  return Scope(organisation);
}

}  // namespace langyan::store
