// Client: the center's REST, as the commands use it: over HTTP with a token, or through the
// center's admin socket.
#pragma once

#include <memory>
#include <string>

#include "base/event_lines.h"
#include "base/net.h"
#include "tool/command.h"

namespace langyan::tool {

// Options every command that asks a center takes.
inline constexpr std::string_view client_options[] = {"center", "token-file", "ca-file", "data"};

class Client {
 public:
  // --center and --token-file, else LANGYAN_CENTER and LANGYAN_TOKEN_FILE, else the loopback
  // address.
  static Result<Client> of(const Options& options);
  // Through <data>/admin.sock: for whoever may read the center's folder.
  static Result<Client> admin(const Options& options);

  // The body of an answer with a 2xx status; else the problem it tells, in one line.
  Result<std::string> get(const std::string& path);
  Result<std::string> send(std::string method, const std::string& path, std::string body,
                           std::string_view content_type = "application/json");
  // Server-sent events (HTML 9.2) from `path`, as they come: visit(event, data). A connection that ends is made again from the
  // last id, so nothing is missed or told twice; returns when the center refuses.
  using Visit = EventLines::Visit;
  Error follow(const std::string& path, const Visit& visit);
  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }

 private:
  HttpRequest request(std::string method, const std::string& path) const;
  Error unreachable(const Error& error) const;  // and what to look at
  Client(std::string url, std::string token, NetOptions net)
      : url_(std::move(url)), token_(std::move(token)), socket_(net.unix_socket), net_(curl_net(std::move(net))) {}
  std::string url_, token_, socket_;
  std::unique_ptr<Net> net_;
};

std::string percent_encoded(std::string_view text);
// "a=b" words and --since/--from/--to as a query string, without the leading question mark.
Result<std::string> query_string(const Options& options, Time now);

}  // namespace langyan::tool
