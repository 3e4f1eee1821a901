#include "uplink/center_double.h"

#include <simdjson.h>
#include <zstd.h>

#include <algorithm>

#include "base/json.h"
#include "uplink/book_sender.h"

namespace langyan::uplink {
namespace {

constexpr std::string_view ingest_path = "/api/v1/ingest", catalogues_path = "/api/v1/catalogues/",
                           packs_path = "/api/v1/packs";

std::string header(const HttpRequest& request, std::string_view name) {
  const auto found =
      std::ranges::find(request.headers, name, [](const auto& row) { return row.first; });
  return found == request.headers.end() ? std::string() : found->second;
}

std::string path_of(const std::string& url) {
  const auto host = url.find("//");
  const auto path = host == url.npos ? url.npos : url.find('/', host + 2);
  return path == url.npos ? "/" : url.substr(path);
}

HttpAnswer problem(int status, std::string_view member = {}, std::string_view value = {}) {
  HttpAnswer answer{status, {}, 0};
  JsonWriter json(answer.body);
  json.open().field("title", "refused").field("status", std::uint64_t(status));
  if (!member.empty()) json.key(member).raw(value);
  json.close();
  return answer;
}

Result<std::string> unzstd(const std::string& body, std::size_t most) {
  const auto size = ZSTD_getFrameContentSize(body.data(), body.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
    return Error{ErrorKind::invalid, "not zstd"};
  }
  if (size > most) return Error{ErrorKind::full, "too large"};
  std::string text(size, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), body.data(), body.size());
  if (ZSTD_isError(got) || got != size) return Error{ErrorKind::invalid, "not zstd"};
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// A gap line covers what it names; nothing when it is no event at all.
std::optional<CenterDouble::Stored> read_line(const std::string& line, std::uint64_t position) {
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(line).get(event) != simdjson::SUCCESS) return {};
  CenterDouble::Stored stored{position, position, line, false, {}};
  std::string_view type;
  if (event["event_type"].get(type) != simdjson::SUCCESS || type != "gap") return stored;
  std::string_view reason;
  const bool whole = event["gap"]["from"].get(stored.from) == simdjson::SUCCESS &&
                     event["gap"]["to"].get(stored.to) == simdjson::SUCCESS &&
                     event["gap"]["reason"].get(reason) == simdjson::SUCCESS;
  if (!whole || stored.from != position || stored.to < stored.from) return {};
  stored.gap = true;
  stored.reason = reason;
  return stored;
}

}  // namespace

Result<HttpAnswer> CenterDouble::send(const HttpRequest& request) {
  requests.push_back(request);
  const bool batch = path_of(request.url) == ingest_path;
  Fault fault;
  if (batch && !faults.empty()) {
    fault = faults.front();
    faults.pop_front();
  } else if (always) {
    fault = *always;
  }
  if (fault.lose_request) return Error{ErrorKind::io, request.url + ": connection refused"};
  if (fault.status != 0) return HttpAnswer{fault.status, fault.body, fault.retry_after};
  HttpRequest received = request;
  if (fault.spoil_at > 0 && !received.body.empty()) {
    received.body[(fault.spoil_at - 1) % received.body.size()] ^= 0x20;
  }
  const std::string path = path_of(request.url);
  const HttpAnswer answer = batch ? ingest(received) : path.starts_with(packs_path) ? pack(path)
                            : path == book_path                                    ? learned(received)
                                                                                   : catalogue(received);
  if (fault.lose_answer) return Error{ErrorKind::io, request.url + ": connection reset"};
  return answer;
}

HttpAnswer CenterDouble::learned(const HttpRequest& request) {
  if (header(request, "Authorization") != "Bearer " + token) return problem(401);
  const auto text = unzstd(request.body, most_bytes);
  if (!text || request.method != "PUT" || header(request, "Content-Encoding") != "zstd") return problem(400);
  book = *text;
  return {204, {}, 0};
}

HttpAnswer CenterDouble::ingest(const HttpRequest& request) {
  if (header(request, "Authorization") != "Bearer " + token) return problem(401);
  const Stream stream{header(request, "Langyan-Source"), header(request, "Langyan-Epoch"),
                      header(request, "Langyan-Lane")};
  if (request.method != "POST" || stream.source.empty() || stream.epoch.size() != 16)
    return problem(400);
  const std::uint64_t first = std::stoull(header(request, "Langyan-First"));
  const std::uint64_t count = std::stoull(header(request, "Langyan-Count"));
  const auto text = unzstd(request.body, most_bytes);
  if (!text) return problem(text.error().kind == ErrorKind::full ? 413 : 400);
  const auto lines = lines_of(*text);
  if (lines.size() > most_lines) return problem(413);
  std::uint64_t& watermark = watermarks[stream];
  if (first > watermark + 1) return problem(409, "expected", std::to_string(watermark + 1));

  std::vector<Stored> batch;
  std::uint64_t next = first;
  std::string refused = "[";
  for (const std::string& line : lines) {
    const auto stored_line = read_line(line, next);
    if (!stored_line || malformed(line)) {
      refused += refused.size() > 1 ? "," : "";
      refused += "{\"index\":0,\"position\":" + std::to_string(next) + ",\"reason\":\"malformed\"}";
      ++next;
      continue;
    }
    batch.push_back(*stored_line);
    next = stored_line->to + 1;
  }
  if (refused.size() > 1) return problem(400, "refused", refused + "]");
  if (next != first + count || batch.empty()) return problem(400);
  for (Stored& line : batch) {
    if (line.to <= watermark) continue;
    line.from = std::max(line.from, watermark + 1);
    stored[stream].push_back(std::move(line));
  }
  watermark = std::max(watermark, next - 1);
  lanes_in_order.push_back(stream.lane);
  HttpAnswer answer{200, {}, 0};
  JsonWriter json(answer.body);
  json.open().field("acked", watermark);
  if (!packs.empty()) json.field("packs", packs_revision());
  json.close();
  return answer;
}

HttpAnswer CenterDouble::catalogue(const HttpRequest& request) {
  const std::string path = path_of(request.url);
  if (!path.starts_with(catalogues_path)) return problem(404);
  const std::string name = path.substr(catalogues_path.size());
  if (request.method == "PUT") {
    catalogues[name] = request.body;
    return {201, {}, 0};
  }
  return catalogues.contains(name) ? HttpAnswer{200, catalogues[name], 0} : problem(404);
}

std::string CenterDouble::packs_revision() const {
  std::string revision;
  for (const auto& [name, offer] : packs) revision += name + std::to_string(offer.version) + ' ';
  return revision;
}

HttpAnswer CenterDouble::pack(const std::string& path) const {
  if (path != packs_path) {
    const auto found = packs.find(path.substr(packs_path.size() + 1));
    return found == packs.end() ? problem(404) : HttpAnswer{200, found->second.text, 0};
  }
  HttpAnswer answer{200, {}, 0};
  JsonWriter json(answer.body);
  json.open().key("packs").open_list();
  for (const auto& [name, offer] : packs)
    json.open().field("name", name).field("version", offer.version).field("organisation", "cn/js").close();
  json.close_list().close();
  return answer;
}

}  // namespace langyan::uplink
