#include "center/authority_change.h"

#include <algorithm>

#include "base/log.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/certificate.h"

namespace langyan::center {
namespace {

constexpr std::size_t names_told = 5;  // of those who hold a change up

// What was made is on the disk and holds from the next start on, whatever comes of this.
Result<void> take_up(Center& center) {
  auto taken = center.server().reload_tls();
  if (taken) return taken;
  return Error{taken.error().kind, "It is made, and the running center cannot take it up: " + taken.error().message +
                                       ". Mend that and send SIGHUP, or restart."};
}

Error behind(const std::vector<Enrolment>& those) {
  std::string text =
      std::to_string(those.size()) + " of those enrolled are not known to believe a certificate of the new authority: ";
  for (std::size_t i = 0; i < std::min(those.size(), names_told); ++i)
    text += (i ? ", `" : "`") + those[i].source + "`";
  text += those.size() > names_told ? ", …" : "";
  return {ErrorKind::conflict, text +
                                   ". Each is after its next renewal, unless its uplink.ca_file says whom it believes. "
                                   "`langyan enrolment authority` lists them; "
                                   "--leave-behind goes on without them, and they enroll anew."};
}

std::string own_path(Center& center) {
  const std::string& configured = center.options().certificate;
  return configured.empty() ? center.authority().own_certificate_path() : configured;
}

}  // namespace

Result<OwnCertificate> own_certificate(Center& center) {
  const std::string path = own_path(center);
  const auto pem = read_file(center.disk(), path);
  if (!pem) return pem.error();
  const auto certificate = x509::read_certificate(*pem);
  if (!certificate) return Error{ErrorKind::invalid, path + ": is no certificate in PEM"};
  const X509* shown = certificate.get();
  const auto signer = center.authority().signer_of(*shown);
  if (!signer) return signer.error();
  return OwnCertificate{x509::pem_of(shown),   x509::fingerprint(shown), x509::valid_until(shown),
                        x509::names_of(shown), x509::self_signed(shown), *signer};
}

std::string whom_to_believe(Center& center) {
  const auto own = own_certificate(center);
  const auto members = center.authority().members();
  if (!own || !own->ours() || !members) return {};
  std::string text = own->self_signed ? own->pem : std::string();
  for (const Authority::Member& each : *members) text += each.pem;
  return text;
}

Result<Authority::Member> change_authority(Center& center) {
  auto made = center.authority().change();
  if (!made) return made;
  if (auto taken = take_up(center); !taken) return taken.error();
  return made;
}

Result<OwnCertificate> change_certificate(Center& center, bool leave_behind) {
  if (!center.options().certificate.empty())
    return Error{ErrorKind::conflict,
                 "listen.certificate names a certificate of yours: replace that file and send SIGHUP, or take the key "
                 "out of the configuration and restart first."};
  const auto own = own_certificate(center);
  if (!own && own.error().kind != ErrorKind::missing) return own.error();
  if (own && !own->ours())
    return Error{ErrorKind::conflict, own_path(center) +
                                          " is of another authority: replace it by theirs and send SIGHUP, or move it "
                                          "and center.key away and restart first."};
  const auto members = center.authority().members();
  if (!members) return members.error();
  if (const auto those = center.access().enrolments().not_following(members->front().id);
      !those.empty() && !leave_behind)
    return behind(those);
  const auto names = own && !own->names.empty() ? own->names : own_names();
  if (auto made = center.authority().certify(names); !made) return made.error();
  if (auto taken = take_up(center); !taken) return taken.error();
  return own_certificate(center);
}

void forget_former_authority(Center& center) {
  const auto members = center.authority().members();
  if (!members || members->size() == 1) return;
  const std::string& signer = members->front().id;
  const auto own = own_certificate(center);
  const bool shows_former = own && !own->signer.empty() && own->signer != signer;
  if (shows_former || !center.access().enrolments().signed_otherwise(signer).empty()) return;
  auto done = center.authority().forget_former();
  if (done) done = take_up(center);
  if (!done) return logging::warn("The authority before could not be forgotten: " + done.error().message + ".");
  note_own(center, "authority.forgotten", "nobody needs " + members->back().fingerprint, members->front().fingerprint);
}

}  // namespace langyan::center
