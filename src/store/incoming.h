// What of a batch is new, for any engine: a batch is checked, then its rows are taken from the
// watermark on, with gap events for what is missing or was refused.
//
// Pure; any thread.
#pragma once

#include <functional>

#include "store/event_store.h"

namespace langyan::store {

constexpr Time last_time = 253'402'300'799 * second;  // 9999-12-31: four-digit years everywhere

// Errors: invalid (the batch contradicts itself), permission (its organisation is not the scope's).
Result<void> check(const Scope& scope, const Batch& batch);

struct KnownStream {  // of the batch's (source, epoch, lane)
  std::string organisation;  // empty: the stream is new
  std::uint64_t watermark = 0;
  // What was committed may be less than what was acknowledged: the sender goes on where it is, once.
  bool uncertain = false;
};

// Calls `insert` for each row to be stored; row and line live for the call only. With an Error from
// it, or one of its own (permission: the stream is another organisation's), nothing is accepted.
using InsertRow = std::function<Result<void>(const EventRow& row, std::uint64_t position)>;
Result<Accepted> take_new(const Batch& batch, const KnownStream& stream, bool dedup_off,
                          const InsertRow& insert);

}  // namespace langyan::store
