#include <curl/curl.h>

#include <algorithm>
#include <mutex>

#include "base/net.h"

namespace langyan {
namespace {

constexpr long longest_connect = 10'000;            // milliseconds
constexpr curl_off_t longest_retry_after = 86'400;  // seconds; a peer may ask for anything

struct Sink {
  std::string body;
  std::size_t limit;
  const std::function<bool(std::string_view)>* receive = nullptr;
  CURL* handle = nullptr;
  bool ended = false;  // by `receive`
  bool overflowed = false;
  bool head_ended = false;
};

// The header list of one request, given back whatever happens.
class Headers {
 public:
  ~Headers() { curl_slist_free_all(list_); }
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* list() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text,
                              [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

std::size_t receive(char* data, std::size_t size, std::size_t count, void* into) {
  auto& sink = *static_cast<Sink*>(into);
  const std::size_t bytes = size * count;
  long status = 0;
  if (sink.receive && *sink.receive) curl_easy_getinfo(sink.handle, CURLINFO_RESPONSE_CODE, &status);
  if (status / 100 == 2) {
    sink.ended = !(*sink.receive)({data, bytes});
    return sink.ended ? 0 : bytes;
  }
  if (sink.body.size() + bytes > sink.limit) {
    sink.overflowed = true;
    return 0;
  }
  sink.body.append(data, bytes);
  return bytes;
}

// Asked at least once a second while a request is under way; not 0 ends it.
int wanted(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested();
}

// libcurl takes a head that the peer cut off for a whole one.
std::size_t receive_head(char* data, std::size_t size, std::size_t count, void* into) {
  const std::string_view line(data, size * count);
  auto& sink = *static_cast<Sink*>(into);
  if (line.starts_with("HTTP/"))
    sink.head_ended = false;  // one head follows another after 100 or a proxy
  if (line == "\r\n" || line == "\n") sink.head_ended = true;
  return line.size();
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
    Sink sink{.body = {}, .limit = options_.largest_answer, .receive = &request.receive, .handle = handle_};
    // To libcurl 0 is no limit at all.
    const auto milliseconds =
        static_cast<long>(std::clamp<Duration>(request.timeout / millisecond, 1, INT32_MAX));
    curl_easy_setopt(handle_, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    if (request.receive) {
      curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME, std::max(milliseconds / 1'000, 1L));
    } else {
      curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, milliseconds);
    }
    curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, std::min(milliseconds, longest_connect));
    curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, receive_head);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &sink);
    if (request.method == "HEAD") {
      curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET" || !request.body.empty()) {
      curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, request.stop.stop_possible() ? 0L : 1L);
    curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, wanted);
    curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, &request.stop);
    Headers headers;
    headers.add("Expect:");  // no 100-continue round trip
    for (const auto& [name, value] : request.headers) {
      if (!is_one_line(name) || !is_one_line(value)) {
        return Error{ErrorKind::usage, request.url + ": the header " +
                                           name.substr(0, name.find_first_of("\r\n")) +
                                           " holds a control character; remove it"};
      }
      headers.add(value.empty() ? name + ";"
                                : name + ": " + value);  // "Name:" would take the header away
    }
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers.list());
    char detail[CURL_ERROR_SIZE] = {};
    curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, detail);
    const CURLcode code = curl_easy_perform(handle_);
    if (sink.overflowed) {
      return Error{ErrorKind::io, request.url + ": the answer is larger than the " +
                                      std::to_string(options_.largest_answer) + " octets allowed"};
    }
    if (code != CURLE_OK && !sink.ended) {
      return Error{ErrorKind::io,
                   request.url + ": " + (*detail ? detail : curl_easy_strerror(code))};
    }
    if (!sink.head_ended)
      return Error{ErrorKind::io, request.url + ": the answer ended within its head"};
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    curl_off_t retry_after = 0;  // seconds; libcurl converts the date form
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after);
    return HttpAnswer{static_cast<int>(status), std::move(sink.body),
                      std::clamp<curl_off_t>(retry_after, 0, longest_retry_after) * second};
  }

 private:
  void set_peer() {
    const auto set = [&](CURLoption option, const std::string& value) {
      if (!value.empty()) curl_easy_setopt(handle_, option, value.c_str());
    };
    set(CURLOPT_CAINFO, options_.ca_file);
    set(CURLOPT_SSLCERT, options_.certificate_file);
    set(CURLOPT_SSLKEY, options_.key_file);
    const auto set_pem = [&](CURLoption option, const std::string& pem) {
      curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_NOCOPY};  // options_ outlive the handle
      if (!pem.empty()) curl_easy_setopt(handle_, option, &blob);
    };
    set_pem(CURLOPT_CAINFO_BLOB, options_.ca);
    set_pem(CURLOPT_SSLCERT_BLOB, options_.certificate);
    set_pem(CURLOPT_SSLKEY_BLOB, options_.key);
    set(CURLOPT_UNIX_SOCKET_PATH, options_.unix_socket);
    curl_easy_setopt(handle_, CURLOPT_PROXY, options_.proxy.c_str());
  }

  NetOptions options_;
  CURL* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<Net> curl_net(NetOptions options) {
  return std::make_unique<CurlNet>(std::move(options));
}

}  // namespace langyan
