#include "base/peer_certificate.h"

#include <curl/curl.h>

#include <memory>

namespace langyan {
namespace {

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

std::size_t drop(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

// Of the first, which is the server's own (RFC 8446 4.4.2).
std::string pem_in(const curl_certinfo* chain) {
  constexpr std::string_view label = "Cert:";
  if (!chain || chain->num_of_certs < 1) return {};
  for (const curl_slist* at = chain->certinfo[0]; at; at = at->next) {
    const std::string_view line(at->data);
    if (line.starts_with(label)) return std::string(line.substr(label.size()));
  }
  return {};
}

}  // namespace

Result<std::string> peer_certificate(const std::string& url, Duration patience) {
  const std::unique_ptr<CURL, Cleanup> handle(curl_easy_init());
  if (!handle) return Error{ErrorKind::io, "cannot start libcurl: out of memory"};
  const long milliseconds = static_cast<long>(patience / millisecond);
  char detail[CURL_ERROR_SIZE] = {};
  curl_easy_setopt(handle.get(), CURLOPT_URL, (url + "/version").c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOBODY, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, milliseconds);
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(handle.get(), CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail);
  const CURLcode code = curl_easy_perform(handle.get());
  curl_certinfo* chain = nullptr;
  curl_easy_getinfo(handle.get(), CURLINFO_CERTINFO, &chain);
  std::string pem = pem_in(chain);
  if (!pem.empty()) return pem;  // whatever came of the request
  return Error{ErrorKind::io, url + ": " +
                                  (code == CURLE_OK ? "shows no certificate"
                                   : *detail        ? detail
                                                    : curl_easy_strerror(code))};
}

}  // namespace langyan
