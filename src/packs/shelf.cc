#include "packs/shelf.h"

#include <algorithm>
#include <charconv>

namespace langyan::packs {
namespace {

constexpr std::string_view suffix = ".pack", refused_suffix = ".refused";
constexpr std::size_t longest_refusal = 4'096;

// Its version, and the reason from the next line on.
std::string text_of(const Refusal& refusal) {
  return std::to_string(refusal.version) + "\n" + refusal.reason.substr(0, longest_refusal / 2);
}

bool read_refusal(std::string_view text, Refusal& refusal) {
  const auto line = text.find('\n');
  if (line == text.npos) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + line, refusal.version);
  refusal.reason = text.substr(line + 1);
  return error == std::errc() && end == text.data() + line;
}

}  // namespace

Shelf::Content Shelf::read() const {
  Content content;
  const auto names = disk_.list(folder_);
  if (!names) return content;  // none was ever put
  const auto trusted = read_trusted_keys(disk_, keys_);
  if (!trusted) return content.faults.push_back("packs are left out: " + trusted.error().message), content;
  for (const std::string& name : *names) {
    const std::string path = folder_ + "/" + name;
    if (name.ends_with(refused_suffix)) {
      Refusal refusal{name.substr(0, name.size() - refused_suffix.size()), 0, {}};
      const auto text = read_file(disk_, path, longest_refusal);
      if (text && check_pack_name(refusal.name).empty() && read_refusal(*text, refusal))
        content.refused.push_back(std::move(refusal));
    }
    if (!name.ends_with(suffix)) continue;
    if (content.packs.size() == most_packs) {
      content.faults.push_back(path + " is left out: no more than " + std::to_string(most_packs) + " packs are taken");
      continue;
    }
    const auto text = read_file(disk_, path, largest_pack);
    auto pack = text ? open_pack(*text, path, *trusted) : Result<Pack>(text.error());
    if (pack && pack->name + std::string(suffix) != name)
      pack = Error{ErrorKind::invalid, path + " holds the pack " + pack->name};
    if (pack) content.packs.push_back(pack.take());
    else content.faults.push_back(pack.error().message);
  }
  std::erase_if(content.refused, [&](const Refusal& refusal) {
    const auto held = std::ranges::find(content.packs, refusal.name, &Pack::name);
    return held != content.packs.end() && held->version >= refusal.version;
  });
  return content;
}

Result<void> Shelf::refuse(const Refusal& refusal) {
  if (!check_pack_name(refusal.name).empty()) return {};
  const std::string path = folder_ + "/" + refusal.name + std::string(refused_suffix), text = text_of(refusal);
  if (const auto held = read_file(disk_, path, longest_refusal); held && *held == text)
    return {};  // who watches the folder is not woken
  if (auto made = disk_.make_folder(folder_); !made) return made;
  return replace_file(disk_, path, bytes_of(text));
}

Versions Shelf::versions() const {
  Versions versions;
  for (const Pack& pack : read().packs) versions[pack.name] = pack.version;
  return versions;
}

Result<void> Shelf::put(std::string_view text) {
  const auto trusted = read_trusted_keys(disk_, keys_);
  if (!trusted)
    return Error{trusted.error().kind, "the keys this sensor trusts cannot be read: " + trusted.error().message};
  const auto next = open_pack(text, "a pack of the center", *trusted);
  if (!next) return next.error();
  const std::string path = folder_ + "/" + next->name + std::string(suffix);
  const auto held_text = read_file(disk_, path, largest_pack);
  const auto held = held_text ? open_pack(*held_text, path, *trusted) : Result<Pack>(held_text.error());
  if (held)  // one that no trusted key signed any more does not stand in the way
    if (auto fits = check_successor(*next, text, held->version, *held_text); !fits) return fits;
  if (held && held->version == next->version) return {};
  if (!held && versions().size() >= most_packs)
    return Error{ErrorKind::full, "there are " + std::to_string(most_packs) +
                                      " packs already; remove files of those no longer used from " + folder_};
  if (auto made = disk_.make_folder(folder_); !made) return made;
  return replace_file(disk_, path, bytes_of(text));
}

}  // namespace langyan::packs
