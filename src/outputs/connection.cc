#include "outputs/connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

#include <chrono>
#include <cstring>

namespace langyan::outputs {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int look_every = 100;  // milliseconds between looks at `stop`
constexpr std::size_t read_bytes = 16'384;
constexpr const char* unknown = "; what it has read is not known";

struct FreeAll {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
template <class T>
using Held = std::unique_ptr<T, FreeAll>;

std::string openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason ? reason : "no reason is known";
}

Held<BIO> reading(const std::string& text) {
  return Held<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool trust(SSL_CTX* context, const std::string& ca) {
  if (ca.empty()) return SSL_CTX_set_default_verify_paths(context) == 1;
  const Held<BIO> bio = reading(ca);
  std::size_t count = 0;
  while (const Held<X509> each{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)})
    count += X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get()) == 1;
  ERR_clear_error();  // the end of the text is an error to OpenSSL
  return count > 0;
}

bool present(SSL_CTX* context, const Peer& peer) {
  if (peer.certificate.empty()) return true;
  const Held<BIO> bio = reading(peer.certificate), key_bio = reading(peer.key);
  const Held<X509> own{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  const Held<EVP_PKEY> key{PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr)};
  if (!own || !key || SSL_CTX_use_certificate(context, own.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    return false;
  while (Held<X509> more{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)})
    if (SSL_CTX_add0_chain_cert(context, more.get()) == 1) static_cast<void>(more.release());
  ERR_clear_error();
  return true;
}

}  // namespace

struct Connection::Inside {
  ~Inside() {
    ssl.reset();
    if (fd >= 0) ::close(fd);
  }

  std::string place;  // "host:port"
  int fd = -1;
  Held<SSL_CTX> context;
  Held<SSL> ssl;
  Duration patience = 0;
  std::stop_token stop;

  Error fail(const std::string& what) const { return {ErrorKind::io, place + ": " + what}; }

  // Until the socket is ready for `events`, the patience is over, or a stop is asked for.
  Result<void> wait(short events, const char* doing) const {
    const SteadyTime end = std::chrono::steady_clock::now() + std::chrono::microseconds(patience);
    while (true) {
      if (stop.stop_requested()) return Error{ErrorKind::failed, place + ": stopped while " + doing};
      pollfd each{fd, events, 0};
      if (::poll(&each, 1, look_every) > 0) return {};
      if (std::chrono::steady_clock::now() >= end)
        return fail(std::string("nothing moved for ") + std::to_string(patience / second) + " s while " + doing);
    }
  }

  // What an SSL_… call needs before it is made again; `result` is what it returned.
  Result<void> wait_for_tls(int result, const char* doing) const {
    const int error = SSL_get_error(ssl.get(), result);
    if (error == SSL_ERROR_WANT_READ) return wait(POLLIN, doing);
    if (error == SSL_ERROR_WANT_WRITE) return wait(POLLOUT, doing);
    if (error == SSL_ERROR_ZERO_RETURN) return fail(std::string("the receiver ended the connection while ") + doing);
    const long verified = SSL_get_verify_result(ssl.get());
    if (verified != X509_V_OK)
      return fail(std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verified) +
                  "; check settings.ca and settings.server_name");
    if (error == SSL_ERROR_SYSCALL && errno != 0) return fail(std::strerror(errno));
    return fail(std::string("TLS: ") + openssl_error() + ", while " + doing);
  }

  Result<void> connect(const addrinfo& to);
  Result<void> shake_hands(const Peer& peer);
  Result<bool> read_tcp(bool& ended);
  Result<bool> read_tls(bool& ended);
  Result<void> settled();
};

Result<void> Connection::Inside::connect(const addrinfo& to) {
  fd = ::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(std::strerror(errno));
  int error = ::connect(fd, to.ai_addr, to.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    if (auto done = wait(POLLOUT, "connecting"); !done) return done;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) return fail(std::strerror(error));
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

Result<void> Connection::Inside::shake_hands(const Peer& peer) {
  ERR_clear_error();
  context.reset(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail("TLS: " + openssl_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!trust(context.get(), peer.ca)) return fail("the certificates of settings.ca cannot be used");
  if (!present(context.get(), peer)) return fail("settings.certificate and its key cannot be used");
  ssl.reset(SSL_new(context.get()));
  if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return fail("TLS: " + openssl_error());
  const std::string& name = peer.server_name.empty() ? peer.host : peer.server_name;
  // An address is asked for as such, a name also so that the receiver may choose its certificate.
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), name.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl.get(), name.c_str()) != 1 || SSL_set_tlsext_host_name(ssl.get(), name.c_str()) != 1)
      return fail("TLS: " + openssl_error());
  }
  for (int result = 0; (result = SSL_connect(ssl.get())) != 1;) {
    if (auto ready = wait_for_tls(result, "shaking hands"); !ready) return ready;
  }
  return {};
}

// Take what the peer sends, which means nothing here, and say whether there may be more at once.
Result<bool> Connection::Inside::read_tcp(bool& ended) {
  char octets[read_bytes];
  const auto read = ::recv(fd, octets, sizeof octets, 0);
  if (read > 0) return true;
  if (read == 0) return ended = true, false;
  if (errno == EAGAIN || errno == EINTR) return false;
  return fail(std::string(std::strerror(errno)) + unknown);
}

Result<bool> Connection::Inside::read_tls(bool& ended) {
  char octets[read_bytes];
  ERR_clear_error();
  errno = 0;
  const int read = SSL_read(ssl.get(), octets, sizeof octets);
  if (read > 0) return true;
  const int error = SSL_get_error(ssl.get(), read);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
  if (error == SSL_ERROR_ZERO_RETURN) return ended = true, false;
  if (error == SSL_ERROR_SYSCALL && errno != 0) return fail(std::string(std::strerror(errno)) + unknown);
  ERR_clear_error();
  return fail("the receiver closed without TLS close_notify" + std::string(unknown) +
              "; where it cannot do better, set confirm to tcp");
}

// All octets and the end are acknowledged by the peer's TCP, and no reset came.
Result<void> Connection::Inside::settled() {
  const SteadyTime end = std::chrono::steady_clock::now() + std::chrono::microseconds(patience);
  while (true) {
    int left = 1;
    tcp_info info{};
    socklen_t size = sizeof info;
    const bool told = ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
    const bool over = (told && (info.tcpi_state == TCP_CLOSE || info.tcpi_state == TCP_TIME_WAIT)) ||
                      (::ioctl(fd, SIOCOUTQ, &left) == 0 && left == 0);
    // Asked after the state: a reset ends the connection, too.
    int error = 0;
    size = sizeof error;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0)
      return fail(std::string(std::strerror(error)) + unknown);
    if (over) return {};
    if (stop.stop_requested()) return Error{ErrorKind::failed, place + ": stopped while ending"};
    if (std::chrono::steady_clock::now() >= end)
      return fail(std::to_string(left) + " octets are not acknowledged after " + std::to_string(patience / second) +
                  " s");
    ::usleep(2'000);  // nothing can be polled for here; it takes a round trip
  }
}

Connection::Connection(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::dial(const Peer& peer, Duration patience, std::stop_token stop) {
  const bool v6 = peer.host.find(':') != peer.host.npos;
  const std::string place = (v6 ? "[" + peer.host + "]" : peer.host) + ":" + std::to_string(peer.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(peer.host.c_str(), std::to_string(peer.port).c_str(), &hints, &found);
  const Held<addrinfo> list(found);
  if (error != 0) return Error{ErrorKind::io, place + ": " + ::gai_strerror(error)};
  Result<std::unique_ptr<Connection>> last = Error{ErrorKind::io, place + ": has no address"};
  for (const addrinfo* each = list.get(); each; each = each->ai_next) {
    auto inside = std::make_unique<Inside>();
    inside->place = place, inside->patience = patience, inside->stop = stop;
    auto done = inside->connect(*each);
    if (done && peer.tls) done = inside->shake_hands(peer);
    if (done) return std::unique_ptr<Connection>(new Connection(std::move(inside)));
    last = done.error();
    if (stop.stop_requested()) break;
  }
  return last;
}

Result<void> Connection::write(Bytes octets) {
  Inside& in = *inside_;
  constexpr const char* doing = "sending";
  while (!octets.empty()) {
    if (in.stop.stop_requested()) return Error{ErrorKind::failed, in.place + ": stopped while sending"};
    ERR_clear_error();
    errno = 0;
    const auto size = static_cast<int>(std::min<std::size_t>(octets.size(), 1u << 20));
    const long sent = in.ssl ? SSL_write(in.ssl.get(), octets.data(), size)
                             : ::send(in.fd, octets.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent > 0) {
      octets = octets.subspan(static_cast<std::size_t>(sent));
      continue;
    }
    if (!in.ssl && errno != EAGAIN && errno != EINTR) return in.fail(std::strerror(errno));
    if (auto ready = in.ssl ? in.wait_for_tls(static_cast<int>(sent), doing) : in.wait(POLLOUT, doing); !ready)
      return ready;
  }
  return {};
}

Result<void> Connection::finish(bool by_peer) {
  Inside& in = *inside_;
  constexpr const char* doing = "waiting for the receiver to close";
  bool ended = false;
  const auto read = [&] { return in.ssl ? in.read_tls(ended) : in.read_tcp(ended); };
  // An end that comes before ours is no answer to it.
  for (bool more = true; more && !ended;) {
    const auto some = read();
    if (!some) return some.error();
    more = *some;
  }
  if (ended) return in.fail(std::string("the receiver closed before the end of the messages") + unknown);
  if (in.ssl) {
    ERR_clear_error();
    for (int result = 0; (result = SSL_shutdown(in.ssl.get())) < 0;)
      if (auto ready = in.wait_for_tls(result, doing); !ready) return ready;
  }
  if (::shutdown(in.fd, SHUT_WR) != 0) return in.fail(std::strerror(errno) + std::string(unknown));
  if (!by_peer) return in.settled();
  for (const bool tls : {true, false}) {  // close_notify, then FIN: a reset in its place takes it back
    if (tls && !in.ssl) continue;
    for (ended = false; !ended;) {
      const auto some = tls ? in.read_tls(ended) : in.read_tcp(ended);
      if (!some) return some.error();
      if (*some || ended) continue;
      if (auto ready = in.wait(POLLIN, doing); !ready) return ready;
    }
  }
  return in.settled();
}

std::string Connection::description() const {
  std::string text = inside_->place;
  if (!inside_->ssl) return text + ", not encrypted";
  text.append(", ").append(SSL_get_version(inside_->ssl.get()));
  const Held<X509> peer(SSL_get1_peer_certificate(inside_->ssl.get()));
  char name[256] = {};
  if (peer && X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, name, sizeof name) > 0)
    text.append(", certificate of ").append(name);
  return text;
}

}  // namespace langyan::outputs
