// Keys that sign what sensors and centers trust: feeds of vulnerabilities, rule packs.

#include <filesystem>

#include "base/disk.h"
#include "packs/signed_text.h"
#include "tool/command.h"

namespace langyan::tool {

// The secret is only its owner's to read, from its first octet on.
int make_key(const Words& words, std::string_view command) {
  if (words.size() != 1 || words[0].starts_with("-"))
    return refuse_usage("keygen needs a name: langyan " + std::string(command) + " keygen plant");
  const std::string name = std::filesystem::path(words[0]).filename().string();
  for (const char* suffix : {".key", ".pub"})
    if (std::filesystem::exists(words[0] + suffix))
      return refuse({ErrorKind::conflict, words[0] + suffix + " exists; a key is never overwritten"});
  const SigningKeyPair pair = make_signing_key(name);
  SystemDisk disk;
  if (auto done = replace_private_file(disk, words[0] + ".key", bytes_of(pair.secret)); !done)
    return refuse(done.error());
  const auto done = replace_file(disk, words[0] + ".pub", bytes_of(pair.trusted));
  return done ? 0 : refuse(done.error());
}

}  // namespace langyan::tool
