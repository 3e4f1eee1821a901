// SignedText: a text file whose first line carries the Ed25519 signature (RFC 8032) of all that follows.
//
//   {"file":"langyan pack","version":1,"key":"<base64>","signature":"<base64>"}
//   … what is signed …
//
// Signed are the octets "<file> <version>\n" and what follows the line, so that no signature made for one kind of file fits
// another. Nothing behind the first line is looked at before the signature was found to fit a trusted key. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "base/result.h"

namespace langyan {

struct TrustedKey {
  std::string name;           // of the file it stands in
  std::string public_octets;  // 32
};

struct SigningKeyPair {
  std::string secret, trusted;  // the lines of a secret key's file and of a file of trusted keys
};
SigningKeyPair make_signing_key(std::string_view name);

// "NAME BASE64" a line; '#' begins a comment.
Result<std::vector<TrustedKey>> read_trusted_keys(std::string_view text, std::string_view file);
Result<std::vector<TrustedKey>> read_trusted_keys(Disk& disk, const std::string& path);

struct SignedKind {
  std::string_view name;     // "langyan pack"
  std::string_view maker;    // the command that signs such a file: "langyan packs sign"
  std::string_view article;  // "a pack"
  unsigned version;          // of its form; later ones are refused
};

struct OpenedText {
  std::string_view body;  // of the text that was opened
  std::string key;        // the name of the key that signed it
};
// Errors (invalid) name `file` and say what is wrong: no such file, another version, a key that is not trusted, a change.
Result<OpenedText> open_signed(const SignedKind& kind, std::string_view text, std::string_view file,
                               std::span<const TrustedKey> trusted);
Result<std::string> sign_text(const SignedKind& kind, std::string_view body, std::string_view secret_line);

std::string base64(std::string_view octets);  // RFC 4648, 4

// Takes the first line off a text, without its end.
std::string_view take_line(std::string_view& text);

}  // namespace langyan
