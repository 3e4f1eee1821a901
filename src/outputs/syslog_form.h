// SyslogForm: an event as an RFC 5424 message, whose text is the event's JSON or CEF.
//
// Texts of events come from traffic, so each place of a message has one escape that everything
// written there goes through: a header field keeps visible ASCII only, a structured value escapes
// `"`, `\` and `]`, CEF escapes as its guide says, and no control character is left anywhere, so that
// nothing in an event ends a message, begins a field or forges a line. What is not UTF-8 becomes
// U+FFFD. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "outputs/item.h"

namespace langyan::outputs {

// PRINTUSASCII of at most `most` characters, others as '_'; "-" where there is none (RFC 5424 6).
std::string header_field(std::string_view text, std::size_t most);
// Appends ` name="value"` (RFC 5424 6.3.3).
void append_parameter(std::string& out, std::string_view name, std::string_view value);

struct SyslogForm {
  int facility = 16;
  bool cef = false;
  std::size_t longest = 65'536;  // octets of the whole message, where it can be

  std::string message(const Item& item) const;
};
int facility_of(std::string_view name);  // of the settings' words

// "CEF:0|Langyan|…" of at most `longest` octets: whole extensions are left out at the end.
std::string cef(const Item& item, std::size_t longest);
void append_cef_header(std::string& out, std::string_view text);     // between the pipes
void append_cef_extension(std::string& out, std::string_view key, std::string_view value);

}  // namespace langyan::outputs
