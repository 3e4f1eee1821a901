// A peer for tests: one connection on which any bytes can be sent, well-formed or not, and answers
// read. Test code only; one thread.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

#include "base/x509.h"

namespace langyan::center {

struct Answer {
  int status = 0;                              // 0: the connection ended without one
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// For what must come: on busy processors a few milliseconds become seconds, and only a hang takes this long.
constexpr int patience = 120'000;  // ms

class TestPeer {
 public:
  // "127.0.0.1:8443", or a path for a Unix socket.
  // `identity`: PEM of a key and its certificate, shown to the server. `resumed`: a session of before.
  explicit TestPeer(const std::string& address, bool tls = false, int tls_version = 0, const std::string& identity = {},
                    SSL_SESSION* resumed = nullptr) {
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (address.front() == '/') {
      auto& local = reinterpret_cast<sockaddr_un&>(storage);
      local.sun_family = AF_UNIX;
      std::strncpy(local.sun_path, address.c_str(), sizeof local.sun_path - 1);
      size = sizeof local;
    } else {
      const auto colon = address.rfind(':');
      auto& inet = reinterpret_cast<sockaddr_in&>(storage);
      inet.sin_family = AF_INET;
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &inet.sin_addr);
      inet.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
      size = sizeof inet;
    }
    socket_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&storage), size) == 0;
    if (open_ && tls) start_tls(tls_version, identity, resumed);
  }
  ~TestPeer() {
    if (ssl_) SSL_free(ssl_);
    if (context_) SSL_CTX_free(context_);
    ::close(socket_);
  }
  TestPeer(const TestPeer&) = delete;
  TestPeer& operator=(const TestPeer&) = delete;

  bool open() const { return open_; }
  SSL* ssl() const { return ssl_; }

  bool send(std::string_view data) {
    while (!data.empty()) {
      const auto sent = ssl_ ? SSL_write(ssl_, data.data(), static_cast<int>(data.size()))
                             : ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  // Waits at most that long for more bytes; false: the end, or nothing came.
  bool receive(int milliseconds = patience) {
    pollfd one{socket_, POLLIN, 0};
    if (!(ssl_ && SSL_pending(ssl_) > 0) && ::poll(&one, 1, milliseconds) <= 0) return false;
    char data[65'536];
    const auto got =
        ssl_ ? SSL_read(ssl_, data, sizeof data) : ::recv(socket_, data, sizeof data, 0);
    if (got <= 0) return ended_ = true, false;
    input_.append(data, static_cast<std::size_t>(got));
    return true;
  }
  bool ended() const { return ended_; }
  std::string& input() { return input_; }

  // True when `text` has arrived within the time; everything up to its end is handed out.
  bool wait_for(std::string_view text, std::string* upto = nullptr, int milliseconds = patience) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    for (;;) {
      const auto at = input_.find(text);
      if (at != input_.npos) {
        if (upto) *upto = input_.substr(0, at + text.size());
        input_.erase(0, at + text.size());
        return true;
      }
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          until - std::chrono::steady_clock::now());
      if (left.count() <= 0 || !receive(static_cast<int>(left.count()))) return false;
    }
  }

  Answer answer(bool head = false) {
    Answer result;
    std::string header;
    if (!wait_for("\r\n\r\n", &header)) return result;
    result.status = std::stoi(header.substr(header.find(' ') + 1));
    for (std::size_t at = header.find("\r\n") + 2; at + 2 < header.size();) {
      const auto end = header.find("\r\n", at), colon = header.find(": ", at);
      std::string name = header.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      const std::string value = header.substr(colon + 2, end - colon - 2);
      result.headers[name] += (result.headers.contains(name) ? ", " : "") + value;
      at = end + 2;
    }
    if (head || result.status == 100 || !result.headers.contains("content-length")) return result;
    const std::size_t size = std::stoul(result.headers["content-length"]);
    while (input_.size() < size && receive()) {
    }
    result.body = input_.substr(0, size);
    input_.erase(0, size);
    return result;
  }

  Answer ask(std::string_view method, std::string_view target, std::string_view body = {},
             std::string_view headers = {}) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: test\r\n").append(headers);
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    text.append("\r\n").append(body);
    send(text);
    return answer(method == "HEAD");
  }

 private:
  void start_tls(int version, const std::string& identity, SSL_SESSION* resumed) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context_, 0);  // so that an old version is offered at all
    SSL_CTX_set_min_proto_version(context_, version);
    SSL_CTX_set_max_proto_version(context_, version);
    if (!identity.empty()) {
      SSL_CTX_use_certificate(context_, x509::read_certificate(identity).get());
      SSL_CTX_use_PrivateKey(context_, x509::read_key(identity).get());
    }
    ssl_ = SSL_new(context_);
    if (resumed) SSL_set_session(ssl_, resumed);
    SSL_set_fd(ssl_, socket_);
    open_ = SSL_connect(ssl_) == 1;
  }

  int socket_ = -1;
  bool open_ = false, ended_ = false;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string input_;
};

}  // namespace langyan::center
