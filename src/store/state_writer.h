// StateWriter: the one connection that writes state.db, and who holds it. One only, because a
// transaction whose roll-back lacked memory ends when the same connection begins its next; another
// would wait for it in vain.
#pragma once

#include <memory>
#include <mutex>

#include "store/sqlite/connection.h"

namespace langyan::store {

struct StateWriter {
  std::unique_ptr<Connection> connection;
  std::mutex mutex;
};

}  // namespace langyan::store
