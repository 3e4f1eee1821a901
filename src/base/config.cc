#include "base/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/caps.h"
#include "base/disk.h"

namespace langyan {

std::string render(const ConfigError& error) {
  if (error.line == 0) return fmt::format("{}: {}", error.file, error.message);
  return fmt::format("{}:{}:{}: {}", error.file, error.line, error.column, error.message);
}

std::string render(std::span<const ConfigError> errors) {
  std::string out;
  for (const ConfigError& error : errors) {
    if (!out.empty()) out += '\n';
    out += render(error);
  }
  return out;
}

std::string Origin::text() const {
  if (is_default()) return "default";
  return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column);
}

const Config::Value& Config::at(std::string_view name, std::initializer_list<KeyKind> kinds) const {
  const std::size_t index = key_index(rows_, name);
  const bool declared = index < rows_.size();
  if (declared && std::ranges::find(kinds, rows_[index].kind) != kinds.end()) return values_[index];
  // Only a programmer can be here, and a wrong value must not reach traffic.
  fmt::print(stderr, "configuration key {} is {}\n", name,
             declared ? "declared as another kind" : "not declared");
  std::abort();
}

bool Config::flag(std::string_view name) const {
  return std::get<std::int64_t>(at(name, {KeyKind::flag}).held) != 0;
}
std::int64_t Config::integer(std::string_view name) const {
  return std::get<std::int64_t>(at(name, {KeyKind::integer}).held);
}
std::uint64_t Config::size(std::string_view name) const {
  return static_cast<std::uint64_t>(std::get<std::int64_t>(at(name, {KeyKind::size}).held));
}
Duration Config::duration(std::string_view name) const {
  return std::get<std::int64_t>(at(name, {KeyKind::duration}).held);
}
const std::string& Config::text(std::string_view name) const {
  return std::get<std::string>(at(name, {KeyKind::text, KeyKind::path, KeyKind::word}).held);
}
const std::vector<std::string>& Config::list(std::string_view name) const {
  return std::get<std::vector<std::string>>(at(name, {KeyKind::list}).held);
}
const ConfigMap& Config::map(std::string_view name) const {
  return std::get<ConfigMap>(at(name, {KeyKind::map}).held);
}

Result<std::string> Config::secret(std::string_view name) const {
  at(name, {KeyKind::secret_file});
  return secret_at(key_index(rows_, name));
}

// The path may be the secret itself, written there by mistake: no message repeats it.
Result<std::string> Config::secret_at(std::size_t index) const {
  const auto& path = std::get<std::string>(values_[index].held);
  if (path.empty()) return std::string();
  SystemDisk disk;
  auto content = read_file(disk, path, largest_secret);
  if (!content) {
    Error error = content.error();
    error.message = error.kind == ErrorKind::missing ? "names a file that does not exist"
                    : error.kind == ErrorKind::permission
                        ? "names a file that this user may not read"
                    : error.kind == ErrorKind::full ? "names a file that is too large for a secret"
                                                    : "names a file that cannot be read";
    return Error{error.kind, refuse(rows_[index].name, error.message).message};
  }
  std::string secret = content.take();
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return refuse(rows_[index].name, "names a file that is empty");
  return secret;
}

const Origin& Config::origin(std::string_view name) const {
  if (in_group(name, "caps")) {
    for (const CapValue& cap : caps_) {
      if (cap.name == name.substr(5)) return cap.origin;
    }
  }
  const std::size_t index = key_index(rows_, name);
  if (index < rows_.size()) return values_[index].origin;
  fmt::print(stderr, "configuration key {} is not declared\n", name);
  std::abort();
}

Error Config::refuse(std::string_view name, std::string_view message) const {
  return {ErrorKind::invalid, fmt::format("{}: {} {}", origin(name).text(), name, message)};
}

std::vector<std::string> Config::changes(const Config& before) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::size_t there = key_index(before.rows_, rows_[i].name);
    if (there < before.rows_.size() && before.values_[there].held == values_[i].held) continue;
    names.emplace_back(rows_[i].name);
  }
  for (const CapValue& cap : caps_) {
    const auto there = std::ranges::find(before.caps_, cap.name, &CapValue::name);
    if (there != before.caps_.end() && there->value == cap.value) continue;
    names.push_back("caps." + std::string(cap.name));
  }
  return names;
}

Key key_of(const Cap& cap) {
  const auto bounded = [](std::uint64_t value) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
  };
  const KeyKind kind = cap.name().ends_with("_bytes") ? KeyKind::size : KeyKind::integer;
  return {cap.name(), kind,
          cap.doc(),  bounded(cap.preset()),
          {},         {bounded(cap.least()), bounded(cap.most())},
          {},         nullptr};
}

void Config::apply_caps() const {
  for (const CapValue& value : caps_) {
    const auto done = Cap::find(value.name)->set(value.value);
    if (!done) fmt::print(stderr, "{}\n", done.error().message), std::abort();  // load() checked it
  }
}

std::uint64_t Config::cap_bytes() const {
  std::uint64_t sum = 0;
  for (const CapValue& value : caps_) sum += value.value * Cap::find(value.name)->bytes_each();
  return sum;
}

}  // namespace langyan
