#include "parsers/tls/certificate.h"

#include <algorithm>

#include "base/digest.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/line.h"

namespace langyan::tls {
namespace {

namespace ber = wire::ber;
using ber::Class;
using ber::Tlv;

constexpr std::size_t longest_name = 1'024;     // of a subject or issuer as text; a longer one is left out
constexpr std::size_t longest_serial = 64;      // octets; [X509] 4.1.2.2 allows 20
constexpr std::size_t most_attributes = 64;     // of a name
constexpr std::size_t most_alternatives = 128;  // names of one certificate that are looked at
constexpr std::size_t most_chain = 32;          // certificates of a chain that are kept

constexpr std::uint32_t bmp_string = 30;  // X.680 8.6

struct Attribute {
  std::string_view oid, name;  // the content octets of the identifier
};
using namespace std::string_view_literals;
constexpr Attribute attributes[] = {
    // RFC 4519, RFC 2985 5.2.1, RFC 5280 appendix A
    {"\x55\x04\x03"sv, "CN"},
    {"\x55\x04\x04"sv, "SN"},
    {"\x55\x04\x05"sv, "serialNumber"},
    {"\x55\x04\x06"sv, "C"},
    {"\x55\x04\x07"sv, "L"},
    {"\x55\x04\x08"sv, "ST"},
    {"\x55\x04\x09"sv, "street"},
    {"\x55\x04\x0a"sv, "O"},
    {"\x55\x04\x0b"sv, "OU"},
    {"\x55\x04\x0c"sv, "title"},
    {"\x55\x04\x0d"sv, "description"},
    {"\x55\x04\x0f"sv, "businessCategory"},
    {"\x55\x04\x11"sv, "postalCode"},
    {"\x55\x04\x29"sv, "name"},
    {"\x55\x04\x2a"sv, "GN"},
    {"\x55\x04\x2b"sv, "initials"},
    {"\x55\x04\x2e"sv, "dnQualifier"},
    {"\x55\x04\x41"sv, "pseudonym"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"sv, "emailAddress"},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02"sv, "unstructuredName"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"sv, "UID"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"sv, "DC"},
};
constexpr std::string_view common_name = "\x55\x04\x03"sv, alternative_names = "\x55\x1d\x11"sv;

using NameLine = wire::Line<longest_name>;

struct Certificate {
  Bytes serial, issuer, subject, alternatives;  // names with tag and length
  Time not_before = 0, not_after = 0;
  bool has_dates = false;  // some makers write them in forms that [X509] does not allow
};

bool take(Reader& in, std::uint32_t tag, Tlv& value) { return ber::next(in, value) && value.is_universal(tag); }

// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ ([X509] 4.1.2.5).
bool read_time(const Tlv& value, Time& time) {
  const bool is_short = value.is_universal(ber::universal::utc_time);
  if (!is_short && !value.is_universal(ber::universal::generalized_time)) return false;
  const Bytes text = value.content;
  const std::size_t year_digits = is_short ? 2 : 4;
  if (text.size() != year_digits + 11 || text.back() != 'Z') return false;
  for (std::uint8_t c : text.first(text.size() - 1))
    if (c < '0' || c > '9') return false;
  const auto two = [&](std::size_t at) { return static_cast<unsigned>((text[at] - '0') * 10 + text[at + 1] - '0'); };
  std::int64_t year = two(0);
  if (is_short) year += year < 50 ? 2'000 : 1'900;
  else year = year * 100 + two(2);
  const std::size_t at = year_digits;
  const unsigned month = two(at), date = two(at + 2), hours = two(at + 4), minutes = two(at + 6), seconds = two(at + 8);
  if (month < 1 || month > 12 || date < 1 || date > 31 || hours > 23 || minutes > 59 || seconds > 60) return false;
  time = days_from_civil(year, month, date) * day + hours * hour + minutes * minute + seconds * second;
  return true;
}

bool read(Bytes der, Certificate& certificate) {
  using namespace ber::universal;
  Reader outer{der};
  Tlv whole, body, value;
  if (!take(outer, sequence, whole) || outer.left() > 0) return false;
  Reader signed_part{whole.content};
  if (!take(signed_part, sequence, body)) return false;
  Reader in{body.content};
  if (!ber::next(in, value)) return false;
  if (value.is_context(0) && !ber::next(in, value)) return false;  // the version
  if (!value.is_universal(integer)) return false;
  certificate.serial = value.content;
  if (!take(in, sequence, value)) return false;  // the signature's algorithm
  if (!take(in, sequence, value)) return false;
  certificate.issuer = value.content;
  if (!take(in, sequence, value)) return false;
  Reader validity{value.content};
  Tlv until;
  if (!ber::next(validity, value) || !ber::next(validity, until)) return false;
  certificate.has_dates = read_time(value, certificate.not_before) && read_time(until, certificate.not_after);
  if (!take(in, sequence, value)) return false;
  certificate.subject = value.content;
  if (!take(in, sequence, value)) return false;  // the key
  while (in.left() > 0 && ber::next(in, value)) {
    if (!value.is_context(3)) continue;
    Reader wrapped{value.content};
    Tlv list, each;
    if (!take(wrapped, sequence, list)) return false;
    for (Reader extensions{list.content}; extensions.left() > 0;) {
      if (!take(extensions, sequence, each)) return false;
      Reader extension{each.content};
      Tlv identifier, content;
      if (!take(extension, object_identifier, identifier) || !ber::next(extension, content)) return false;
      if (content.is_universal(boolean) && !ber::next(extension, content)) return false;
      if (text_of(identifier.content) != alternative_names || !content.is_universal(octet_string)) continue;
      Reader names{content.content};
      if (take(names, sequence, each)) certificate.alternatives = each.content;
    }
  }
  return in.ok();
}

void put_utf8(NameLine& line, std::uint16_t unit) {  // a surrogate stands for itself: names have none
  if (unit < 0x80) return void(line.put(static_cast<char>(unit)));
  if (unit < 0x800) line.put(static_cast<char>(0xc0 | unit >> 6));
  else line.put(static_cast<char>(0xe0 | unit >> 12)).put(static_cast<char>(0x80 | (unit >> 6 & 63)));
  line.put(static_cast<char>(0x80 | (unit & 63)));
}

void put_value(NameLine& line, const Tlv& value) {
  using namespace ber::universal;
  if (value.tag_class != Class::universal) return void(line.put('#').hex(value.content));
  switch (value.tag) {
    case utf8_string:
    case printable_string:
    case teletex_string:
    case ia5_string:
    case numeric_string:
    case visible_string: return void(line.put(value.content));
    case bmp_string:
      for (std::size_t i = 0; i + 1 < value.content.size(); i += 2)
        put_utf8(line, static_cast<std::uint16_t>(value.content[i] << 8 | value.content[i + 1]));
      return;
    default: line.put('#').hex(value.content);
  }
}

template <class Visit>
bool each_attribute(Bytes name, Visit visit) {  // visit(first of its set, identifier, value)
  std::size_t count = 0;
  Tlv set, pair, identifier, value;
  for (Reader sets{name}; sets.left() > 0;) {
    if (!take(sets, ber::universal::set, set)) return false;
    bool first = true;
    for (Reader pairs{set.content}; pairs.left() > 0; first = false) {
      if (++count > most_attributes || !take(pairs, ber::universal::sequence, pair)) return false;
      Reader in{pair.content};
      if (!take(in, ber::universal::object_identifier, identifier) || !ber::next(in, value)) return false;
      visit(first, text_of(identifier.content), value);
    }
  }
  return true;
}

// "C=DE, O=Example, CN=pump7", in the certificate's order; values of one set joined by " + ".
Bytes name_text(Bytes name, Scratch& scratch) {
  NameLine line;
  const bool sound = each_attribute(name, [&](bool first, std::string_view identifier, const Tlv& value) {
    if (!line.empty()) line.put(first ? ", " : " + ");
    const auto* row = std::ranges::find(attributes, identifier, &Attribute::oid);
    std::array<char, ber::longest_oid_text> digits;
    line.put(row != std::end(attributes) ? row->name : ber::oid_text(bytes_of(identifier), digits)).put('=');
    put_value(line, value);
  });
  return sound ? line.keep(scratch) : Bytes{};
}

char lower(std::uint8_t c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

bool same_name(Bytes a, Bytes b) {
  return std::ranges::equal(a, b, [](std::uint8_t x, std::uint8_t y) { return lower(x) == lower(y); });
}

// RFC 6125 6.4.3: a star stands for the whole first label.
bool covers(Bytes pattern, Bytes host) {
  if (!host.empty() && host.back() == '.') host = host.first(host.size() - 1);
  if (pattern.size() < 2 || pattern[0] != '*' || pattern[1] != '.') return same_name(pattern, host);
  const auto dot = std::ranges::find(host, std::uint8_t{'.'});
  if (dot == host.end()) return false;
  return same_name(pattern.subspan(1), host.subspan(static_cast<std::size_t>(dot - host.begin())));
}

enum : std::uint32_t { other_name, mail, host_name, directory = 4, address_of_page = 6, ip_address };  // [X509] 4.2.1.6

Bytes address_text(Bytes octets, Scratch& scratch) {
  wire::Line<48> line;
  if (octets.size() == 4) {
    for (std::size_t i = 0; i < 4; ++i) (i ? line.put('.') : line).number(octets[i]);
  } else {
    for (std::size_t i = 0; i < octets.size(); ++i) (i && i % 2 == 0 ? line.put(':') : line).hex(octets[i]);
  }
  return line.keep(scratch);
}

// Whether one of the names is the host asked for; without a name for hosts, whether the subject's common name is.
bool tell_names(const Certificate& certificate, Bytes asked, Output& output) {
  bool any_host = false, good = false;
  std::size_t count = 0;
  Tlv each;
  for (Reader names{certificate.alternatives}; names.left() > 0 && count < most_alternatives && ber::next(names, each);
       ++count) {
    if (each.tag_class != Class::context) continue;
    Bytes text;
    if (each.tag == host_name || each.tag == mail || each.tag == address_of_page) text = each.content;
    else if (each.tag == ip_address) text = address_text(each.content, output.scratch);
    if (text.empty()) continue;
    Fill<name_fields> pen{output.items.start(name_schema), names};
    pen.set<"subject_alt_names">(text);
    output.items.emit();
    if (each.tag != host_name && each.tag != ip_address) continue;
    any_host = true;
    good = good || covers(text, asked);
  }
  if (any_host || asked.empty()) return good || asked.empty() || count == most_alternatives;
  bool named = false;
  each_attribute(certificate.subject, [&](bool, std::string_view identifier, const Tlv& value) {
    if (identifier == common_name) named = true, good = good || covers(value.content, asked);
  });
  return good || !named;
}

Bytes fingerprint(Bytes der, Scratch& scratch) {
  wire::Line<3 * sha1_size> line;
  return line.hex_with_colons(sha1(der)).keep(scratch);
}

void set_text(Pen& out, Scratch& scratch, const Certificate& certificate, Bytes der) {
  if (const Bytes text = name_text(certificate.subject, scratch); !text.empty()) out.set<"cert_subject">(text);
  if (const Bytes text = name_text(certificate.issuer, scratch); !text.empty()) out.set<"cert_issuer">(text);
  wire::Line<3 * longest_serial> serial;
  serial.hex_with_colons(certificate.serial, wire::upper_hex);
  if (const Bytes text = serial.keep(scratch); !text.empty()) out.set<"cert_serial">(text);
  if (const Bytes text = fingerprint(der, scratch); !text.empty()) out.set<"cert_fingerprint">(text);
}

Fault tell_first(Bytes der, const Context& context, Bytes asked, Pen& out, Output& output) {
  Certificate certificate;
  if (!read(der, certificate)) return fault(Wrong::certificate);
  set_text(out, output.scratch, certificate, der);
  const bool self_signed = !certificate.subject.empty() && std::ranges::equal(certificate.subject, certificate.issuer);
  const bool expired = certificate.has_dates && context.time > certificate.not_after;
  out.set<"cert_self_signed">(self_signed);
  if (certificate.has_dates) {
    out.set<"cert_not_before">(certificate.not_before);
    out.set<"cert_not_after">(certificate.not_after);
    out.set<"cert_expired">(expired);
  }
  const bool good_name = tell_names(certificate, asked, output);
  if (expired) return fault(Wrong::expired);
  if (certificate.has_dates && context.time < certificate.not_before) return fault(Wrong::not_yet);
  return good_name ? Fault::none : fault(Wrong::other_name);
}

}  // namespace

Fault tell_certificates(Bytes content, const Context& context, Bytes asked, Pen& out, Output& output) {
  Reader in{content};
  Reader list = in.part(in.be24());
  if (!in.ok() || in.left() > 0) return fault(Wrong::length);
  Bytes first;
  std::uint16_t count = 0;
  while (list.left() > 0) {
    const Bytes der = list.take(list.be24());
    if (!list.ok()) break;
    if (der.empty()) continue;
    if (count == 0) first = der;
    ++count;
    if (count > most_chain) continue;
    Fill<certificate_fields> pen{output.items.start(certificate_schema), list};
    pen.set<"certs">(der);
    if (const Bytes text = fingerprint(der, output.scratch); !text.empty()) pen.set<"chain_fingerprint">(text);
    output.items.emit();
  }
  out.set<"chain_length">(count);
  if (!list.ok()) return fault(Wrong::length);
  return first.empty() ? Fault::none : tell_first(first, context, asked, out, output);
}

}  // namespace langyan::tls
