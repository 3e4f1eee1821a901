#include "store/incoming.h"

#include <algorithm>

#include "base/json.h"

namespace langyan::store {
namespace {

constexpr std::uint64_t last_position = std::uint64_t{1} << 62;

Error contradiction(const Batch& batch, std::string_view reason) {
  return {ErrorKind::invalid,
          "batch of source \"" + std::string(batch.source.substr(0, name_bytes)) +
              "\" from position " + std::to_string(batch.first) + ": " + std::string(reason)};
}

// What is missing is an event too. Its identity is that of the first event that is missing.
Result<void> put_gap(const Batch& batch, std::uint64_t from, std::uint64_t to,
                     std::string_view reason, const InsertRow& insert) {
  std::string line;
  JsonWriter json(line);
  json.open().key("timestamp").time(batch.received).field("event_type", "gap");
  json.key("gap").open().field("from", from).field("to", to).field("reason", reason).close();
  json.key("origin").open().field("sensor", batch.source).field("epoch", epoch_text(batch.epoch));
  json.field("lane", name_of(batch.lane)).field("seq", from).close().close();
  EventRow row;
  row.time = batch.received, row.sensor = batch.source, row.epoch = batch.epoch,
  row.lane = batch.lane;
  row.seq = from, row.covers = to - from + 1, row.event_type = "gap", row.json = line;
  if (!batch.rows.empty()) row.via = batch.rows.front().via;  // who delivers is one for all of a batch
  return insert(row, from);
}

Result<void> take_rows(const Batch& batch, std::uint64_t watermark, const InsertRow& insert,
                       Accepted& accepted) {
  for (const EventRow& row : batch.rows) {
    const std::uint64_t first = batch.first + row.offset, last = first + row.covers - 1;
    if (last <= watermark) {
      accepted.skipped += 1;
      continue;
    }
    // The sender evicted what it had sent and did not know acknowledged: only the rest is missing.
    const auto done = first <= watermark
                          ? put_gap(batch, watermark + 1, last, row.gap_reason, insert)
                          : insert(row, first);
    if (!done) return done;
    accepted.stored += 1;
  }
  for (const Refusal& refusal : batch.refused) {
    const std::uint64_t position = batch.first + refusal.offset;
    if (position <= watermark) continue;
    if (auto done = put_gap(batch, position, position, "refused by the center: " + refusal.reason,
                            insert);
        !done)
      return done;
  }
  return {};
}

}  // namespace

Result<void> check(const Scope& scope, const Batch& batch) {
  if (auto checked = check_organisation(batch.organisation); !checked) return checked;
  if (!scope.covers(batch.organisation))
    return Error{ErrorKind::permission,
                 "organisation \"" + std::string(batch.organisation) + "\" is outside the scope"};
  if (batch.source.empty() || batch.source.size() > name_bytes)
    return contradiction(batch, "the source must have 1 to 256 bytes");
  if (batch.received < 0 || batch.received > last_time)
    return contradiction(batch, "the center's clock is outside 1970 to 9999; set it");
  if (batch.first == 0 || batch.first > last_position || batch.count > gap_positions)
    return contradiction(batch, "positions start at 1, and a batch covers at most 2^48");
  std::uint64_t next = 0;
  for (const EventRow& row : batch.rows) {
    if (row.offset < next || row.covers == 0 || row.covers > batch.count ||
        row.offset > batch.count - row.covers)
      return contradiction(
          batch, "rows overlap or lie outside the " + std::to_string(batch.count) + " positions");
    next = row.offset + row.covers;
    if (row.organisation.empty()) continue;
    if (auto checked = check_organisation(row.organisation); !checked) return checked;
    if (!scope.covers(row.organisation))
      return Error{ErrorKind::permission,
                   "organisation \"" + std::string(row.organisation) + "\" is outside the scope"};
  }
  for (const Refusal& refusal : batch.refused)
    if (refusal.offset >= batch.count)
      return contradiction(batch, "a refused line lies outside its positions");
  return {};
}

Result<Accepted> take_new(const Batch& batch, const KnownStream& stream, bool dedup_off,
                          const InsertRow& insert) {
  // The center's own lane carries what concerns every organisation; the others have one owner.
  if (!stream.organisation.empty() && batch.lane != Lane::state &&
      stream.organisation != batch.organisation)
    return Error{ErrorKind::permission, "source \"" + std::string(batch.source) + "\" epoch " +
                                            epoch_text(batch.epoch) +
                                            " belongs to another organisation; "
                                            "a sensor that moves starts a new epoch"};
  Accepted accepted;
  accepted.watermark = stream.watermark;
  if (batch.count == 0) return accepted;
  if (!dedup_off && batch.first > stream.watermark + 1) {
    accepted.ahead = !stream.uncertain;
    if (accepted.ahead) return accepted;
    const auto done = put_gap(batch, stream.watermark + 1, batch.first - 1,
                              "the center lost the file that said what it had", insert);
    if (!done) return done.error();
  }
  if (auto done = take_rows(batch, dedup_off ? 0 : stream.watermark, insert, accepted); !done)
    return done.error();
  accepted.watermark = std::max(stream.watermark, batch.first + batch.count - 1);
  return accepted;
}

}  // namespace langyan::store
