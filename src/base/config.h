// Config: the values of the declared keys (base/config_key.h), each with where it came from.
//
// Sources in order, the later wins: the row's default, the file, conf.d/*.yaml beside it in the
// order of their names, --set key=value. A list is replaced as a whole; a map name by name. load()
// reports every error of every source at once and then returns nothing: a bad configuration changes
// nothing. It does not touch the caps either; apply_caps() does, before traffic is read.
//
//   const auto config = ConfigOf<sensor_keys>::load({.file = "sensor.yaml", .sets = sets});
//   if (!config) { logging::error(config.error().message); return 78; }   // one line an error
//   config->integer("capture.snaplen")      // a wrong name or kind does not compile
//
// ConfigOf checks names when it compiles; the Config beneath it (for code that does not know the
// rows) ends the program on an undeclared name or a wrong kind. After load() nothing changes: any
// thread may read.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/config_key.h"
#include "base/result.h"
#include "base/time.h"

namespace langyan {

class Cap;

constexpr std::size_t largest_config_file = 1u << 20;  // octets; a real one has some thousand
constexpr std::size_t most_config_errors = 200;        // listed; the rest is only counted
constexpr std::size_t largest_secret = 64u << 10;      // octets of a file a secret_file names

struct ConfigSource {
  std::string file = {};               // empty: the defaults alone, and no conf.d
  std::string folder = "conf.d";       // beside the file; need not exist
  std::vector<std::string> sets = {};  // "capture.snaplen=1500", as given after --set
};

struct ConfigError {
  std::string file;          // or "--set key"
  int line = 0, column = 0;  // from 1, in characters; 0: not known (then not written)
  std::string message;
};
std::string render(const ConfigError& error);             // "sensor.yaml:41:7: message"
std::string render(std::span<const ConfigError> errors);  // one a line

struct Origin {
  std::string file;  // empty: the default; "--set": the command line
  int line = 0, column = 0;
  std::string text() const;  // "default", "--set", "sensor.yaml:41:7"
  bool is_default() const { return file.empty(); }
};

using ConfigMap = std::map<std::string, std::vector<std::string>, std::less<>>;

class Config {
 public:
  // The error's kind is missing or permission when the file itself cannot be read, else invalid;
  // its message is render(errors). The rows must live as long as the Config.
  static Result<Config> load(std::span<const Key> rows, const ConfigSource& source,
                             std::vector<ConfigError>* errors = nullptr);

  bool flag(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  std::uint64_t size(std::string_view name) const;
  Duration duration(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // text, path and word
  const std::vector<std::string>& list(std::string_view name) const;
  const ConfigMap& map(std::string_view name) const;
  // What stands in the file that a secret_file key names, without the line end; empty when the key
  // is not set. Read anew at each call.
  Result<std::string> secret(std::string_view name) const;

  const Origin& origin(std::string_view name) const;  // "caps.flow.flows" too
  // For what only the program can judge: an Error "sensor.yaml:3:8: uplink.url <message>".
  Error refuse(std::string_view name, std::string_view message) const;
  const std::vector<std::string>& files() const { return files_; }  // in the order they were read
  std::vector<std::string> changes(const Config& before) const;     // names whose value differs

  void apply_caps() const;               // sets every Cap to this configuration's value
  std::uint64_t cap_bytes() const;       // what the caps sum to
  std::string render_effective() const;  // YAML: every value, its origin as a comment; no secret

  std::span<const Key> rows() const { return rows_; }

 private:
  friend class ConfigLoader;
  template <const auto& table>
  friend class ConfigOf;
  struct Value {
    std::variant<std::int64_t, std::string, std::vector<std::string>, ConfigMap> held;
    Origin origin;
    std::map<std::string, Origin, std::less<>> entries;  // of a map, by name
  };
  struct CapValue {
    std::string_view name;
    std::uint64_t value;
    Origin origin;
  };

  const Value& at(std::string_view name, std::initializer_list<KeyKind> kinds) const;
  Result<std::string> secret_at(std::size_t index) const;

  std::span<const Key> rows_;
  std::vector<Value> values_;   // as rows_
  std::vector<CapValue> caps_;  // as Cap::all()
  std::vector<std::string> files_;
};

// A cap as the row it would be; its name is the cap's, without "caps.".
Key key_of(const Cap& cap);

// The file with every key, its default and its sentence; `title` is the first comment line,
// `schema` the address or file of the JSON Schema for editors.
std::string render_default(std::span<const Key> rows, std::string_view title,
                           std::string_view schema);
// JSON Schema draft-07 of the same file.
std::string render_schema(std::span<const Key> rows, std::string_view title);

// A Config whose table is known when the program is compiled.
template <const auto& table>
class ConfigOf : public Config {
  static_assert(key_fault(table).empty(), "see key_fault(table)");

  template <KeyKind... kinds>
  struct Name {
    std::size_t index;
    consteval Name(const char* name) : index(key_index(table, name)) {
      if (index == std::size(table)) throw "no row declares this configuration key";
      if (!((table[index].kind == kinds) || ...)) throw "the row declares another kind of key";
    }
  };

 public:
  static Result<ConfigOf> load(const ConfigSource& source,
                               std::vector<ConfigError>* errors = nullptr) {
    auto config = Config::load(table, source, errors);
    if (!config) return config.error();
    return ConfigOf(config.take());
  }

  bool flag(Name<KeyKind::flag> name) const { return number(name.index) != 0; }
  std::int64_t integer(Name<KeyKind::integer> name) const { return number(name.index); }
  std::uint64_t size(Name<KeyKind::size> name) const {
    return static_cast<std::uint64_t>(number(name.index));
  }
  Duration duration(Name<KeyKind::duration> name) const { return number(name.index); }
  const std::string& text(Name<KeyKind::text, KeyKind::path, KeyKind::word> name) const {
    return std::get<std::string>(values_[name.index].held);
  }
  const std::vector<std::string>& list(Name<KeyKind::list> name) const {
    return std::get<std::vector<std::string>>(values_[name.index].held);
  }
  const ConfigMap& map(Name<KeyKind::map> name) const {
    return std::get<ConfigMap>(values_[name.index].held);
  }
  Result<std::string> secret(Name<KeyKind::secret_file> name) const {
    return secret_at(name.index);
  }

 private:
  explicit ConfigOf(Config config) : Config(std::move(config)) {}
  std::int64_t number(std::size_t index) const {
    return std::get<std::int64_t>(values_[index].held);
  }
};

}  // namespace langyan
