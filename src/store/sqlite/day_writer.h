// DayWriter: writes batches into the newest day file. One transaction at a time: begin(), put() for
// each batch, commit() or rollback(); what the DayFile's atomics say changes at commit only.
// Used by one thread at a time, under the engine's write lock. After any Error roll back and throw
// the writer away: what it remembers of the file may be more than the file holds.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/incoming.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/rollups.h"

namespace langyan::store {

class DayWriter {
 public:
  static Result<std::unique_ptr<DayWriter>> open(std::shared_ptr<DayFile> file, bool dedup_off);

  DayFile& file() { return *file_; }
  Result<std::uint64_t> bytes();  // of the database, its WAL not counted

  Result<void> begin();
  Result<Accepted> put(const Batch& batch);
  Result<bool> mark(std::int64_t n, AlertState state) { return mark_state(*connection_, n, state); }
  Result<void> commit();
  void rollback();
  bool damaged() const { return connection_->damaged(); }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return hash(bytes_of(text)); }
  };
  using Cache = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;
  using SensorKey = std::array<std::int64_t, 2>;  // name, organisation
  struct SensorHash {
    std::size_t operator()(const SensorKey& key) const {
      return combine(static_cast<std::uint64_t>(key[0]), static_cast<std::uint64_t>(key[1]));
    }
  };
  struct Tally {  // of a sensor, in this transaction
    std::string sensor, organisation;
    Time received = 0, last_event = 0;
    std::int64_t events = 0, alerts = 0;
    std::string_view stats, via;  // in a batch, which outlives the transaction
  };

  DayWriter(std::shared_ptr<DayFile> file, bool dedup_off)
      : file_(std::move(file)), dedup_off_(dedup_off) {}
  Result<void> prepare();
  Result<KnownStream> known(const Batch& batch);
  Result<void> insert(const Batch& batch, const EventRow& row);
  void count(const Batch& batch, const EventRow& row, const RowIds& ids);
  Result<void> set_watermark(const Batch& batch, std::uint64_t watermark);
  Result<void> flush_sensors();
  Result<std::int64_t> name_id(std::string_view name);
  Result<std::int64_t> origin_id(const EventRow& row, std::int64_t sensor);
  Result<std::int64_t> signature_id(const EventRow& row);
  Result<std::int64_t> cached(Cache& cache, std::string_view key, Statement& find, Statement& add);
  Result<RowIds> ids_of(const Batch& batch, const EventRow& row);

  const std::shared_ptr<DayFile> file_;
  const bool dedup_off_;
  std::unique_ptr<Connection> connection_;
  Statement insert_event_, insert_line_, find_name_, add_name_, find_origin_, add_origin_,
      find_signature_, add_signature_, find_stream_, set_stream_, raise_sensor_, add_sensor_,
      page_count_;
  std::unique_ptr<Rollups> rollups_;
  Cache names_, origins_, signatures_;
  std::string key_;  // scratch
  std::unordered_map<SensorKey, Tally, SensorHash> sensors_;
  std::int64_t sensor_rows_ = 0;
  std::int64_t page_size_ = 0;
  std::int64_t last_n_ = 0, alerts_ = 0;
  Time first_event_ = 0, last_event_ = 0;
};

}  // namespace langyan::store
