// BookSender: brings what a sensor learned (book.h) to its center, beside the Shipper: with a thread and a connection of its own,
// so neither a large book nor a slow center holds up an event. There is one book at a time, and the newest is the one that counts.
//
//   PUT <url>/api/v1/baseline, JSON, zstd
//
//   2xx                                 the center has it, and none of before
//   401, 403, 408, 429, 5xx, no answer  again in a minute or as Retry-After says, then what is newest
//   others                              not taken, and why is said; a center without that door answers 404. The next is tried
//
// One thread calls all of it.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/net.h"
#include "uplink/compressed.h"
#include "uplink/shipper.h"

namespace langyan::uplink {

inline constexpr std::string_view book_path = "/api/v1/baseline";

class BookSender {
 public:
  // The book, when it is time for another than the one that was given last. `last`: whatever time it is.
  using Source = std::function<std::optional<std::string>(bool last)>;
  BookSender(Net& net, Clock& clock, ShipperOptions options, Source source);  // net and clock outlive it

  void run(std::stop_token stop);
  Duration step(bool last = false);  // at most one request; how long to wait before the next step

 private:
  Duration answered(const HttpAnswer& answer);
  void say(const std::string& what);

  Net& net_;
  Clock& clock_;
  ShipperOptions options_;
  const Source source_;
  Compressed compressed_;
  std::stop_token stop_;
  std::string waiting_;  // the body that is to be sent; empty: none
  std::string said_;     // what the log was told last; empty: all is well
};

}  // namespace langyan::uplink
