#include "packs/pack.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/json_members.h"
#include "base/utf8.h"

namespace langyan::packs {
namespace {

namespace dom = simdjson::dom;

constexpr SignedKind pack_kind{"langyan pack", "langyan packs make", "a pack", 1};
constexpr std::size_t longest_name = 48, longest_file_name = 64, longest_text = 1'000;

bool is_utf8(std::string_view text) {
  for (Bytes left = bytes_of(text); !left.empty();) {
    const std::size_t size = utf8_sequence(left);
    if (size == 0) return false;
    left = left.subspan(size);
  }
  return true;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// One folder deep and nothing that a shell, a path or another system reads otherwise.
bool is_file_name(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= longest_file_name && name[0] != '.' && name[0] != '-' &&
         std::ranges::all_of(name, fits);
}

std::string fault_of(const Pack& pack) {
  if (const auto what = check_pack_name(pack.name); !what.empty())
    return fmt::format("the name \"{}\" must be {}", pack.name, what);
  if (pack.version == 0 || pack.version > highest_version)
    return fmt::format("the version must be 1 to {}", highest_version);
  for (const std::string* text : {&pack.issued, &pack.issuer, &pack.note_en, &pack.note_zh})
    if (text->size() > longest_text || !is_utf8(*text))
      return fmt::format("issued, issuer and note are UTF-8 of at most {} octets each", longest_text);
  if (pack.files.size() > most_pack_files)
    return fmt::format("there are {} files, at most {} fit", pack.files.size(), most_pack_files);
  for (const PackFile& file : pack.files) {
    if (!is_file_name(file.name))
      return fmt::format("\"{}\" is no name of a file here: letters, digits, '.', '_' and '-', at most {}", file.name,
                         longest_file_name);
    if (std::ranges::count(pack.files, file.name, &PackFile::name) > 1)
      return fmt::format("{} is there twice", file.name);
    if (!is_utf8(file.text)) return fmt::format("{} is not UTF-8", file.name);
  }
  return {};
}

Result<Pack> read_body(std::string_view body, std::string_view file) {
  const auto wrong = [&](std::size_t line, std::string_view what) {
    return Error{ErrorKind::invalid, fmt::format("{}:{}: not a well-formed pack: {}", file, line, what)};
  };
  constexpr std::size_t head_line = 2;
  dom::parser parser;
  dom::element line;
  if (parser.parse(simdjson::padded_string(take_line(body))).get(line) != simdjson::SUCCESS || !line.is_object())
    return wrong(head_line, "no head of a pack");
  Pack pack;
  pack.name = json::text_of(line, "pack"), pack.version = json::number_of<std::uint64_t>(line, "version");
  pack.issued = json::text_of(line, "issued"), pack.issuer = json::text_of(line, "issuer");
  if (dom::element note; line["note"].get(note) == simdjson::SUCCESS)
    pack.note_en = json::text_of(note, "en"), pack.note_zh = json::text_of(note, "zh");
  const auto promised = json::number_of<std::size_t>(line, "files");
  for (std::size_t number = head_line + 1; !body.empty(); ++number) {
    if (pack.files.size() == most_pack_files) return wrong(number, fmt::format("more than {} files", most_pack_files));
    if (parser.parse(simdjson::padded_string(take_line(body))).get(line) != simdjson::SUCCESS || !line.is_object())
      return wrong(number, "no file of a pack");
    pack.files.push_back({std::string(json::text_of(line, "name")), std::string(json::text_of(line, "text"))});
  }
  if (pack.files.size() != promised)
    return wrong(head_line, fmt::format("{} files are promised, {} are there", promised, pack.files.size()));
  if (const auto what = fault_of(pack); !what.empty()) return wrong(head_line, what);
  return pack;
}

}  // namespace

std::string_view check_pack_name(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || c == '-'; };
  return !name.empty() && name.size() <= longest_name && is_letter(name[0]) && std::ranges::all_of(name, fits)
             ? ""
             : "small letters, digits and hyphens, at most 48";
}

Result<Pack> open_pack(std::string_view text, std::string_view file, std::span<const TrustedKey> trusted) {
  if (text.size() > largest_pack)
    return Error{ErrorKind::full,
                 fmt::format("{} has {} octets, more than a pack may ({})", file, text.size(), largest_pack)};
  const auto opened = open_signed(pack_kind, text, file, trusted);
  if (!opened) return opened.error();
  auto pack = read_body(opened->body, file);
  if (pack) pack->key = opened->key;
  return pack;
}

Result<std::string> sign_pack(const Pack& pack, std::string_view secret_line) {
  if (const auto what = fault_of(pack); !what.empty())
    return Error{ErrorKind::invalid, "pack " + pack.name + ": " + what};
  std::string body;
  JsonWriter head(body);
  head.open()
      .field("pack", pack.name)
      .field("version", pack.version)
      .field("issued", pack.issued)
      .field("issuer", pack.issuer);
  head.key("note").open().field("en", pack.note_en).field("zh", pack.note_zh).close();
  head.field("files", std::uint64_t{pack.files.size()}).close();
  body += '\n';
  for (const PackFile& file : pack.files) {
    JsonWriter(body).open().field("name", file.name).field("text", file.text).close();
    body += '\n';
  }
  auto text = sign_text(pack_kind, body, secret_line);
  if (text && text->size() > largest_pack)
    return Error{ErrorKind::full,
                 fmt::format("the pack has {} octets, at most {} are taken; divide it in two of different names",
                             text->size(), largest_pack)};
  return text;
}

Result<void> check_successor(const Pack& next, std::string_view next_text, std::uint64_t held,
                             std::string_view held_text) {
  if (next.version < held)
    return Error{ErrorKind::conflict, fmt::format("pack {} is here in version {}; {} would be a step back, so issue "
                                                  "the older rules again under a higher version",
                                                  next.name, held, next.version)};
  if (next.version == held && next_text != held_text)
    return Error{ErrorKind::conflict,
                 fmt::format("pack {} is here in version {} with another content; raise the version", next.name, held)};
  return {};
}

}  // namespace langyan::packs
