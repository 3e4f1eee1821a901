#include "outputs/syslog_form.h"

#include <algorithm>

#include "base/json.h"
#include "outputs/plain_text.h"

namespace langyan::outputs {
namespace {

// The element's name needs a number of the IANA; 32473 is the one for documentation (RFC 5612).
constexpr std::string_view element = "langyan@32473";
constexpr std::size_t host_bytes = 255, type_bytes = 32;
constexpr std::size_t header_room = 2'048;  // what the rest of a message takes beside its text

struct Facility {
  std::string_view name;
  int number;
};
constexpr Facility facilities[] = {{"user", 1},    {"daemon", 3},  {"auth", 4},    {"local0", 16},
                                   {"local1", 17}, {"local2", 18}, {"local3", 19}, {"local4", 20},
                                   {"local5", 21}, {"local6", 22}, {"local7", 23}};

// critical 2, error 3, warning 4, notice 5, informational 6.
int severity_of(const store::EventRow& row) {
  return row.severity == 0 ? 6 : std::min<int>(row.severity + 1, 5);
}

// RFC 3339 with Z, as RFC 5424 asks for.
std::string moment(Time time) {
  std::string text = timestamp(time);
  text.resize(26);
  return text + "Z";
}

}  // namespace

int facility_of(std::string_view name) {
  const auto* found = std::ranges::find(facilities, name, &Facility::name);
  return found == std::end(facilities) ? 16 : found->number;
}

std::string header_field(std::string_view text, std::size_t most) {
  std::string field;
  for (std::size_t at = 0; at < text.size() && field.size() < most; ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c >= 0x80 && c < 0xc0) continue;  // one '_' a character
    field += c > 0x20 && c < 0x7f ? static_cast<char>(c) : '_';
  }
  return field.empty() ? "-" : field;
}

void append_parameter(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"");
  each_character(value, [&](std::string_view character) {
    if (character == "\"" || character == "\\" || character == "]") out += '\\';
    out += character;
  });
  out += '"';
}

std::string SyslogForm::message(const Item& item) const {
  const store::EventRow& row = item.row;
  std::string out = "<" + std::to_string(facility * 8 + severity_of(row)) + ">1 " + moment(row.time) + " ";
  out.append(header_field(row.sensor, host_bytes)).append(" langyan - ");
  out.append(header_field(row.event_type, type_bytes)).append(" [").append(element);
  append_parameter(out, "id", item.id);
  append_parameter(out, "organisation", item.event.organisation);
  if (row.sid) append_parameter(out, "sid", std::to_string(*row.sid));
  if (is_sample(item)) append_parameter(out, "test", "true");
  out += "] ";
  const std::size_t room = longest - std::min(longest - 1, std::min(out.size(), header_room));
  return out + (cef ? outputs::cef(item, room) : line_within(item, room));
}

}  // namespace langyan::outputs
