#include "tool/client.h"

#include <simdjson.h>

#include <cstdlib>
#include <fstream>

#include "base/clock.h"
#include "base/event_lines.h"
#include "base/units.h"

namespace langyan::tool {
namespace {

constexpr Duration before_redial = 3 * second;     // as the center asks in `retry`
constexpr Duration longest_silence = 45 * second;  // it sends a comment every 15 s
constexpr std::size_t longest_event = 64u << 20;   // a hundred alerts with their packets

std::string environment(const char* name, std::string_view otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : std::string(otherwise);
}

Result<std::string> secret_of(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream in(path);
  std::string secret;
  if (!in || !std::getline(in, secret)) {
    return Error{ErrorKind::missing,
                 path + ": cannot read the token; check --token-file or LANGYAN_TOKEN_FILE"};
  }
  return secret;
}

// One line of an RFC 9457 problem, with what to do where the status tells it.
Error problem(int status, const std::string& body) {
  std::string detail = body.substr(0, 300);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body).get(document) == simdjson::SUCCESS) {
    std::string_view text;
    if (document["detail"].get(text) == simdjson::SUCCESS) detail = text;
  }
  const ErrorKind kind = status == 401 || status == 403   ? ErrorKind::permission
                         : status == 404                  ? ErrorKind::missing
                         : status == 400 || status == 422 ? ErrorKind::usage
                                                          : ErrorKind::failed;
  if (status == 401) detail += " Give a token with --token-file, made by `langyan token add`.";
  return {kind, "the center answered " + std::to_string(status) + ": " + detail};
}

}  // namespace

Result<Client> Client::of(const Options& options) {
  NetOptions net;
  net.ca_file = options.text("ca-file");
  auto token = secret_of(options.text("token-file", environment("LANGYAN_TOKEN_FILE", "")));
  if (!token) return token.error();
  return Client(options.text("center", environment("LANGYAN_CENTER", "http://127.0.0.1:8443")),
                token.take(), net);
}

Result<Client> Client::admin(const Options& options) {
  const std::string data = options.text("data", environment("LANGYAN_DATA", ""));
  if (data.empty())
    return Error{ErrorKind::usage,
                 "needs --data DIR: the center's folder, which holds its admin socket"};
  NetOptions net;
  net.unix_socket = data + "/admin.sock";
  return Client("http://localhost", "", net);
}

Result<std::string> Client::get(const std::string& path) {
  return send("GET", path, {});
}

HttpRequest Client::request(std::string method, const std::string& path) const {
  HttpRequest request;
  request.method = std::move(method);
  request.url = url_ + path;
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  return request;
}

Error Client::unreachable(const Error& error) const {
  if (!socket_.empty())
    return {ErrorKind::io, socket_ + ": nobody answers there; does the center run with this folder?"};
  const bool tls = url_.starts_with("https:");
  return {ErrorKind::io,
          error.message + (tls ? "; is the center running there, and is its certificate known (--ca-file)?"
                               : "; is the center running there?")};
}

Result<std::string> Client::send(std::string method, const std::string& path, std::string body,
                                 std::string_view content_type) {
  HttpRequest asked = request(std::move(method), path);
  asked.headers.emplace_back("Accept", "application/json");
  if (!body.empty()) asked.headers.emplace_back("Content-Type", content_type);
  asked.body = std::move(body);
  auto answer = net_->send(asked);
  if (!answer)
    return unreachable(answer.error());
  if (answer->status >= 300) return problem(answer->status, answer->body);
  return std::move(answer->body);
}

Error Client::follow(const std::string& path, const Visit& visit) {
  SystemClock clock;
  std::string id;
  for (bool first = true;; first = false) {
    if (!first) clock.sleep(before_redial);
    EventLines lines(visit, longest_event);
    HttpRequest asked = request("GET", path);
    asked.headers.emplace_back("Accept", "text/event-stream");
    if (!id.empty()) asked.headers.emplace_back("Last-Event-ID", id);
    asked.timeout = longest_silence;
    asked.receive = [&](std::string_view more) { return lines.take(more); };
    const auto answer = net_->send(asked);
    if (!lines.id().empty()) id = lines.id();
    if (lines.overflowed())
      return {ErrorKind::failed, "the center sent a line longer than this version takes; update langyan"};
    if (!answer && first && !lines.heard())
      return unreachable(answer.error());
    if (answer && answer->status >= 300 && answer->status != 429 && answer->status != 503)
      return problem(answer->status, answer->body);
  }
}

std::string percent_encoded(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~')
      out += static_cast<char>(c);
    else
      out += '%', out += digits[c >> 4], out += digits[c & 15];
  }
  return out;
}

Result<std::string> query_string(const Options& options, Time now) {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!out.empty()) out += '&';
    out += percent_encoded(name), out += '=', out += percent_encoded(value);
  };
  for (const std::string& word : options.rest) {
    const std::size_t equals = word.find('=');
    if (equals == word.npos)
      return Error{ErrorKind::usage,
                   word + ": a filter is NAME=VALUE, such as severity=1 or src_ip=10.20.0.77"};
    add(word.substr(0, equals), word.substr(equals + 1));
  }
  if (options.has("since")) {
    const auto back = parse_duration(options.text("since"));
    if (!back) return within("--since", back.error());
    add("from", timestamp(now - *back));
  }
  for (const char* name : {"from", "to", "limit"})
    if (options.has(name)) add(name, options.text(name));
  return out;
}

}  // namespace langyan::tool
