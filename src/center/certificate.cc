#include "center/certificate.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/address.h"
#include "center/certificate_parts.h"

namespace langyan::center {
namespace {

bool set_names(X509* certificate, const std::vector<std::string>& names) {
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives.append(alternatives.empty() ? "" : ",")
        .append(parse_ip(name) ? "IP:" : "DNS:")
        .append(name);
  }
  return set_common_name(certificate, names.front()) &&
         add_extension(certificate, certificate, NID_subject_alt_name, alternatives);
}

bool is_host_name(std::string_view name) {  // what may stand in a list of X509V3_EXT_conf
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '*' || c == '_';
  });
}

}  // namespace

Error certificate_failure(std::string_view what) {
  return {ErrorKind::failed, "A certificate cannot be made: " + std::string(what) + ": " + x509::reason()};
}

bool set_serial(X509* certificate) {
  unsigned char octets[16];
  if (RAND_bytes(octets, sizeof octets) != 1) return false;
  octets[0] &= 0x7f;  // positive
  const std::unique_ptr<BIGNUM, x509::Release<BN_free>> number(BN_bin2bn(octets, sizeof octets, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_validity(X509* certificate, Time from, Time until) {
  const auto at = [](Time time) { return static_cast<time_t>(time / second); };
  return ASN1_TIME_set(X509_getm_notBefore(certificate), at(from)) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), at(until));
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, x509::Release<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_common_name(X509* certificate, std::string_view name) {
  // ub-common-name counts characters: a cut one is no text.
  std::size_t size = std::min<std::size_t>(name.size(), 64);
  while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;
  const auto* text = reinterpret_cast<const unsigned char*>(name.data());
  return X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, text,
                                    static_cast<int>(size), -1, 0) == 1;
}

Result<Certificate> make_certificate(const std::vector<std::string>& names, Clock& clock, Signer signer) {
  for (const std::string& name : names) {
    if (!parse_ip(name) && !is_host_name(name)) {
      return Error{ErrorKind::usage, "`" + name + "` is neither a host name nor an address"};
    }
  }
  if (names.empty()) return Error{ErrorKind::usage, "a certificate needs at least one name"};
  const x509::Key key = x509::make_key();
  const x509::Certificate certificate(X509_new());
  if (!key || !certificate) return certificate_failure("key");
  X509* own = certificate.get();
  const bool by_itself = !signer.key;
  if (by_itself) signer = {own, key.get()};
  // A day of slack before, for clients whose clock is behind.
  const bool made =
      X509_set_version(own, X509_VERSION_3) == 1 && set_serial(own) &&
      set_validity(own, clock.now() - day, clock.now() + certificate_lifetime) &&
      X509_set_pubkey(own, key.get()) == 1 && set_names(own, names) &&
      X509_set_issuer_name(own, X509_get_subject_name(signer.certificate)) == 1 &&
      add_extension(own, own, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(own, own, NID_key_usage, "critical,digitalSignature") &&
      add_extension(own, own, NID_ext_key_usage, "serverAuth") &&
      (by_itself || add_extension(own, signer.certificate, NID_authority_key_identifier, "keyid:always")) &&
      X509_sign(own, signer.key, EVP_sha256()) > 0;
  if (!made) return certificate_failure("names");
  Certificate result;
  result.certificate = x509::pem_of(own);
  result.key = x509::pem_of(key.get());
  result.sha256 = x509::fingerprint(own);
  if (result.certificate.empty() || result.key.empty()) return certificate_failure("PEM");
  return result;
}

Result<Certificate> init_certificate(Disk& disk, Clock& clock, const std::string& folder,
                                     const std::vector<std::string>& names) {
  const std::string certificate = folder + "/center.crt", key = folder + "/center.key";
  for (const std::string& path : {certificate, key}) {
    if (disk.open(path, OpenMode::read)) {
      return Error{ErrorKind::conflict,
                   path + ": is there already; move it away to make a new one"};
    }
  }
  auto made = make_certificate(names, clock);
  if (!made) return made;
  if (auto done = disk.make_folder(folder); !done) return done.error();
  auto written = replace_private_file(disk, key, bytes_of(made->key));
  if (written) written = replace_file(disk, certificate, bytes_of(made->certificate));
  if (!written) return written.error();
  return made;
}

std::vector<std::string> own_names() {
  std::vector<std::string> names;
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) == 0 && *host) names.emplace_back(host);
  names.emplace_back("localhost");
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return names;
  for (const ifaddrs* at = list; at; at = at->ifa_next) {
    char text[INET6_ADDRSTRLEN] = {};
    if (!at->ifa_addr || !(at->ifa_flags & IFF_UP)) continue;
    if (at->ifa_addr->sa_family == AF_INET) {
      inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(at->ifa_addr)->sin_addr, text,
                sizeof text);
    } else if (at->ifa_addr->sa_family == AF_INET6) {
      const auto& address = *reinterpret_cast<const sockaddr_in6*>(at->ifa_addr);
      if (!IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr))
        inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
    }
    if (*text && std::ranges::find(names, text) == names.end()) names.emplace_back(text);
  }
  ::freeifaddrs(list);
  return names;
}

}  // namespace langyan::center
