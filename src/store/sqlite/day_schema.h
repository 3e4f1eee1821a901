// The schema of a day file. One list of steps (migrations.h); docs/design/0004-store.md explains
// it.
#pragma once

#include "store/sqlite/migrations.h"

namespace langyan::store {

extern const FileKind day_file;

}  // namespace langyan::store
