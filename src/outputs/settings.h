// Settings: what an output is told: which kind, which events, where to and how.
//
// One table (setting_rows) says which values each kind takes, of what form, and which are secrets;
// checks, answers, the reference page and defaults are read from it. Values are kept as texts, a
// secret apart from the rest so that nothing that is shown can hold one. Values; any thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace langyan::outputs {

constexpr std::size_t longest_query = 8'192;

enum class Form : std::uint8_t {
  text,
  word,         // one of `words`
  number,       // from least to most
  flag,         // true, false
  address,      // host:port, [v6]:port
  addresses,    // several, joined by commas
  url,          // https://, or http:// to loopback
  certificate,  // PEM, one or more
  key,          // PEM
};

std::string_view name_of(Form form);

enum class Need : std::uint8_t { optional, required, secret };

struct SettingRow {
  std::string_view kind, name;
  Form form;
  Need need;
  struct {
    std::string_view en, zh;
  } doc;  // one sentence
  std::string_view fallback = {};
  std::string_view words = {};            // "a|b"
  std::uint64_t least = 0, most = 4'096;  // of a number; of a text the most octets
};
std::span<const SettingRow> setting_rows();
std::span<const std::string_view> kinds();

using Values = std::map<std::string, std::string, std::less<>>;

struct Settings {
  std::string name;  // also its id
  std::string kind;
  bool enabled = true;
  std::string query;         // events that go out; empty: all
  std::string organisation;  // events of this path and below; empty: all of the center's
  Values values, secrets;

  // As given, else the table's fallback.
  std::string_view text(std::string_view setting) const;
  std::uint64_t number(std::string_view setting) const;
  bool flag(std::string_view setting) const { return text(setting) == "true"; }
  std::string_view secret(std::string_view setting) const;
};

// What is wrong, by the name of the member that is: "settings.address: …".
Result<void> check(const Settings& settings);

// {"address":"…","tls":true,…}, every value of the kind, without secrets.
void write_values(JsonWriter& json, const Settings& settings);
std::string stored(const Values& values);  // for a document, and back
Values read_values(std::string_view json);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text);

}  // namespace langyan::outputs
