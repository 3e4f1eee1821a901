// Identity: who this sensor or center is to the center above, once it has enrolled (docs/enrolment.md).
//
//   <folder>/identity.pem   the key, its certificate and who signed it, with a few lines in front for
//                           people; mode 0600; replaced as a whole, so there is always a pair
//   <folder>/center.pem     whom to believe to be the center; may be absent. Replaced by what the center
//                           says at a renewal, before the pair it came with
//
// net() makes a Net whose requests show the certificate. The certificate is renewed, for a fresh key
// and over its own mutual TLS, when two thirds of its life are over, by this host's own clock since
// it came; and when the center says that it has expired. Until the new pair is on the disk the old
// one is used; a program killed anywhere in between has one that counts. What fails is tried again,
// ever later, and said once. A file that somebody replaced (enrolled anew) is taken when the center
// refuses the one in use. So no program needs a restart, and a Net without a certificate works too,
// and takes one up when it comes.
//
// tend() and the nets may be used by several threads; each net by one at a time.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/counters.h"
#include "base/disk.h"
#include "base/net.h"
#include "base/random.h"
#include "base/x509.h"

namespace langyan::uplink {

struct IdentityOptions {
  std::string folder;
  std::string url;  // of the center, without a path
  NetOptions net;   // its ca_file, when set, is believed instead of center.pem
  Duration timeout = 30 * second;
};

enum class IdentityCount : std::uint8_t { renewed, failed, taken, last };
inline constexpr CounterRow identity_count_rows[] = {
    {"uplink.certificate.renewed", "Certificates renewed."},
    {"uplink.certificate.failed", "Renewals that failed; each is tried again."},
    {"uplink.certificate.taken", "Certificates taken up because somebody enrolled anew."},
};
using IdentityCounters = Counters<IdentityCount, identity_count_rows>;

std::string identity_path(const std::string& folder);
std::string trust_path(const std::string& folder);

// What identity.pem holds.
struct Pair {
  std::string pem;
  Time obtained = 0;         // by this host's clock
  Time from = 0, until = 0;  // by the center's
  std::string key_digest;
};
Result<Pair> parse_pair(const std::string& text);
// Beside a request for a certificate: whom the answer says to believe is what will be believed. From
// that the center knows when it may change its own certificate (docs/design/0050-authority-change.md).
inline const std::pair<std::string, std::string> follows_header{"Langyan-Trust", "follows"};
// Its text: `about` is for people, in front of the PEM blocks.
std::string pair_text(const std::string& about, Time obtained, const std::string& key, const std::string& certificate,
                      const std::string& authority);

class Identity {
 public:
  using Dial = std::function<std::unique_ptr<Net>(NetOptions)>;
  // Reads what is there; an Error only where there is something that cannot be used.
  static Result<std::unique_ptr<Identity>> open(IdentityOptions options, Disk& disk, Clock& clock, Random& random,
                                                Dial dial = curl_net);

  std::unique_ptr<Net> net();  // the Identity outlives it
  void tend();                 // renews when that is due; at most one request
  bool enrolled() const { return pair() != nullptr; }
  const IdentityCounters& counters() const { return counters_; }

 private:
  friend class IdentityNet;
  Identity(IdentityOptions options, Disk& disk, Clock& clock, Random& random, Dial dial)
      : options_(std::move(options)), disk_(disk), clock_(clock), random_(random), dial_(std::move(dial)) {}
  using Held = std::shared_ptr<const Pair>;  // shared by the nets that show it

  Held pair() const;
  std::unique_ptr<Net> dial(const Held& pair) const;
  bool refused(const Held& shown, const std::string& body);
  bool read_anew(const Held& shown);
  bool renew(const Held& pair);
  struct Fresh {
    Pair pair;
    std::string trust;  // empty: as before
  };
  Result<Fresh> ask(const Held& pair);
  Result<void> keep(const Fresh& fresh);
  void failed(const Held& pair, const std::string& why);

  const IdentityOptions options_;
  Disk& disk_;
  Clock& clock_;
  Random& random_;
  const Dial dial_;
  std::mutex renewing_;  // held over a renewal; who finds it taken goes on with what there is
  mutable std::mutex mutex_;
  Held pair_;             // under mutex_, as all below
  Time not_before_ = 0;   // monotonic: no renewal earlier
  std::uint32_t failures_ = 0;
  IdentityCounters counters_;
};

}  // namespace langyan::uplink
