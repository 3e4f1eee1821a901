#include "uplink/identity.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "uplink/answers.h"

namespace langyan::uplink {
namespace {

constexpr std::size_t largest_identity = 64u << 10;
constexpr std::string_view obtained_word = "obtained: ";
constexpr std::string_view renewal_path = "/api/v1/certificates/renew";
// Waits between tries that fail; of a short life a part of it.
constexpr Duration first_wait = 10 * second, longest_wait = hour;
constexpr Duration tries_in_a_life = 10;

Time obtained_in(const std::string& text) {
  const auto at = text.find(obtained_word);
  if (at == text.npos) return 0;
  const auto from = at + obtained_word.size();
  return parse_timestamp(text.substr(from, text.find('\n', from) - from)).value_or(0);
}

// By this host's clock alone; one that was set back past the beginning says nothing, and renewing settles it.
bool is_due(const Pair& pair, Time now) {
  const Duration life = pair.until - pair.from, age = now - pair.obtained;
  return age < 0 || age >= life / 3 * 2;
}

}  // namespace

std::string identity_path(const std::string& folder) {
  return folder + "/identity.pem";
}

std::string trust_path(const std::string& folder) {
  return folder + "/center.pem";
}

Result<Pair> parse_pair(const std::string& text) {
  const x509::Key key = x509::read_key(text);
  const x509::Certificate certificate = x509::read_certificate(text);
  if (!key || !certificate) return Error{ErrorKind::invalid, "holds no key with a certificate; enroll anew"};
  if (!x509::belong_together(certificate.get(), key.get()))
    return Error{ErrorKind::invalid, "its certificate is of another key; enroll anew"};
  return Pair{text, obtained_in(text), x509::valid_from(certificate.get()), x509::valid_until(certificate.get()),
              x509::key_digest(certificate.get())};
}

std::string pair_text(const std::string& about, Time obtained, const std::string& key, const std::string& certificate,
                      const std::string& authority) {
  return about + "\n" + std::string(obtained_word) + timestamp(obtained) + "\n" + key + certificate + authority;
}

// The Net that shows the pair there is, whichever that is by then.
class IdentityNet final : public Net {
 public:
  explicit IdentityNet(Identity& identity) : identity_(identity) {}

  Result<HttpAnswer> send(const HttpRequest& request) override {
    identity_.tend();
    auto answer = once(request);
    // Twice at most: a pair that was enrolled anew may itself have expired before it is taken up.
    for (int again = 0; again < 2 && answer && answer->status == 401 && identity_.refused(shown_, answer->body);
         ++again)
      answer = once(request);
    return answer;
  }

 private:
  Result<HttpAnswer> once(const HttpRequest& request) {
    auto pair = identity_.pair();
    if (!net_ || pair != shown_) net_ = identity_.dial(pair);  // a connection keeps the certificate it began with
    shown_ = std::move(pair);
    return net_->send(request);
  }

  Identity& identity_;
  Identity::Held shown_;
  std::unique_ptr<Net> net_;
};

Result<std::unique_ptr<Identity>> Identity::open(IdentityOptions options, Disk& disk, Clock& clock, Random& random,
                                                 Dial dial) {
  options.url = without_slash(std::move(options.url));
  std::unique_ptr<Identity> identity(new Identity(std::move(options), disk, clock, random, std::move(dial)));
  const std::string path = identity_path(identity->options_.folder);
  const auto text = read_file(disk, path, largest_identity);
  if (!text && text.error().kind == ErrorKind::missing) return identity;
  if (!text) return text.error();
  auto pair = parse_pair(*text);
  if (!pair) return within(path, pair.error());
  identity->pair_ = std::make_shared<const Pair>(pair.take());
  return identity;
}

std::unique_ptr<Net> Identity::net() {
  return std::make_unique<IdentityNet>(*this);
}

Identity::Held Identity::pair() const {
  const std::lock_guard lock(mutex_);
  return pair_;
}

std::unique_ptr<Net> Identity::dial(const Held& pair) const {
  NetOptions net = options_.net;
  if (pair) net.certificate = net.key = pair->pem;
  if (net.ca_file.empty())
    if (auto trust = read_file(disk_, trust_path(options_.folder), largest_identity)) net.ca = trust.take();
  return dial_(std::move(net));
}

void Identity::tend() {
  const Held pair = this->pair();
  if (!pair || !is_due(*pair, clock_.now())) return;
  {
    const std::lock_guard lock(mutex_);
    if (clock_.monotonic() < not_before_) return;
  }
  renew(pair);
}

// True: there is another pair now, so asking again may help.
bool Identity::refused(const Held& shown, const std::string& body) {
  if (read_anew(shown)) return true;
  if (!shown || text_in(body, "code") != "certificate-expired") return false;
  {
    const std::lock_guard lock(mutex_);
    if (clock_.monotonic() < not_before_) return pair_ != shown;
  }
  return renew(shown);
}

bool Identity::read_anew(const Held& shown) {
  const auto text = read_file(disk_, identity_path(options_.folder), largest_identity);
  auto pair = text ? parse_pair(*text) : Result<Pair>(text.error());
  const std::lock_guard lock(mutex_);
  if (pair_ != shown) return true;  // another thread has renewed it
  if (!pair || (shown && shown->key_digest == pair->key_digest)) return false;
  pair_ = std::make_shared<const Pair>(pair.take());
  not_before_ = 0, failures_ = 0;
  counters_.add(IdentityCount::taken);
  logging::info("uplink: takes up the certificate in " + identity_path(options_.folder) + ", good until " +
                timestamp(pair_->until));
  return true;
}

// A fresh key, and a certificate for it from the center that has the present one.
Result<Identity::Fresh> Identity::ask(const Held& pair) {
  const x509::Key key = x509::make_key();
  const x509::SigningRequest request = key ? x509::make_request(key.get()) : nullptr;
  if (!request) return Error{ErrorKind::failed, "a key cannot be made: " + x509::reason()};
  HttpRequest message;
  message.method = "POST", message.url = options_.url + std::string(renewal_path), message.timeout = options_.timeout;
  message.headers = {{"Content-Type", "application/json"}};
  if (options_.net.ca_file.empty()) message.headers.push_back(follows_header);
  JsonWriter(message.body).open().field("request", x509::pem_of(request.get())).close();
  const auto answer = dial(pair)->send(message);
  if (!answer) return answer.error();
  if (answer->status != 201)
    return Error{ErrorKind::permission, options_.url + " answers " + std::to_string(answer->status) + " (" +
                                            text_in(answer->body, "detail").substr(0, 500) + ")"};
  const auto given = [&](std::string_view member) { return text_in(answer->body, member); };
  const std::string about =
      "Langyan identity of `" + given("source") + "` (" + given("organisation") + ") at " + options_.url;
  auto made =
      parse_pair(pair_text(about, clock_.now(), x509::pem_of(key.get()), given("certificate"), given("authority")));
  if (!made) return within("the center's answer", made.error());
  Fresh fresh{made.take(), given("trust")};
  if (!fresh.trust.empty() && !x509::read_certificate(fresh.trust))
    return Error{ErrorKind::invalid, "the center's answer says to believe what is no certificate"};
  return fresh;
}

// Whom to believe first: who has the new pair believes the center that gave it.
Result<void> Identity::keep(const Fresh& fresh) {
  if (options_.net.ca_file.empty() && !fresh.trust.empty())
    if (auto written = replace_file(disk_, trust_path(options_.folder), bytes_of(fresh.trust)); !written)
      return written;
  return replace_private_file(disk_, identity_path(options_.folder), bytes_of(fresh.pair.pem));
}

bool Identity::renew(const Held& pair) {
  const std::unique_lock busy(renewing_, std::try_to_lock);
  if (!busy) return false;
  if (this->pair() != pair) return true;
  auto fresh = ask(pair);
  if (!fresh) return failed(pair, fresh.error().message), false;
  // Used only once it is on the disk: the first request that shows it ends the old one.
  if (auto written = keep(*fresh); !written) return failed(pair, written.error().message), false;
  const std::lock_guard lock(mutex_);
  pair_ = std::make_shared<const Pair>(std::move(fresh->pair));
  not_before_ = 0, failures_ = 0;
  counters_.add(IdentityCount::renewed);
  logging::info("uplink: the certificate was renewed and is good until " + timestamp(pair_->until));
  return true;
}

// Exponential, less a random half: many sensors that lost one center do not come back as one.
void Identity::failed(const Held& pair, const std::string& why) {
  const std::lock_guard lock(mutex_);
  counters_.add(IdentityCount::failed);
  const Duration part = std::max<Duration>((pair->until - pair->from) / tries_in_a_life, millisecond);
  const Duration most = std::min({longest_wait, part, std::min(first_wait, part) << std::min(failures_, 10u)});
  if (failures_++ == 0)
    logging::warn("uplink: the certificate, good until " + timestamp(pair->until) + ", cannot be renewed: " + why +
                  "; it is tried again, and events wait in the spool");
  not_before_ =
      clock_.monotonic() + most - static_cast<Duration>(random_.number() % static_cast<std::uint64_t>(most / 2 + 1));
}

}  // namespace langyan::uplink
