#include "center/http_head.h"

#include <algorithm>

namespace langyan::center {
namespace {

bool token_char(unsigned char c) {  // RFC 9110 5.6.2
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, token_char);
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

HeadFault malformed(std::string detail) {
  return {Code::malformed_request, std::move(detail)};
}

std::optional<HeadFault> fault_of_request_line(std::string_view line, const HttpLimits& limits) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || first == last || !is_token(line.substr(0, first))) {
    return malformed("The request line is not `METHOD /path HTTP/1.1`.");
  }
  const auto target = line.substr(first + 1, last - first - 1), version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    if (version.starts_with("HTTP/")) return HeadFault{Code::version, "Ask again with HTTP/1.1."};
    return malformed("The request line does not end with a version of HTTP.");
  }
  if (target.size() > limits.target_bytes) {
    return HeadFault{Code::target_too_long, "The address has " + std::to_string(target.size()) +
                                                " bytes and may have " +
                                                std::to_string(limits.target_bytes) + "."};
  }
  const auto visible = [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; };
  if (target.empty() || target.front() != '/' || !std::ranges::all_of(target, visible)) {
    return malformed("The target must be a path of visible ASCII that starts with a slash.");
  }
  return {};
}

// Fields whose repetition changes how the message is read or who it is for.
struct Once {
  std::string_view name;
  std::size_t seen = 0;
};

std::optional<HeadFault> fault_of_field(std::string_view line, std::span<Once> once) {
  if (line.front() == ' ' || line.front() == '\t') {
    return malformed("A header line is folded (RFC 9112 5.2).");
  }
  const auto colon = line.find(':');
  if (colon == line.npos || !is_token(line.substr(0, colon))) {
    return malformed("A header line is not `Name: value`.");
  }
  const auto name = line.substr(0, colon), value = trim(line.substr(colon + 1));
  for (Once& field : once) {
    if (!same_word(field.name, name)) continue;
    if (field.seen++ > 0) return malformed(std::string(field.name) + " is given twice.");
  }
  if (same_word(name, "Content-Length") && (!is_digits(value) || value.size() > 18)) {
    return malformed("Content-Length must be one decimal number.");
  }
  if (same_word(name, "Transfer-Encoding") && !same_word(value, "chunked")) {
    return malformed("Transfer-Encoding may only be chunked.");
  }
  return {};
}

}  // namespace

std::optional<HeadFault> fault_of_head(std::string_view head, const HttpLimits& limits) {
  const auto control = [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; };
  Once once[] = {{"Content-Length"},   {"Transfer-Encoding"}, {"Host"},   {"Authorization"},
                 {"Content-Encoding"}, {"Content-Type"},      {"Origin"}, {"Expect"}};
  std::size_t fields = 0;
  bool first = true, modern = true, ended = false;
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    if (end == head.npos) return malformed("The header does not end with an empty line.");
    const auto line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (std::ranges::any_of(line, control)) {
      return malformed(
          "The header holds a control character or a line that does not end with CR LF.");
    }
    if (first) {
      if (auto fault = fault_of_request_line(line, limits)) return fault;
      modern = line.ends_with("1.1");
      first = false;
    } else if (line.empty()) {
      ended = true;
      break;
    } else if (++fields > limits.header_fields) {
      return HeadFault{Code::header_too_large, "At most " + std::to_string(limits.header_fields) +
                                                   " header lines are read."};
    } else if (auto fault = fault_of_field(line, once)) {
      return fault;
    }
  }
  if (!ended || !head.empty()) return malformed("The header does not end with an empty line.");
  if (modern && once[2].seen == 0) return malformed("Host is missing.");
  if (once[0].seen > 0 && once[1].seen > 0) {
    return malformed("Content-Length and Transfer-Encoding exclude each other.");
  }
  if (!modern && once[1].seen > 0) return malformed("HTTP/1.0 has no Transfer-Encoding.");
  return {};
}

}  // namespace langyan::center
