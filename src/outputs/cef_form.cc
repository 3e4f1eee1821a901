// CEF: ArcSight's Common Event Format, version 0 ("Implementing ArcSight CEF", revision 25).
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/version.h"
#include "outputs/plain_text.h"
#include "outputs/syslog_form.h"

namespace langyan::outputs {
namespace {

constexpr std::size_t name_bytes = 512, value_bytes = 1'023;  // as the guide limits them
constexpr std::string_view cut_word = "…";

// Whole characters only, and says that it was cut.
std::string clipped(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most - cut_word.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)).append(cut_word);
}

// 0 to 10 of 1 (worst) to 255; what is no alert is 1.
int grade_of(const store::EventRow& row) {
  constexpr int grades[] = {1, 10, 8, 5, 3};
  return row.severity < std::size(grades) ? grades[row.severity] : 2;
}

// Extensions in the order of their worth, each whole or not at all.
class Extensions {
 public:
  Extensions(std::string& out, std::size_t longest) : out_(out), longest_(longest) {}
  void add(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    std::string one;
    append_cef_extension(one, key, clipped(value, value_bytes));
    if (out_.size() + one.size() + 1 > longest_) return;
    if (!first_) out_ += ' ';
    first_ = false;
    out_ += one;
  }
  void labelled(std::string_view key, std::string_view label, std::string_view value) {
    if (value.empty()) return;
    add(std::string(key) + "Label", label);
    add(key, value);
  }

 private:
  std::string& out_;
  const std::size_t longest_;
  bool first_ = true;
};

void add_end(Extensions& to, bool source, const std::optional<IpAddress>& ip, std::optional<std::uint16_t> port) {
  if (ip && ip->is_v4()) to.add(source ? "src" : "dst", to_string(*ip));
  if (ip && !ip->is_v4())
    to.labelled(source ? "c6a2" : "c6a3", source ? "Source IPv6 Address" : "Destination IPv6 Address", to_string(*ip));
  if (port) to.add(source ? "spt" : "dpt", std::to_string(*port));
}

}  // namespace

void append_cef_header(std::string& out, std::string_view text) {
  each_character(text, [&](std::string_view character) {
    if (character == "\\" || character == "|") out += '\\';
    out += character;
  });
}

void append_cef_extension(std::string& out, std::string_view key, std::string_view value) {
  out.append(key).append("=");
  each_character(value, [&](std::string_view character) {
    if (character == "\n") return static_cast<void>(out += "\\n");
    if (character == "\r") return static_cast<void>(out += "\\r");
    if (character == "\\" || character == "=") out += '\\';
    out += character;
  }, "\r\n");
}

std::string cef(const Item& item, std::size_t longest) {
  const store::EventRow& row = item.row;
  std::string out = "CEF:0|Langyan|Langyan|";
  append_cef_header(out, langyan::version);
  out += '|';
  append_cef_header(out, row.sid ? std::to_string(*row.sid) : clipped(row.event_type, name_bytes));
  out += '|';
  append_cef_header(out, clipped(row.signature.empty() ? row.event_type : row.signature, name_bytes));
  out.append("|").append(std::to_string(grade_of(row))).append("|");
  Extensions to(out, longest);
  to.add("externalId", item.id);
  to.add("start", std::to_string(row.time / millisecond));
  to.add("rt", std::to_string(item.event.received / millisecond));
  add_end(to, true, row.src_ip, row.src_port);
  add_end(to, false, row.dst_ip, row.dst_port);
  to.add("proto", row.proto);
  to.add("app", row.app_proto);
  to.add("act", row.ot_verb);
  to.add("outcome", row.ot_result);
  to.add("cat", row.category.empty() ? row.event_type : row.category);
  to.add("dvchost", row.sensor);
  to.labelled("cs1", "Organisation", item.event.organisation);
  to.labelled("cs2", "Object", row.ot_object);
  to.labelled("cs3", "Function", row.function);
  to.labelled("cs4", "CommunityId", row.community_id);
  if (is_sample(item)) to.labelled("cs5", "Test", "true");
  if (row.ot_value) to.labelled("cfp1", "Value", fmt::format("{}", *row.ot_value));
  if (row.flow_id) to.labelled("cs6", "FlowId", std::to_string(*row.flow_id));  // of 64 bits, more than cn takes
  return out;
}

}  // namespace langyan::outputs
