// Webhook: batches POSTed as JSON over HTTPS; taken is what is answered with 2xx.
//
//   {"center":"works-7","events":[{"id":"<identity>","organisation":"…","received":"…","event":{…}}]}
//
// With a signing key the header Langyan-Signature is "sha256=" and the HMAC-SHA256 (RFC 2104) of the
// body in hexadecimal. 413 halves the batch; an event that is too large alone is refused for good.
// Other answers are tried again, after Retry-After where there is one: whether a 4xx is the fault of
// an event or of the settings nobody knows, so nothing is skipped for it.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/json.h"
#include "base/net.h"
#include "base/version.h"
#include "outputs/plain_text.h"
#include "outputs/senders.h"

namespace langyan::outputs {
namespace {

constexpr std::size_t batch_bytes = 1u << 20;
constexpr std::size_t answer_bytes = 64u << 10, shown_answer = 300;

std::string signature_of(std::string_view key, std::string_view body) {
  unsigned char octets[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
       body.size(), octets, &size);
  std::string text("sha256=");
  append_hex(text, {octets, size});
  return text;
}

std::string shown(const HttpAnswer& answer) {
  std::string text = "HTTP " + std::to_string(answer.status);
  if (answer.body.empty()) return text;
  text += ": ";
  each_character(std::string_view(answer.body).substr(0, shown_answer),
                 [&](std::string_view character) { text += character; });
  return text;
}

class WebhookSender final : public Sender {
 public:
  WebhookSender(const Settings& settings, std::string center)
      : url_(settings.text("url")),
        authorization_(settings.secret("authorization")),
        key_(settings.secret("signing_key")),
        center_(std::move(center)),
        most_(settings.number("batch")) {
    NetOptions options;
    options.ca = settings.text("ca"), options.certificate = settings.text("certificate"),
    options.key = settings.secret("key");
    options.proxy = settings.text("proxy");
    options.largest_answer = answer_bytes;
    net_ = curl_net(std::move(options));
  }

  std::string render(const Item& item) const override { return record_of(item); }

  Sent send(std::span<const Message> messages, std::stop_token stop) override {
    Sent sent;
    std::size_t most = most_;
    while (sent.done < messages.size()) {
      const std::size_t count = fitting(messages.subspan(sent.done), most);
      const auto answer = net_->send(request(messages.subspan(sent.done, count), stop));
      if (!answer) return sent.error = answer.error(), sent;
      sent.answer = shown(*answer);
      if (answer->status / 100 == 2) {
        sent.done += count;
      } else if (answer->status == 413 && count > 1) {
        most = count / 2;
      } else if (answer->status == 413) {
        ++sent.done, ++sent.refused;
      } else {
        sent.wait = answer->retry_after;
        return sent.error = Error{ErrorKind::io, url_ + " answered " + sent.answer}, sent;
      }
    }
    return sent;
  }

 private:
  static std::size_t fitting(std::span<const Message> messages, std::size_t most) {
    std::size_t count = 0, bytes = 0;
    while (count < std::min(messages.size(), most) &&
           (count == 0 || bytes + messages[count].text.size() <= batch_bytes))
      bytes += messages[count++].text.size();
    return count;
  }

  HttpRequest request(std::span<const Message> messages, std::stop_token stop) const {
    HttpRequest request{.method = "POST", .url = url_};
    JsonWriter json(request.body);
    json.open().field("center", center_).key("events").open_list();
    for (const Message& message : messages) json.raw(message.text);
    json.close_list().close();
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("User-Agent", "langyan/" + std::string(langyan::version));
    if (!authorization_.empty()) request.headers.emplace_back("Authorization", authorization_);
    if (!key_.empty()) request.headers.emplace_back("Langyan-Signature", signature_of(key_, request.body));
    request.timeout = send_time;
    request.stop = stop;
    return request;
  }

  const std::string url_, authorization_, key_, center_;
  const std::size_t most_;
  std::unique_ptr<Net> net_;
};

}  // namespace

std::unique_ptr<Sender> webhook_sender(const Settings& settings, const SenderDoors& doors) {
  return std::make_unique<WebhookSender>(settings, doors.center);
}

}  // namespace langyan::outputs
