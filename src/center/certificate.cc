#include "center/certificate.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/address.h"

namespace langyan::center {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, Release<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;

Error failed(std::string_view what) {
  char reason[256] = "unknown cause";
  if (const auto code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  return {ErrorKind::failed, "A certificate cannot be made: " + std::string(what) + ": " + reason};
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char octets[16];
  if (RAND_bytes(octets, sizeof octets) != 1) return false;
  octets[0] &= 0x7f;  // positive (RFC 5280 4.1.2.2)
  const std::unique_ptr<BIGNUM, Release<BN_free>> number(BN_bin2bn(octets, sizeof octets, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_validity(X509* certificate, Time now) {
  const auto at = [](Time time) { return static_cast<time_t>(time / second); };
  // A day of slack before, for clients whose clock is behind.
  return ASN1_TIME_set(X509_getm_notBefore(certificate), at(now - day)) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), at(now + certificate_lifetime));
}

bool set_names(X509* certificate, const std::vector<std::string>& names) {
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives.append(alternatives.empty() ? "" : ",")
        .append(parse_ip(name) ? "IP:" : "DNS:")
        .append(name);
  }
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* common = reinterpret_cast<const unsigned char*>(names.front().data());
  const int size =
      static_cast<int>(std::min<std::size_t>(names.front().size(), 64));  // ub-common-name
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, common, size, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 &&
         add_extension(certificate, NID_subject_alt_name, alternatives);
}

template <class Write>
std::string pem(Write write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get()) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string fingerprint_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1) return {};
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

bool is_host_name(std::string_view name) {  // what may stand in a list of X509V3_EXT_conf
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '*' || c == '_';
  });
}

}  // namespace

Result<Certificate> make_certificate(const std::vector<std::string>& names, Clock& clock) {
  for (const std::string& name : names) {
    if (!parse_ip(name) && !is_host_name(name)) {
      return Error{ErrorKind::usage, "`" + name + "` is neither a host name nor an address"};
    }
  }
  if (names.empty()) return Error{ErrorKind::usage, "a certificate needs at least one name"};
  const Key key(EVP_EC_gen("P-256"));
  const X509Pointer certificate(X509_new());
  if (!key || !certificate) return failed("key");
  X509* x509 = certificate.get();
  const bool made = X509_set_version(x509, X509_VERSION_3) == 1 && set_serial(x509) &&
                    set_validity(x509, clock.now()) && X509_set_pubkey(x509, key.get()) == 1 &&
                    set_names(x509, names) &&
                    add_extension(x509, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(x509, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(x509, NID_ext_key_usage, "serverAuth") &&
                    X509_sign(x509, key.get(), EVP_sha256()) > 0;
  if (!made) return failed("names");
  Certificate result;
  result.certificate = pem([&](BIO* bio) { return PEM_write_bio_X509(bio, x509); });
  result.key = pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  result.sha256 = fingerprint_of(x509);
  if (result.certificate.empty() || result.key.empty()) return failed("PEM");
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
  const mode_t before = ::umask(0077);  // the key is never readable by others, not for a moment
  auto written = replace_file(disk, key, bytes_of(made->key));
  ::umask(before);
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
