// CenterDouble: a Net that answers as a center does (the contract at the top of shipper.h), and
// fails as told. For tests and simulations. What it stores is the truth a test compares with.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/net.h"

namespace langyan::uplink {

class CenterDouble final : public Net {
 public:
  struct Stream {
    std::string source, epoch, lane;
    auto operator<=>(const Stream&) const = default;
  };
  struct Stored {
    std::uint64_t from = 0, to = 0;
    std::string line;  // as sent, without newline
    bool gap = false;
    std::string reason;  // of a gap
  };
  struct Fault {
    bool lose_request = false, lose_answer = false;  // no answer, before or after the work is done
    int status = 0;                                  // answered at once instead of working
    Duration retry_after = 0;
    std::size_t spoil_at = 0;  // a byte of the request's body, from 1, changed on its way
    std::string body = {};     // of that answer
  };

  Result<HttpAnswer> send(const HttpRequest& request) override;

  std::map<Stream, std::vector<Stored>> stored;
  std::map<Stream, std::uint64_t> watermarks;
  std::vector<std::string> lanes_in_order;  // of the batches accepted
  std::vector<HttpRequest> requests;
  std::map<std::string, std::string> catalogues;  // by SHA-256
  std::string book;  // what the sensor learned
  struct Offer {
    std::uint64_t version = 0;
    std::string text;
  };
  std::map<std::string, Offer> packs;  // by name; their revision goes with each answer to a batch

  // The next requests for batches meet these faults, one each; then `always`, if any.
  std::deque<Fault> faults;
  std::optional<Fault> always;
  std::string token = "secret";
  std::size_t most_lines = 100'000, most_bytes = 32u << 20;
  std::function<bool(const std::string& line)> malformed = [](const std::string&) { return false; };

 private:
  HttpAnswer ingest(const HttpRequest& request);
  HttpAnswer catalogue(const HttpRequest& request);
  HttpAnswer learned(const HttpRequest& request);
  HttpAnswer pack(const std::string& path) const;
  std::string packs_revision() const;
};

}  // namespace langyan::uplink
