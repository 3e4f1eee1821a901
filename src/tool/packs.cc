// langyan packs: makes, signs and checks rule packs, and issues them through a center.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <charconv>
#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/json_members.h"
#include "pipeline/pack_rules.h"
#include "tool/client.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

constexpr std::string_view path = "/api/v1/packs";
constexpr std::size_t largest_key = 64u << 10;
constexpr std::size_t date_letters = 10;  // of "2026-11-29T…"

constexpr std::string_view how =
    "langyan packs (docs/packs.md):\n"
    "  keygen NAME                               NAME.key, which signs and stays secret, and NAME.pub, which sensors "
    "and centers trust\n"
    "  make NAME --version N --key NAME.key --out FILE [--issuer TEXT] [--note TEXT] [--note-zh TEXT] FILE…\n"
    "                                            a signed pack of rules, their explanations (.yaml) and lists; no FILE "
    "takes the pack back\n"
    "  indicators --name NAME --out FOLDER FILE…  STIX 2.1 bundles, MISP events and plain lists as lists and rules for "
    "make\n"
    "  check FILE --keys NAME.pub                say what is wrong, or what it holds\n"
    "  ls [--json]                               what a center has\n"
    "  usage [NAME] [--state refused|behind|untold|current] [--json]  which sensor and lower center uses which "
    "version, trouble first\n"
    "  push FILE [--organisation PATH]           issue it through a center, to all below PATH\n"
    "  get NAME --out FILE                       as it was signed";

// What a sensor with the usual variables would refuse is not signed.
Result<void> check_rules(const packs::Pack& pack) {
  ConfigSource source;
  source.sets = {"rules.files=[]"};
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) return config.error();
  const pipeline::PackRules texts = pipeline::pack_rules({pack});
  detect::RuleSources sources;
  sources.addresses = config->map("rules.addresses"), sources.ports = config->map("rules.ports");
  sources.beside = texts.beside;
  const detect::RuleReport report = detect::compile(sources, texts.rules).report;
  for (const auto& note : report.warnings) fmt::print(stderr, "langyan: {}\n", detect::render(note));
  if (report.clean()) return {};
  std::string faults;
  for (const auto& note : report.errors) faults += "\n" + detect::render(note);
  return Error{ErrorKind::invalid,
               fmt::format("{} rules of the pack are wrong; it is not signed{}", report.refused, faults)};
}

int make(const Words& words) {
  constexpr std::string_view valued[] = {"version", "key", "out", "issuer", "note", "note-zh"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  if (options->rest.empty() || !options->has("version") || !options->has("key") || !options->has("out"))
    return refuse_usage(
        "make needs a name, a version, a key and where to: langyan packs make cn-ot --version 1 --key cert.key --out "
        "cn-ot.pack rules/*.rules");
  packs::Pack pack;
  pack.name = options->rest[0];
  const std::string version = options->text("version");
  if (std::from_chars(version.data(), version.data() + version.size(), pack.version).ptr !=
      version.data() + version.size())
    return refuse_usage("--version takes a number, one higher than the last");
  SystemClock clock;
  pack.issued = timestamp(clock.now()).substr(0, date_letters);
  pack.issuer = options->text("issuer"), pack.note_en = options->text("note"), pack.note_zh = options->text("note-zh");
  SystemDisk disk;
  for (std::size_t i = 1; i < options->rest.size(); ++i) {
    auto text = read_file(disk, options->rest[i], packs::largest_pack);
    if (!text) return refuse(text.error());
    pack.files.push_back({std::filesystem::path(options->rest[i]).filename().string(), text.take()});
  }
  if (auto fine = check_rules(pack); !fine) return refuse(fine.error());
  const auto key = read_file(disk, options->text("key"), largest_key);
  if (!key) return refuse(key.error());
  const auto text = packs::sign_pack(pack, *key);
  if (!text) return refuse(text.error());
  const auto done = replace_file(disk, options->text("out"), bytes_of(*text));
  if (!done) return refuse(done.error());
  fmt::print(stderr, "{}: pack {} version {}, {} files, {} octets\n", options->text("out"), pack.name, pack.version,
             pack.files.size(), text->size());
  return 0;
}

int check(const Words& words) {
  constexpr std::string_view valued[] = {"keys"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  if (options->rest.size() != 1 || !options->has("keys"))
    return refuse_usage("check needs a pack and keys: langyan packs check cn-ot.pack --keys cert.pub");
  SystemDisk disk;
  const auto text = read_file(disk, options->rest[0], packs::largest_pack);
  if (!text) return refuse(text.error());
  const auto keys = read_trusted_keys(disk, options->text("keys"));
  if (!keys) return refuse(keys.error());
  const auto pack = packs::open_pack(*text, options->rest[0], *keys);
  if (!pack) return refuse(pack.error());
  fmt::print("{} version {}, issued {}{}, signed by {}\n", pack->name, pack->version, pack->issued,
             pack->issuer.empty() ? "" : " by " + pack->issuer, pack->key);
  for (const std::string* note : {&pack->note_en, &pack->note_zh})
    if (!note->empty()) fmt::print("  {}\n", *note);
  for (const packs::PackFile& file : pack->files) fmt::print("  {:<40} {} octets\n", file.name, file.text.size());
  if (auto fine = check_rules(*pack); !fine) return refuse(fine.error());
  return 0;
}

int list(Client& client, const Options& options) {
  const auto body = client.get(std::string(path));
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS) return refuse(not_understood());
  json::each_of(page, "packs", [](simdjson::dom::element row) {
    const std::string organisation = text_at(row, "organisation");
    fmt::print("{:<20} {:>6}  for {}, {} by {}, signed by {}: {}\n", text_at(row, "name"), text_at(row, "version"),
               organisation.empty() ? "everybody" : organisation,
               text_at(row, "from_above") == "true" ? "from the center above" : "issued here", text_at(row, "by"),
               text_at(row, "key"), fmt::join(json::texts_of(row, "files"), " "));
  });
  return 0;
}

int usage(Client& client, const Options& options) {
  std::string target = "/api/v1/pack-usage?limit=1000";
  if (options.rest.size() > 1) target += "&name=" + percent_encoded(options.rest[1]);
  if (options.has("state")) target += "&state=" + percent_encoded(options.text("state"));
  const auto body = client.get(target);
  if (!body) return refuse(body.error());
  if (options.has("json")) return fmt::print("{}", *body), 0;
  simdjson::dom::parser parser;
  simdjson::dom::element page;
  if (parser.parse(*body).get(page) != simdjson::SUCCESS) return refuse(not_understood());
  json::each_of(page, "rows", [](simdjson::dom::element row) {
    const std::string version = text_at(row, "version"), since = text_at(row, "since"), reason = text_at(row, "reason");
    fmt::print("{:<9} {:<13} {:<20} {:<24} {} {} of {}{}{}\n", text_at(row, "state.en"), text_at(row, "user.en"),
               text_at(row, "name"), text_at(row, "organisation"), text_at(row, "pack"),
               version.empty() ? "-" : version, text_at(row, "wanted"), since.empty() ? "" : " since " + since,
               reason.empty() ? "" : ": " + reason);
  });
  bool more = false;
  if (page["more"].get(more) == simdjson::SUCCESS && more)
    fmt::print(stderr, "there are more; name a pack or a state\n");
  return 0;
}

int push(Client& client, const Options& options) {
  SystemDisk disk;
  auto text = read_file(disk, options.rest[1], packs::largest_pack);
  if (!text) return refuse(text.error());
  std::string target(path);
  if (options.has("organisation")) target += "?organisation=" + percent_encoded(options.text("organisation"));
  const auto answer = client.send("POST", target, text.take(), packs::pack_type);
  if (!answer) return refuse(answer.error());
  fmt::print("{}", *answer);
  return 0;
}

int get(Client& client, const Options& options) {
  const auto text = client.get(std::string(path) + "/" + percent_encoded(options.rest[1]));
  if (!text) return refuse(text.error());
  if (!options.has("out")) return fmt::print("{}", *text), 0;
  SystemDisk disk;
  const auto done = replace_file(disk, options.text("out"), bytes_of(*text));
  return done ? 0 : refuse(done.error());
}

}  // namespace

int packs(const Words& words) {
  const std::string_view verb = words.empty() ? std::string_view() : words[0];
  const Words rest(words.begin() + !words.empty(), words.end());
  if (verb == "keygen") return make_key(rest, "packs");
  if (verb == "make") return make(rest);
  if (verb == "check") return check(rest);
  if (verb == "indicators") return indicators(rest);
  constexpr std::string_view flags[] = {"json"},
                             valued[] = {"organisation", "out", "state", "center", "token-file", "ca-file"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  const bool asks_usage = verb == "usage" && options->rest.size() <= 2;
  if (verb != "ls" && !asks_usage && ((verb != "push" && verb != "get") || options->rest.size() != 2))
    return refuse_usage(how);
  auto client = Client::of(*options);
  if (!client) return refuse(client.error());
  if (asks_usage) return usage(*client, *options);
  return verb == "ls" ? list(*client, *options) : verb == "push" ? push(*client, *options) : get(*client, *options);
}

}  // namespace langyan::tool
