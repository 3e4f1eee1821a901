#include "uplink/book_sender.h"

#include <algorithm>

#include "base/log.h"
#include "uplink/answers.h"

namespace langyan::uplink {
namespace {

constexpr Duration look_every = second, again_after = minute, longest_wait = 10 * minute;
constexpr Duration stop_slice = 100 * millisecond;
constexpr std::size_t longest_reason = 500;

// It may be taken another time.
bool may_pass(int status) {
  return status == 401 || status == 403 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

BookSender::BookSender(Net& net, Clock& clock, ShipperOptions options, Source source)
    : net_(net), clock_(clock), options_(std::move(options)), source_(std::move(source)) {
  options_.url = without_slash(std::move(options_.url));
}

void BookSender::run(std::stop_token stop) {
  stop_ = stop;
  while (!stop.stop_requested()) {
    for (Duration wait = step(); wait > 0 && !stop.stop_requested(); wait -= stop_slice)
      clock_.sleep(std::min(wait, stop_slice));
  }
  stop_ = {};
}

Duration BookSender::step(bool last) {
  if (const auto book = source_(last))
    if (!compressed_.make(*book, waiting_)) waiting_.clear();
  if (waiting_.empty()) return look_every;
  HttpRequest request;
  request.method = "PUT", request.url = options_.url + std::string(book_path), request.body = waiting_;
  request.timeout = options_.timeout, request.stop = stop_;
  request.headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "zstd"}};
  if (!options_.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + options_.token);
  const auto answer = net_.send(request);
  if (answer) return answered(*answer);
  if (!stop_.stop_requested()) say(answer.error().message + "; it is tried again");
  return again_after;
}

Duration BookSender::answered(const HttpAnswer& answer) {
  const bool taken = answer.status >= 200 && answer.status < 300;
  if (!taken) {
    const std::string reason = text_in(answer.body, "detail").substr(0, longest_reason);
    say("it is answered " + std::to_string(answer.status) + (reason.empty() ? "" : " (" + reason + ")"));
    if (may_pass(answer.status))
      return answer.retry_after > 0 ? std::min(answer.retry_after, longest_wait) : again_after;
  }
  waiting_.clear();
  if (taken) said_.clear();
  return look_every;
}

// Once, until it is another reason.
void BookSender::say(const std::string& what) {
  if (what == said_) return;
  said_ = what;
  logging::warn("uplink: the center does not take what this sensor learned: " + what);
}

}  // namespace langyan::uplink
