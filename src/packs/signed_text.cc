#include "packs/signed_text.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <sodium.h>

#include <algorithm>

#include "base/json_members.h"

namespace langyan {
namespace {

constexpr std::size_t longest_first_line = 4'096, largest_key_file = 1u << 20;

// Empty where it is no base64 of so many octets.
std::string from_base64(std::string_view text, std::size_t octets) {
  std::string result(octets, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const bool read = sodium_base642bin(reinterpret_cast<unsigned char*>(result.data()), octets, text.data(), text.size(),
                                      nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL) == 0;
  return read && size == octets && end == text.data() + text.size() ? result : std::string();
}

const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string signed_octets(const SignedKind& kind, std::uint64_t version, std::string_view body) {
  return fmt::format("{} {}\n{}", kind.name, version, body);
}

}  // namespace

std::string base64(std::string_view octets) {
  std::string text(sodium_base64_ENCODED_LEN(octets.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(octets.data()), octets.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.resize(std::char_traits<char>::length(text.c_str()));
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

SigningKeyPair make_signing_key(std::string_view name) {
  std::string trusted(crypto_sign_PUBLICKEYBYTES, '\0'), secret(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_keypair(reinterpret_cast<unsigned char*>(trusted.data()),
                      reinterpret_cast<unsigned char*>(secret.data()));
  return {base64(secret) + '\n', fmt::format("{} {}\n", name, base64(trusted))};
}

Result<std::vector<TrustedKey>> read_trusted_keys(std::string_view text, std::string_view file) {
  std::vector<TrustedKey> keys;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = take_line(text);
    line = line.substr(0, line.find('#'));
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (line.empty()) continue;
    const std::size_t blank = line.find(' ');
    const std::string octets =
        blank == line.npos ? std::string() : from_base64(line.substr(blank + 1), crypto_sign_PUBLICKEYBYTES);
    if (octets.empty())
      return Error{ErrorKind::invalid,
                   fmt::format("{}:{}: a key is a line of its name and 44 letters of base64", file, number)};
    keys.push_back({std::string(line.substr(0, blank)), octets});
  }
  return keys;
}

Result<std::vector<TrustedKey>> read_trusted_keys(Disk& disk, const std::string& path) {
  const auto text = read_file(disk, path, largest_key_file);
  return text ? read_trusted_keys(*text, path) : text.error();
}

Result<OpenedText> open_signed(const SignedKind& kind, std::string_view text, std::string_view file,
                               std::span<const TrustedKey> trusted) {
  const auto wrong = [&](std::string_view what) {
    return Error{ErrorKind::invalid, fmt::format("{}: {}", file, what)};
  };
  std::string_view body = text;
  const std::string_view line = take_line(body);
  simdjson::dom::parser parser;
  simdjson::dom::element head;
  if (line.size() > longest_first_line || parser.parse(simdjson::padded_string(line)).get(head) != simdjson::SUCCESS ||
      json::text_of(head, "file") != kind.name)
    return wrong(fmt::format("this is not {} that was signed; {} makes one", kind.article, kind.maker));
  std::uint64_t version = 0;
  if (head["version"].get(version) != simdjson::SUCCESS || version > kind.version)
    return wrong(fmt::format("it has version {}, this program reads up to {}", version, kind.version));
  const std::string key = from_base64(json::text_of(head, "key"), crypto_sign_PUBLICKEYBYTES);
  const std::string signature = from_base64(json::text_of(head, "signature"), crypto_sign_BYTES);
  if (key.empty() || signature.empty()) return wrong("the first line has no key and signature");
  const auto known = std::ranges::find(trusted, key, &TrustedKey::public_octets);
  if (known == trusted.end())
    return wrong(
        fmt::format("it is signed with the key {}, which is not among the trusted ones", json::text_of(head, "key")));
  const std::string message = signed_octets(kind, version, body);
  if (crypto_sign_verify_detached(octets_of(signature), octets_of(message), message.size(), octets_of(key)) != 0)
    return wrong(
        fmt::format("the signature of {} does not fit; the file was changed after it was signed", known->name));
  return OpenedText{body, known->name};
}

Result<std::string> sign_text(const SignedKind& kind, std::string_view body, std::string_view secret_line) {
  while (!secret_line.empty() &&
         (secret_line.back() == '\n' || secret_line.back() == '\r' || secret_line.back() == ' '))
    secret_line.remove_suffix(1);
  const std::string secret = from_base64(secret_line, crypto_sign_SECRETKEYBYTES);
  if (secret.empty()) return Error{ErrorKind::invalid, "the secret key is not one that `keygen` made"};
  const std::string message = signed_octets(kind, kind.version, body);
  std::string signature(crypto_sign_BYTES, '\0'), trusted(crypto_sign_PUBLICKEYBYTES, '\0');
  crypto_sign_ed25519_sk_to_pk(reinterpret_cast<unsigned char*>(trusted.data()), octets_of(secret));
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, octets_of(message), message.size(),
                       octets_of(secret));
  return fmt::format("{{\"file\":\"{}\",\"version\":{},\"key\":\"{}\",\"signature\":\"{}\"}}\n", kind.name,
                     kind.version, base64(trusted), base64(signature)) +
         std::string(body);
}

}  // namespace langyan
