#include <curl/curl.h>

#include <mutex>

#include "base/net.h"

namespace langyan {
namespace {

struct Sink {
  std::string body;
  std::size_t limit;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* into) {
  auto& sink = *static_cast<Sink*>(into);
  const std::size_t bytes = size * count;
  if (sink.body.size() + bytes > sink.limit) return 0;
  sink.body.append(data, bytes);
  return bytes;
}

class CurlNet final : public Net {
 public:
  explicit CurlNet(NetOptions options) : options_(std::move(options)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    handle_ = curl_easy_init();
  }
  ~CurlNet() override { curl_easy_cleanup(handle_); }
  CurlNet(const CurlNet&) = delete;
  CurlNet& operator=(const CurlNet&) = delete;

  Result<HttpAnswer> send(const HttpRequest& request) override {
    if (!handle_) return Error{ErrorKind::io, "cannot start libcurl: out of memory"};
    curl_easy_reset(handle_);  // options only; connections and sessions stay
    set_peer();
    Sink sink{{}, options_.largest_answer};
    const auto milliseconds = static_cast<long>(request.timeout / millisecond);
    curl_easy_setopt(handle_, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, std::min(milliseconds, 10'000L));
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &sink);
    if (request.method != "GET" || !request.body.empty()) {
      curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no 100-continue round trip
    for (const auto& [name, value] : request.headers) {
      list = curl_slist_append(list, (name + ": " + value).c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
    char detail[CURL_ERROR_SIZE] = {};
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, detail);
    const CURLcode code = curl_easy_perform(handle_);
    curl_slist_free_all(list);
    if (code != CURLE_OK) {
      return Error{ErrorKind::io, request.url + ": " + (*detail ? detail : curl_easy_strerror(code))};
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_off_t retry_after = 0;  // seconds; libcurl converts the date form
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after);
    return HttpAnswer{static_cast<int>(status), std::move(sink.body), retry_after * second};
  }

 private:
  void set_peer() {
    const auto set = [&](CURLoption option, const std::string& value) {
      if (!value.empty()) curl_easy_setopt(handle_, option, value.c_str());
    };
    set(CURLOPT_CAINFO, options_.ca_file);
    set(CURLOPT_SSLCERT, options_.certificate_file);
    set(CURLOPT_SSLKEY, options_.key_file);
    set(CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket);
  }

  NetOptions options_;
  CURL* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<Net> curl_net(NetOptions options) {
  return std::make_unique<CurlNet>(std::move(options));
}

}  // namespace langyan
