#include "tests/simulation/link.h"

namespace langyan::simulation {
namespace {

constexpr std::size_t most_late = 4;

// Source, epoch, lane, first and count of a batch, the name of anything else.
std::string told(const HttpRequest& request) {
  std::string text =
      request.method + ' ' + request.url.substr(request.url.rfind('/') + 1).substr(0, 8);
  for (const auto& [name, value] : request.headers)
    if (name.starts_with("Langyan-")) text += ' ' + value;
  return text;
}

Error no_answer(std::string_view why) {
  return {ErrorKind::io, std::string(why)};
}

}  // namespace

Result<HttpAnswer> Link::send(const HttpRequest& request) {
  deliver_late();
  Result<HttpAnswer> answer = no_answer("link down");
  if (down) {
    clock_.advance(request.timeout);
  } else if (dice_.number() % 100 < trouble) {
    ++faults;
    answer = troubled(request);
  } else {
    clock_.advance(static_cast<Duration>(dice_.number() % 50) * millisecond);
    answer = center_.answer(request);
  }
  trace_.say("  {} -> {} {}", told(request), answer ? answer->status : 0,
             answer ? answer->body.substr(0, answer->body.find('\n')) : answer.error().message);
  return answer;
}

void Link::deliver_late() {
  if (late_.empty() || dice_.number() % 3 != 0) return;
  const std::size_t at = dice_.number() % late_.size();
  const auto answer = center_.answer(late_[at]);
  trace_.say("  late: {} -> {}", told(late_[at]), answer ? answer->status : 0);
  late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(at));
}

Result<HttpAnswer> Link::troubled(const HttpRequest& request) {
  HttpRequest spoilt = request;
  std::string& body = spoilt.body;
  switch (dice_.number() % 10) {
    case 0: return no_answer("lost on the way");
    case 1:
    case 2: (void)center_.answer(request); return no_answer("answer lost");
    case 3: (void)center_.answer(request); return center_.answer(request);
    case 4:
      if (late_.size() < most_late) late_.push_back(request);
      clock_.advance(request.timeout);
      return no_answer("timed out");
    case 5:
      if (!body.empty())
        body[dice_.number() % body.size()] ^= static_cast<char>(1 + dice_.number() % 255);
      return center_.answer(spoilt);
    case 6: body.resize(body.size() / 2); return center_.answer(spoilt);
    case 7: return HttpAnswer{503, "", static_cast<Duration>(dice_.number() % 5) * second};
    case 8: return HttpAnswer{200, "<html>Sign in to the guest network</html>", 0};
    default:
      (void)center_.answer(request);
      center_.kill();  // after the commit, before the answer
      return no_answer("connection reset");
  }
}

}  // namespace langyan::simulation
