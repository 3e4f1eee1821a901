#include "center/http_server.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "center/http_connection.h"

namespace langyan::center {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t overflow = 64;       // connections beyond the limit that still hear why not
constexpr std::size_t private_doors = 64;  // connections to the metrics and the local door, each
constexpr std::array<std::uint8_t, 16> loopback6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr int backlog = 1024;
constexpr int longest_client_chain = 16 * 1024;  // octets
constexpr int tries_for_a_port = 100;
constexpr Duration accept_pause = 100 * millisecond;  // when descriptors run out

std::string tls_reason() {
  char text[256] = "unknown cause";
  if (const auto code = ERR_peek_last_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

// HTTP/1.1 is the only protocol offered (RFC 7301).
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                    unsigned int in_size, void*) {
  static constexpr unsigned char spoken[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, size, spoken, sizeof spoken - 1, in, in_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// A handshake is no place to explain: whoever shows a certificate that does not count is let in as a
// stranger, and told why at its first request. What matters is what the verification came to
// (Transport::certificate), and that TLS has proved the key.
int let_in(int, X509_STORE_CTX*) {
  return 1;
}

Result<void> ask_for_certificate(SSL_CTX* native, const std::string& authority) {
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(authority.c_str());
  if (!names || SSL_CTX_load_verify_locations(native, authority.c_str(), nullptr) != 1) {
    return Error{ErrorKind::invalid, authority + ": cannot be used as the authority of clients: " + tls_reason()};
  }
  SSL_CTX_set_client_CA_list(native, names);  // takes them; a browser then offers no other certificate
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER, let_in);
  // Time is the center's to judge: an expired certificate may still be renewed.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_NO_CHECK_TIME);
  SSL_CTX_set_max_cert_list(native, longest_client_chain);
  // Sessions with a client's certificate are resumed only under a context of their own (RFC 8446 4.6.1).
  static constexpr unsigned char name[] = "langyan-center";
  SSL_CTX_set_session_id_context(native, name, sizeof name - 1);
  return {};
}

Result<std::shared_ptr<asio::ssl::context>> tls_context(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(
      native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // 34 KB less for each idle peer
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  // Forward secrecy and authenticated encryption only (RFC 9325 4.2).
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(native, files.certificate.c_str()) != 1) {
    return Error{ErrorKind::invalid,
                 files.certificate + ": cannot be used as a certificate chain: " + tls_reason()};
  }
  if (SSL_CTX_use_PrivateKey_file(native, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(native) != 1) {
    return Error{ErrorKind::invalid, files.key + ": cannot be used as the key of " +
                                         files.certificate + ": " + tls_reason()};
  }
  if (!files.client_authority.empty()) {
    if (auto asked = ask_for_certificate(native, files.client_authority); !asked) return asked.error();
  }
  return context;
}

IpAddress address_of(const asio::ip::tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  if (address.is_v4()) return IpAddress::v4(address.to_v4().to_uint());
  const auto octets = address.to_v6().to_bytes();
  return IpAddress::v6(Bytes(octets.data(), octets.size()));
}

}  // namespace

// One listening socket. The acceptor is of the generic kind, so that TCP and Unix share this code.
struct Listener {
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor;
  asio::steady_timer pause;
  Door door;
  TlsFiles files;
  std::shared_ptr<asio::ssl::context> tls;  // shared with the connections made under it
  std::string path;                         // of a Unix socket, removed at the end
};

class HttpServer::Parts {
 public:
  Parts(HttpLimits limits, HttpHandler& handler) : shared(limits, handler) {}

  Result<void> add(int family, const sockaddr* address, socklen_t size, const std::string& shown,
                   Door door, const TlsFiles& files, std::string path);
  void accept(Listener& listener);
  void accept_later(Listener& listener);
  void take(Listener& listener, StreamSocket socket,
            const asio::generic::stream_protocol::endpoint& from);
  void begin_stop();
  void run();

  HttpShared shared;
  // While only workers work, the network thread has nothing under way and would end.
  asio::executor_work_guard<asio::io_context::executor_type> guard{shared.io.get_executor()};
  std::vector<std::unique_ptr<Listener>> listeners;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable all_closed;
  bool empty = false;
};

Result<void> HttpServer::Parts::add(int family, const sockaddr* address, socklen_t size,
                                    const std::string& shown, Door door, const TlsFiles& files,
                                    std::string path) {
  std::shared_ptr<asio::ssl::context> tls;
  if (!files.certificate.empty()) {
    auto made = tls_context(files);
    if (!made) return made.error();
    tls = made.take();
  }
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto failed = [&](std::string_view what) {
    const int number = errno;
    if (descriptor >= 0) ::close(descriptor);
    const ErrorKind kind = number == EADDRINUSE                  ? ErrorKind::conflict
                           : number == EACCES || number == EPERM ? ErrorKind::permission
                                                                 : ErrorKind::io;
    return Error{kind, shown + ": cannot " + std::string(what) + ": " + std::strerror(number)};
  };
  if (descriptor < 0) return failed("make a socket");
  const int yes = 1;
  if (family != AF_UNIX) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (family == AF_INET6) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (::bind(descriptor, address, size) != 0) return failed("listen");
  if (!path.empty() && ::chmod(path.c_str(), 0600) != 0) return failed("set the mode");
  if (::listen(descriptor, backlog) != 0) return failed("listen");
  listeners.push_back(std::make_unique<Listener>(
      Listener{asio::basic_socket_acceptor<asio::generic::stream_protocol>(
                   shared.io, asio::generic::stream_protocol(family, 0), descriptor),
               asio::steady_timer(shared.io), door, files, std::move(tls), std::move(path)}));
  return {};
}

void HttpServer::Parts::accept(Listener& listener) {
  auto from = std::make_shared<asio::generic::stream_protocol::endpoint>();
  listener.acceptor.async_accept(*from,
                                 [this, &listener, from](error_code error, StreamSocket socket) {
                                   if (shared.stopping || error == asio::error::operation_aborted)
                                     return;
                                   try {
                                     if (!error) {
                                       take(listener, std::move(socket), *from);
                                       return accept(listener);
                                     }
                                   } catch (const std::bad_alloc&) {
                                   }
                                   shared.counters.add(HttpCount::accept_errors);
                                   accept_later(listener);
                                 });
}

// Without descriptors or memory an acceptor waits a moment; it must never stop.
void HttpServer::Parts::accept_later(Listener& listener) {
  for (;;) {
    try {
      listener.pause.expires_after(std::chrono::microseconds(accept_pause));
      return listener.pause.async_wait([this, &listener](error_code) {
        if (!shared.stopping) accept(listener);
      });
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::microseconds(accept_pause));
    }
  }
}

void HttpServer::Parts::take(Listener& listener, StreamSocket socket,
                             const asio::generic::stream_protocol::endpoint& from) {
  Peer peer{listener.door, {}, listener.tls != nullptr};
  if (listener.path.empty()) {
    asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), from.data(), std::min(from.size(), tcp.capacity()));
    peer.address = address_of(tcp);
    error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  }
  const std::size_t most = shared.limits.connections;
  if (shared.open.size() >= most && !shared.waiting_for_header.empty()) {
    shared.counters.add(HttpCount::shed_connections);
    shared.waiting_for_header.front()->close();
  }
  const std::size_t room = listener.door == Door::api ? overflow : overflow + private_doors;
  if (shared.open.size() >= most + room) {
    shared.counters.add(HttpCount::shed_connections);
    return;
  }
  const bool overloaded = listener.door == Door::api && shared.open.size() >= most;
  auto transport = listener.tls ? tls_transport(std::move(socket), listener.tls)
                                : plain_transport(std::move(socket));
  std::make_shared<HttpConnection>(shared, std::move(transport), peer, overloaded)->start();
}

void HttpServer::Parts::begin_stop() {
  shared.stopping = true;
  for (auto& listener : listeners) {
    error_code ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  const auto open = shared.open;  // a copy: stop() may take members out
  for (const auto& connection : open) connection->stop();
}

// An exception that reaches here is a lack of memory in Asio itself; the other connections go on.
void HttpServer::Parts::run() {
  for (;;) {
    try {
      shared.io.run();
      break;
    } catch (const std::exception& failure) {
      logging::error(std::string("The network thread caught: ") + failure.what() + ".");
    }
  }
}

HttpServer::HttpServer(HttpLimits limits, HttpHandler& handler)
    : parts_(std::make_unique<Parts>(limits, handler)) {}

HttpServer::~HttpServer() {
  stop(0);
}

Result<std::string> HttpServer::listen(const std::string& address, Door door, const TlsFiles& tls,
                                       bool next_free) {
  auto parsed = parse_listen(address);
  if (!parsed) return parsed.error();
  for (int tries = next_free ? tries_for_a_port : 1;; --tries, ++parsed->port) {
    asio::ip::tcp::endpoint endpoint;
    if (parsed->address.is_v4()) {
      endpoint = {asio::ip::address_v4(parsed->address.v4_number()), parsed->port};
    } else {
      asio::ip::address_v6::bytes_type octets;
      std::ranges::copy(parsed->address.octets, octets.begin());
      endpoint = {asio::ip::address_v6(octets), parsed->port};
    }
    auto added = parts_->add(endpoint.protocol().family(), endpoint.data(),
                             static_cast<socklen_t>(endpoint.size()), address, door, tls, {});
    if (!added && added.error().kind == ErrorKind::conflict && tries > 1 && parsed->port < 65'535)
      continue;
    if (!added) return added.error();
    break;
  }
  const auto bound = parts_->listeners.back()->acceptor.local_endpoint();
  asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), bound.data(), std::min(bound.size(), tcp.capacity()));
  const std::string host = to_string(parsed->address);
  return (parsed->address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(tcp.port());
}

Result<void> HttpServer::listen_local(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{ErrorKind::invalid, path + ": a Unix socket's path may have " +
                                         std::to_string(sizeof address.sun_path - 1) +
                                         " bytes; choose a shorter data folder"};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  ::unlink(path.c_str());  // a leftover: the data folder's lock says that nobody else is running
  const mode_t before = ::umask(0177);  // never open to others, not even before chmod
  auto added = parts_->add(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address,
                           path, Door::local, {}, path);
  ::umask(before);
  return added;
}

Result<void> HttpServer::reload_tls() {
  for (auto& listener : parts_->listeners) {
    if (listener->files.certificate.empty()) continue;
    auto made = tls_context(listener->files);
    if (!made) return made.error();
    asio::post(parts_->shared.io,
               [&listener = *listener, context = made.take()] { listener.tls = context; });
  }
  return {};
}

void HttpServer::start() {
  for (auto& listener : parts_->listeners) parts_->accept(*listener);
  parts_->thread = std::thread([parts = parts_.get()] { parts->run(); });
}

void HttpServer::stop(Duration grace) {
  if (!parts_->thread.joinable()) return;
  Parts& parts = *parts_;
  asio::post(parts.shared.io, [&parts] { parts.begin_stop(); });
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(grace);
  // The set belongs to the network thread, so it is asked there, now and then.
  while (std::chrono::steady_clock::now() < until) {
    std::unique_lock lock(parts.mutex);
    asio::post(parts.shared.io, [&parts] {
      const std::lock_guard inner(parts.mutex);
      parts.empty = parts.shared.stopping && parts.shared.open.empty();
      parts.all_closed.notify_one();
    });
    parts.all_closed.wait_for(lock, std::chrono::milliseconds(50));
    if (parts.empty) break;
  }
  parts.shared.io.stop();
  parts.thread.join();
  parts.shared.query.close();
  parts.shared.ingest.close();
  // Sockets and timers must be gone before the io_context is, and this thread is the last one.
  const auto open = parts.shared.open;
  for (const auto& connection : open) connection->close();
  for (const auto& listener : parts.listeners) {
    if (!listener->path.empty()) ::unlink(listener->path.c_str());
  }
}

const HttpCounters& HttpServer::counters() const {
  return parts_->shared.counters;
}

bool ListenAddress::loopback() const {
  return address.is_v4() ? address.v4_number() >> 24 == 127
                         : address == IpAddress::v6(Bytes(loopback6));
}

Result<ListenAddress> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  const Error wrong{
      ErrorKind::invalid,
      "`" + text + "` is not an address to listen on; write 127.0.0.1:8443 or [::1]:8443"};
  if (colon == text.npos) return wrong;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return wrong;
  }
  const auto address = parse_ip(host);
  ListenAddress parsed;
  const char *from = text.data() + colon + 1, *end = text.data() + text.size();
  const auto [last, error] = std::from_chars(from, end, parsed.port);
  if (!address || from == end || last != end || error != std::errc()) return wrong;
  parsed.address = *address;
  return parsed;
}

}  // namespace langyan::center
