// langyan vulnerabilities: makes, signs and checks the feed that the sensor matches its assets with.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "assets/vulnerability_import.h"
#include "base/clock.h"
#include "base/json.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

using assets::VulnerabilityFeed;
using assets::VulnerabilityImport;

constexpr std::size_t largest_input = 1u << 30;  // octets; a yearly file of NVD has some 200 MB
constexpr std::size_t largest_key = 64u << 10;
constexpr std::size_t date_letters = 10;         // of "2026-11-29T…"

constexpr std::string_view how =
    "langyan vulnerabilities, each a step to a feed (docs/vulnerability-feed.md):\n"
    "  import --csaf FILE … | --nvd FILE … [--source TEXT] --out BODY   entries from advisories\n"
    "  keygen NAME                          NAME.key, which signs and stays secret, and NAME.pub, which sensors trust\n"
    "  sign BODY --key NAME.key --out FEED  what assets.vulnerabilities reads\n"
    "  check FEED [--keys NAME.pub]         say what is wrong, or what it holds; without keys FEED is a body\n"
    "  list FEED [--keys NAME.pub]          each entry: all its numbers, what it is, products it affects";

int write(const std::string& path, std::string_view text) {
  if (path.empty() || path == "-") return fmt::print("{}", text), 0;
  SystemDisk disk;
  const auto done = replace_file(disk, path, bytes_of(text));
  return done ? 0 : refuse(done.error());
}

int import_files(const Words& words) {
  constexpr std::string_view flags[] = {"csaf", "nvd"}, valued[] = {"out", "source"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  if (options->has("csaf") == options->has("nvd") || options->rest.empty())
    return refuse_usage(
        "import needs --csaf or --nvd, and files: langyan vulnerabilities import --csaf advisory.json --out body");
  SystemDisk disk;
  VulnerabilityImport import;
  int outcome = 0;
  for (const std::string& path : options->rest) {
    const auto text = read_file(disk, path, largest_input);
    if (!text) return refuse(text.error());
    const auto done = options->has("csaf") ? import.csaf(*text, path) : import.nvd(*text, path);
    if (!done) outcome = refuse(done.error());  // one bad file does not hide the others
  }
  for (const std::string& note : import.notes()) fmt::print(stderr, "langyan: {}\n", note);
  SystemClock clock;
  const std::string now = timestamp(clock.now());
  const std::string source = options->text("source", options->has("csaf") ? "CSAF advisories" : "NVD");
  const int written = write(options->text("out"), import.body(std::string_view(now).substr(0, date_letters), source));
  if (!options->text("out").empty()) fmt::print(stderr, "{} entries\n", import.size());
  return written ? written : outcome;
}

int sign(const Words& words) {
  constexpr std::string_view valued[] = {"key", "out"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  if (options->rest.size() != 1 || !options->has("key"))
    return refuse_usage(
        "sign needs a body and a key: langyan vulnerabilities sign BODY --key plant.key --out plant.feed");
  SystemDisk disk;
  const auto body = read_file(disk, options->rest[0], VulnerabilityFeed::largest);
  if (!body) return refuse(body.error());
  // What a sensor would refuse is not signed.
  if (const auto feed = VulnerabilityFeed::parse(*body, options->rest[0]); !feed) return refuse(feed.error());
  const auto key = read_file(disk, options->text("key"), largest_key);
  if (!key) return refuse(key.error());
  const auto signed_feed = assets::sign_feed(*body, *key);
  return signed_feed ? write(options->text("out"), *signed_feed) : refuse(signed_feed.error());
}

// A feed whose signature is held against `keys`; without them a body.
Result<VulnerabilityFeed> open_feed(const std::string& path, const std::string& keys_path) {
  SystemDisk disk;
  const auto text = read_file(disk, path, VulnerabilityFeed::largest);
  if (!text) return text.error();
  if (keys_path.empty()) return VulnerabilityFeed::parse(*text, path);
  const auto key_text = read_file(disk, keys_path, largest_key);
  if (!key_text) return key_text.error();
  const auto keys = read_trusted_keys(*key_text, keys_path);
  if (!keys) return keys.error();
  return VulnerabilityFeed::open(*text, path, *keys);
}

int list(const VulnerabilityFeed& feed) {
  for (const assets::Vulnerability& entry : feed.entries()) {
    fmt::print("{}{}\n  {}\n", all_numbers(entry), entry.known_exploited ? ", known to be exploited" : "",
               entry.title_en.empty() ? entry.title_zh : entry.title_en);
    for (const assets::Affected& each : entry.affects)
      fmt::print("  {} {}{}{}{}{}\n", each.vendor, each.model, each.from.empty() ? "" : " from " + each.from,
                 each.below.empty() ? "" : " below " + each.below,
                 each.through.empty() ? "" : " through " + each.through, each.all_versions() ? ", all versions" : "");
  }
  return 0;
}

int check(const std::string& verb, const Words& words) {
  constexpr std::string_view valued[] = {"keys"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  if (options->rest.size() != 1)
    return refuse_usage(fmt::format("{0} needs a feed: langyan vulnerabilities {0} plant.feed --keys plant.pub", verb));
  const std::string& path = options->rest[0];
  const auto feed = open_feed(path, options->text("keys"));
  if (!feed) return refuse(feed.error());
  if (verb == "list") return list(*feed);
  std::size_t exploited = 0, products = 0;
  for (const assets::Vulnerability& entry : feed->entries())
    exploited += entry.known_exploited, products += entry.affects.size();
  fmt::print("{}: {} vulnerabilities of {} products, {} known to be exploited; published {}, from {}; {}\n", path,
             feed->entries().size(), products, exploited, feed->published(),
             feed->source().empty() ? "nobody named" : feed->source(),
             options->has("keys") ? "the signature fits" : "not signed");
  return 0;
}

}  // namespace

int vulnerabilities(const Words& words) {
  const std::string_view verb = words.empty() ? std::string_view() : words[0];
  const Words rest(words.begin() + !words.empty(), words.end());
  if (verb == "import") return import_files(rest);
  if (verb == "keygen") return make_key(rest, "vulnerabilities");
  if (verb == "sign") return sign(rest);
  if (verb == "check" || verb == "list") return check(words[0], rest);
  return refuse_usage(how);
}

}  // namespace langyan::tool
