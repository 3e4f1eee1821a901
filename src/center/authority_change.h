// How the center's own authority, and the certificate it shows, are replaced while it runs
// (docs/design/0050-authority-change.md). New connections are under what a function made once it has
// returned; those that stand go on under what they began with. Any thread.
#pragma once

#include <string>
#include <vector>

#include "center/authority.h"

namespace langyan::center {

class Center;

// The certificate that the center shows, or would with TLS.
struct OwnCertificate {
  std::string pem, fingerprint;  // SHA-256, "AB:CD:…"
  Time until = 0;
  std::vector<std::string> names;
  bool self_signed = false;
  std::string signer;  // of the center's authority: Authority::Member::id; else empty

  // Nobody but the center vouches for it: it can be replaced, and has to be told to who enrolls.
  bool ours() const { return self_signed || !signer.empty(); }
};
Result<OwnCertificate> own_certificate(Center& center);  // missing: there is none

// PEM of all that make a certificate this center's, for who takes it as the whole of whom to believe;
// empty: somebody else vouches for the center, and who comes knows them already.
std::string whom_to_believe(Center& center);

// A new authority, which signs from now on; what the one before signed stays good. Of kind conflict
// while that is still needed from the last change.
Result<Authority::Member> change_authority(Center& center);

// A new certificate for the center, by who signs now. Of kind conflict where it is not the center's
// to make, or while somebody enrolled is not known to believe it; those are left behind if one says
// so, and enroll anew.
Result<OwnCertificate> change_certificate(Center& center, bool leave_behind);

// Once nobody needs who signed before. Logs what fails; the next pass tries again.
void forget_former_authority(Center& center);

}  // namespace langyan::center
