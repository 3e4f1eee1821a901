// langyan packs indicators: addresses, names and sums that others call bad (STIX 2.1, MISP, plain lists) as lists and the rules that
// look them up, for `langyan packs make`.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/address.h"
#include "base/disk.h"
#include "base/hash.h"
#include "base/json_members.h"
#include "packs/signed_text.h"
#include "packs/pack.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t largest_input = 256u << 20, most_values = 1'000'000, longest_written = 2'048;
constexpr unsigned first_sid = 9'700'000, sids_a_pack = 16, packs_told_apart = 2'000, sids_a_kind = 2;
constexpr std::size_t md5_letters = 32, sha256_letters = 64;

// A kind of indicator, and where the sensor meets it.
struct Kind {
  std::string_view word;      // of files and lists
  std::string_view type;      // of the dataset
  std::string_view protocol;  // of the rule
  std::string_view buffers[sids_a_kind];  // one rule each; empty: none
  std::string_view en, zh;    // what is met
};
constexpr Kind kinds[] = {
    {"address", "ip", "ip", {"ip.src;", "ip.dst;"}, "traffic with a listed address", "与情报中的地址通信"},
    {"domain", "string", "dns", {"dns.query; to_lowercase;", ""}, "a listed name is looked up", "查询情报中的域名"},
    {"server-name",
     "string",
     "tls",
     {"tls.sni; to_lowercase;", ""},
     "a listed name is dialled over TLS",
     "经 TLS 连接情报中的域名"},
    {"host",
     "string",
     "http",
     {"http.host; to_lowercase;", ""},
     "a listed name is asked over HTTP",
     "经 HTTP 访问情报中的域名"},
    {"file-md5",
     "md5",
     "http",
     {"file.data; to_md5;", ""},
     "a listed file is fetched over HTTP",
     "经 HTTP 传输情报中的文件"},
    {"file-sha256",
     "sha256",
     "http",
     {"file.data; to_sha256;", ""},
     "a listed file is fetched over HTTP",
     "经 HTTP 传输情报中的文件"},
};
static_assert(std::size(kinds) * sids_a_kind <= sids_a_pack);
constexpr std::string_view names[] = {"domain", "server-name", "host"};  // a name is met in three places

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c);
  });
  return low;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  };
  return text.size() >= 4 && text.size() <= 253 && text.find('.') != text.npos && text.front() != '.' &&
         text.back() != '.' && std::ranges::all_of(text, fits);
}

class Indicators {
 public:
  // A value as lists have it: what it is shows in its form. "hxxp://bad[.]example/x" is how reports write so that nobody clicks.
  void add(std::string_view written) {
    if (written.size() > longest_written) return void(++passed_by);
    std::string value = lower(written);
    for (std::size_t at; (at = value.find("[.]")) != value.npos;) value.erase(at + 2, 1).erase(at, 1);
    if (const std::size_t scheme = value.find("://"); scheme != value.npos) {
      value = value.substr(scheme + 3);
      value = value.substr(0, value.find_first_of("/?#"));
      if (const std::size_t port = value.rfind(':'); port != value.npos && value.find(']') == value.npos)
        value.resize(port);
    }
    if (parse_ip(value)) put("address", value);
    else if (value.size() == md5_letters && is_hex(value)) put("file-md5", value);
    else if (value.size() == sha256_letters && is_hex(value)) put("file-sha256", value);
    else if (is_name(value)) std::ranges::for_each(names, [&](std::string_view kind) { put(kind, value); });
    else ++passed_by;
  }
  // [STIX 2.1, 9] Patterns: each comparison with '=' of a whole value.
  void add_pattern(std::string_view pattern) {
    for (std::size_t at; (at = pattern.find('\'')) != pattern.npos;) {
      const std::string_view before = pattern.substr(0, std::min(at, pattern.find_last_not_of(' ', at - (at > 0)) + 1));
      const std::size_t end = pattern.find('\'', at + 1);
      if (end == pattern.npos) return;
      const bool equal = before.ends_with('=') && !before.ends_with("!=");
      if (equal) add(pattern.substr(at + 1, end - at - 1));
      pattern.remove_prefix(end + 1);
    }
  }
  const std::set<std::string>& of(std::string_view kind) const { return values_[index_of(kind)]; }
  std::size_t passed_by = 0;  // of kinds the wire does not show, or no longer readable

 private:
  static std::size_t index_of(std::string_view kind) {
    return static_cast<std::size_t>(std::ranges::find(kinds, kind, &Kind::word) - std::begin(kinds));
  }
  void put(std::string_view kind, const std::string& value) {
    auto& values = values_[index_of(kind)];
    if (values.size() < most_values) values.insert(value);
    else ++passed_by;
  }
  std::set<std::string> values_[std::size(kinds)];
};

// [MISP core format] {"Event":{"Attribute":[{"type","value","to_ids"}], "Object":[{"Attribute":[…]}]}}, or {"response":[…]} of such.
void read_misp(dom::element event, Indicators& into) {
  const auto attributes = [&](dom::element holder) {
    json::each_of(holder, "Attribute", [&](dom::element each) {
      bool to_ids = true;
      if (each["to_ids"].get(to_ids) == simdjson::SUCCESS && !to_ids) return;
      const std::string_view value = json::text_of(each, "value");
      into.add(value.substr(value.find('|') == value.npos ? 0 : value.find('|') + 1));  // "filename|sha256"
    });
  };
  attributes(event);
  json::each_of(event, "Object", attributes);
}

// False: it is neither a STIX bundle nor a MISP event.
bool read_json(dom::element root, Indicators& into) {
  if (json::text_of(root, "type") == "bundle") {
    json::each_of(root, "objects", [&](dom::element each) {
      bool revoked = false;
      if (each["revoked"].get(revoked) == simdjson::SUCCESS && revoked) return;
      if (json::text_of(each, "type") == "indicator" && json::text_of(each, "pattern_type") == "stix")
        into.add_pattern(json::text_of(each, "pattern"));
    });
    return true;
  }
  if (dom::element event; root["Event"].get(event) == simdjson::SUCCESS) return read_misp(event, into), true;
  dom::array events;
  if (root["response"].get(events) != simdjson::SUCCESS) return false;
  for (const dom::element each : events)
    if (dom::element event; each["Event"].get(event) == simdjson::SUCCESS) read_misp(event, into);
  return true;
}

// One value a line; what follows a comma, blank or '#' is a remark.
void read_lines(std::string_view text, Indicators& into) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    line = line.substr(0, line.find_first_of("#,; \t"));
    if (!line.empty()) into.add(line);
  }
}

std::string line_of(const Kind& kind, const std::string& value) {
  return (kind.type == "string" ? base64(value) : value) + '\n';
}

Result<std::size_t> write_files(const Indicators& found, const std::string& folder, const std::string& name) {
  SystemDisk disk;
  if (auto made = disk.make_folder(folder); !made) return made.error();
  // So that packs of different names do not share numbers, but by chance.
  const auto base =
      first_sid + static_cast<unsigned>(hash(bytes_of(std::string_view(name))) % packs_told_apart) * sids_a_pack;
  std::string rules, texts;
  std::size_t written = 0;
  for (std::size_t k = 0; k < std::size(kinds); ++k) {
    const Kind& kind = kinds[k];
    const auto& values = found.of(kind.word);
    if (values.empty()) continue;
    const std::string list = fmt::format("{}-{}.lst", name, kind.word);
    std::string lines;
    for (const std::string& value : values) lines += line_of(kind, value);
    if (auto done = replace_file(disk, folder + "/" + list, bytes_of(lines)); !done) return done.error();
    written += values.size();
    for (unsigned i = 0; i < sids_a_kind; ++i) {
      if (kind.buffers[i].empty()) continue;
      const unsigned sid = base + static_cast<unsigned>(k) * sids_a_kind + i;
      rules += fmt::format(
          "alert {} any any -> any any (msg:\"Indicator of {}: {}\"; {} dataset:isset,{}-{},type {},load {}; "
          "threshold: type limit, track by_both, count 1, seconds 3600; sid:{}; rev:1;)\n",
          kind.protocol, name, kind.en, kind.buffers[i], name, kind.word, kind.type, list, sid);
      texts += fmt::format(
          "{}:\n  title: {{en: \"Indicator of {}: {}\", zh: \"情报 {}：{}\"}}\n"
          "  meaning: {{en: \"The value stands in a list of indicators this rule pack carries.\", zh: "
          "\"该值在本规则包携带的情报列表中。\"}}\n"
          "  advice: {{en: \"Find out who listed it and when, then look at what this host did before and after.\", "
          "zh: \"先查明情报来源与时间，再看该主机前后的活动。\"}}\n",
          sid, name, kind.en, name, kind.zh);
    }
  }
  if (auto done = replace_file(disk, folder + "/" + name + ".rules", bytes_of(rules)); !done) return done.error();
  if (auto done = replace_file(disk, folder + "/" + name + ".yaml", bytes_of(texts)); !done) return done.error();
  return written;
}

}  // namespace

int indicators(const Words& words) {
  constexpr std::string_view valued[] = {"name", "out"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  const std::string name = options->text("name", "indicators");
  if (options->rest.empty() || !options->has("out") || !packs::check_pack_name(name).empty())
    return refuse_usage(
        "indicators needs files, a folder and a name of small letters: langyan packs indicators --name cert-2026 --out "
        "folder bundle.json list.txt");
  Indicators found;
  SystemDisk disk;
  for (const std::string& path : options->rest) {
    const auto text = read_file(disk, path, largest_input);
    if (!text) return refuse(text.error());
    dom::parser parser;
    dom::element root;
    const bool is_json =
        text->find_first_not_of(" \t\r\n") != text->npos && (*text)[text->find_first_not_of(" \t\r\n")] == '{';
    if (!is_json) read_lines(*text, found);
    else if (parser.parse(*text).get(root) != simdjson::SUCCESS || !read_json(root, found))
      return refuse({ErrorKind::invalid,
                     path + " is neither a STIX 2.1 bundle nor a MISP event; a plain list has one value a line"});
  }
  const auto written = write_files(found, options->text("out"), name);
  if (!written) return refuse(written.error());
  for (const Kind& kind : kinds)
    if (!found.of(kind.word).empty()) fmt::print("{:<12} {}\n", kind.word, found.of(kind.word).size());
  fmt::print(
      stderr,
      "{} values passed by: of kinds that the wire does not show (paths, registry keys, SHA-1), or not readable\n",
      found.passed_by);
  fmt::print(stderr, "next: langyan packs make {} --version 1 --key NAME.key --out {}.pack {}/*\n", name, name,
             options->text("out"));
  return *written ? 0 : refuse({ErrorKind::invalid, "nothing that the wire shows was found in these files"});
}

}  // namespace langyan::tool
