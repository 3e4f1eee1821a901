// StateFile: the inventory on disk, so that a restart or a kill does not make every device new again.
//
// One header line, then a line of JSON an asset:
//   {"file":"langyan assets","version":1,"assets":2,"crc32c":"1f0a…"}      of all that follows
// A file is replaced as a whole (write beside it, sync, rename), so a crash leaves the old or the new
// one. A file that is cut, changed or of a later version is not read, and the error says so; versions
// before this one are. The merge thread calls save(); load() comes before it starts.
#pragma once

#include <string>

#include "assets/inventory.h"
#include "base/disk.h"
#include "base/result.h"

namespace langyan::assets {

constexpr unsigned state_version = 1;
constexpr std::size_t largest_state_file = 1u << 30;  // octets

std::string render(const Inventory& inventory);
Result<void> restore(Inventory& inventory, std::string_view text);

Result<void> save(Disk& disk, const std::string& path, const Inventory& inventory);
Result<void> load(Disk& disk, const std::string& path, Inventory& inventory);  // missing file: nothing

}  // namespace langyan::assets
