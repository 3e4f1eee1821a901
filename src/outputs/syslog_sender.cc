// Syslog over TCP or TLS with octet counting (RFC 6587 3.4.1, RFC 5425). Syslog has no answers, so a
// batch is one connection, and its end is the answer (connection.h).
#include "outputs/connection.h"
#include "outputs/senders.h"
#include "outputs/syslog_form.h"

namespace langyan::outputs {
namespace {

class SyslogSender final : public Sender {
 public:
  explicit SyslogSender(const Settings& settings) : by_peer_(settings.text("confirm") == "close") {
    const auto place = parse_host_port(settings.text("address"));
    if (place) peer_.host = place->host, peer_.port = place->port;
    peer_.tls = settings.flag("tls");
    peer_.server_name = settings.text("server_name"), peer_.ca = settings.text("ca");
    peer_.certificate = settings.text("certificate"), peer_.key = settings.secret("key");
    form_ = {facility_of(settings.text("facility")), settings.text("form") == "cef", settings.number("longest")};
  }

  std::string render(const Item& item) const override { return form_.message(item); }

  Sent send(std::span<const Message> messages, std::stop_token stop) override {
    Sent sent;
    auto connection = Connection::dial(peer_, send_time, stop);
    if (!connection) return sent.error = connection.error(), sent;
    std::string frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      frames.append(std::to_string(messages[i].text.size())).append(" ").append(messages[i].text);
      if (frames.size() < piece_bytes && i + 1 < messages.size()) continue;
      if (auto done = (*connection)->write(bytes_of(frames)); !done) return sent.error = done.error(), sent;
      frames.clear();
    }
    sent.answer = (*connection)->description();
    if (auto done = (*connection)->finish(by_peer_); !done) return sent.error = done.error(), sent;
    sent.answer += by_peer_ ? "; it read all and closed" : "; its host acknowledged all octets";
    sent.done = messages.size();
    return sent;
  }

 private:
  static constexpr std::size_t piece_bytes = 256u << 10;

  const bool by_peer_;
  Peer peer_;
  SyslogForm form_;
};

}  // namespace

std::unique_ptr<Sender> syslog_sender(const Settings& settings) {
  return std::make_unique<SyslogSender>(settings);
}

}  // namespace langyan::outputs
