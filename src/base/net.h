// Net: the door to other hosts, as far as this project dials out: one HTTP request, one answer.
// CurlNet is the real one; a simulation answers by itself. One instance serves one thread.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace langyan {

struct HttpRequest {
  std::string method = "GET";
  std::string url = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  Duration timeout = 30 * second;
  // For an answer without end: its body as it comes, if its status is 2xx; false ends the request, and then what came
  // so far was the answer. `timeout` is then how long the peer may be silent.
  std::function<bool(std::string_view)> receive = {};
  std::stop_token stop = {};  // once asked for, the request ends within a second or so, as an Error
};

struct HttpAnswer {
  int status = 0;
  std::string body = {};
  Duration retry_after = 0;  // the Retry-After field as a wait from now; 0: none
};

class Net {
 public:
  virtual ~Net() = default;
  // An Error means that no answer came; an answer of any status is a value.
  virtual Result<HttpAnswer> send(const HttpRequest& request) = 0;
};

struct NetOptions {
  std::string ca_file = {};           // PEM; empty: the system's
  std::string certificate_file = {};  // PEM of this side, for mutual TLS; empty: none
  std::string key_file = {};
  std::string ca = {}, certificate = {}, key = {};  // as those files, but the PEM itself
  std::string unix_socket = {};       // dial this socket instead of the URL's host
  std::string proxy = {};             // "http://10.0.0.1:3128"; empty: none, whatever the environment says
  std::size_t largest_answer = 16u << 20;
};

// Keeps its connection open between requests to the same host.
std::unique_ptr<Net> curl_net(NetOptions options);

}  // namespace langyan
