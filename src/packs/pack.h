// Pack: rules, what explains them and the lists they name, under one name and version, signed as one text (docs/packs.md).
//
//   auto text = sign_pack(pack, secret_line);       // where packs are made
//   auto pack = open_pack(*text, "cn-ot.pack", trusted);   // the signature first, then every line
//
// Whoever hands a pack on (centers, a sensor's shipper) and whoever uses it (the sensor) opens it with the keys of its own: nobody
// on the way is trusted with more than handing it on. A version without files takes everything of the name back. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "packs/signed_text.h"

namespace langyan::packs {

constexpr std::size_t largest_pack =
    6u << 20;  // octets, signed; as a document of the center it takes at most twice that
constexpr std::size_t most_pack_files = 64, most_packs = 64;
constexpr std::string_view pack_type = "application/x-langyan-pack";  // as media type
constexpr std::uint64_t highest_version = 999'999'999;

struct PackFile {
  std::string name;  // "cn-ot.rules"; explanations "cn-ot.yaml"; lists by any other ending
  std::string text;
};

struct Pack {
  std::string name;           // "cn-ot": small letters, digits, hyphens
  std::uint64_t version = 0;  // from 1
  std::string issued;         // "2026-11-29"
  std::string issuer;         // who answers for it, as people read it
  std::string note_en, note_zh;
  std::vector<PackFile> files;
  std::string key;  // the name of the key that signed it; of one that was opened
};

using Versions = std::map<std::string, std::uint64_t, std::less<>>;  // by name

struct Refusal {  // of a pack that the center has and that was not taken
  std::string name;
  std::uint64_t version = 0;
  std::string reason;
};

std::string_view check_pack_name(std::string_view name);  // empty: fine; else what it must be

// Errors (invalid, full) name `file`, the line and what to do.
Result<Pack> open_pack(std::string_view text, std::string_view file, std::span<const TrustedKey> trusted);
Result<std::string> sign_pack(const Pack& pack, std::string_view secret_line);

// Whether `next` may stand where `held` stands: conflict for an older version, and for another content of the same one.
Result<void> check_successor(const Pack& next, std::string_view next_text, std::uint64_t held,
                             std::string_view held_text);

}  // namespace langyan::packs
