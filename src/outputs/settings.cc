#include "outputs/settings.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "base/suggest.h"
#include "base/utf8.h"

namespace langyan::outputs {
namespace {

constexpr std::size_t name_bytes = 32, pem_bytes = 64u << 10;

// clang-format off
constexpr SettingRow table[] = {
    {"syslog",  "address",       Form::address,     Need::required, {"Host and port of the receiver; 6514 is the port of syslog over TLS.", "接收方的主机与端口；基于 TLS 的 syslog 端口为 6514。"}},
    {"syslog",  "tls",           Form::flag,        Need::optional, {"Whether to speak TLS (RFC 5425).", "是否使用 TLS（RFC 5425）。"}, "true"},
    {"syslog",  "form",          Form::word,        Need::optional, {"What the message says: the event as JSON, or as CEF.", "消息内容：事件的 JSON，或 CEF。"}, "json", "json|cef"},
    {"syslog",  "facility",      Form::word,        Need::optional, {"Facility of the message.", "消息的 facility。"}, "local0", "user|daemon|auth|local0|local1|local2|local3|local4|local5|local6|local7"},
    {"syslog",  "longest",       Form::number,      Need::optional, {"Most octets of a message; a longer event goes without its packet, else in short form.", "单条消息的最大字节数；更长的事件先去掉报文，仍超出则用简短形式。"}, "65536", "", 2'048, 1u << 20},
    {"syslog",  "confirm",       Form::word,        Need::optional, {"What counts as received: that the receiver closes in its turn, or that its host has acknowledged all octets.", "何为已送达：接收方随后也关闭连接，或其主机已确认全部字节。"}, "close", "close|tcp"},
    {"syslog",  "server_name",   Form::text,        Need::optional, {"Name its certificate must have; the host of the address unless given.", "其证书须有的名称；未填则取地址中的主机。"}, "", "", 0, 253},
    {"syslog",  "ca",            Form::certificate, Need::optional, {"Authorities its certificate may be signed by, PEM; the system's unless given.", "可签发其证书的 CA（PEM）；未填则用系统的。"}},
    {"syslog",  "certificate",   Form::certificate, Need::optional, {"Certificate of this side, for a receiver that asks for one.", "本端证书，供要求客户端证书的接收方使用。"}},
    {"syslog",  "key",           Form::key,         Need::secret,   {"Private key of that certificate.", "该证书的私钥。"}},
    {"webhook", "url",           Form::url,         Need::required, {"Address that is sent POST requests; https://, or http:// to this host.", "接收 POST 请求的地址；https://，或指向本机的 http://。"}, "", "", 0, 2'048},
    {"webhook", "batch",         Form::number,      Need::optional, {"Most events of one request.", "一次请求最多的事件数。"}, "100", "", 1, 500},
    {"webhook", "authorization", Form::text,        Need::secret,   {"Value of the Authorization header, such as Bearer and a token.", "Authorization 头的值，如 Bearer 加令牌。"}},
    {"webhook", "signing_key",   Form::text,        Need::secret,   {"Key of the HMAC-SHA256 over the body in the header Langyan-Signature.", "Langyan-Signature 头中对请求体做 HMAC-SHA256 的密钥。"}},
    {"webhook", "ca",            Form::certificate, Need::optional, {"Authorities its certificate may be signed by, PEM; the system's unless given.", "可签发其证书的 CA（PEM）；未填则用系统的。"}},
    {"webhook", "certificate",   Form::certificate, Need::optional, {"Certificate of this side, for a receiver that asks for one.", "本端证书，供要求客户端证书的接收方使用。"}},
    {"webhook", "key",           Form::key,         Need::secret,   {"Private key of that certificate.", "该证书的私钥。"}},
    {"webhook", "proxy",         Form::text,        Need::optional, {"Proxy to dial, such as http://10.0.0.1:3128; none unless given.", "经由的代理，如 http://10.0.0.1:3128；未填则不用代理。"}, "", "", 0, 2'048},
    {"kafka",   "brokers",       Form::addresses,   Need::required, {"Hosts and ports of some brokers, joined by commas.", "若干 broker 的主机与端口，以逗号分隔。"}},
    {"kafka",   "topic",         Form::text,        Need::required, {"Topic that is written to.", "写入的主题。"}, "", "", 0, 249},
    {"kafka",   "tls",           Form::flag,        Need::optional, {"Whether to speak TLS.", "是否使用 TLS。"}, "true"},
    {"kafka",   "sasl",          Form::word,        Need::optional, {"How this side says who it is.", "本端的身份验证方式。"}, "none", "none|plain|scram-sha-256|scram-sha-512"},
    {"kafka",   "username",      Form::text,        Need::optional, {"Name for that.", "用于验证的用户名。"}},
    {"kafka",   "password",      Form::text,        Need::secret,   {"Password for that.", "用于验证的口令。"}},
    {"kafka",   "ca",            Form::certificate, Need::optional, {"Authorities a broker's certificate may be signed by, PEM; the system's unless given.", "可签发 broker 证书的 CA（PEM）；未填则用系统的。"}},
    {"kafka",   "certificate",   Form::certificate, Need::optional, {"Certificate of this side, for brokers that ask for one.", "本端证书，供要求客户端证书的 broker 使用。"}},
    {"kafka",   "key",           Form::key,         Need::secret,   {"Private key of that certificate.", "该证书的私钥。"}},
    {"file",    "rotate",        Form::number,      Need::optional, {"Octets after which the file is put aside and a new one begun.", "文件达到此字节数后归档并另起新文件。"}, "104857600", "", 1u << 16, 1ull << 40},
    {"file",    "keep",          Form::number,      Need::optional, {"Files that are kept beside the one being written; the oldest goes.", "除正在写入的文件外保留的文件数；最旧的先删除。"}, "10", "", 1, 1'000},
};
constexpr std::string_view kind_names[] = {"syslog", "webhook", "kafka", "file"};
constexpr std::string_view form_names[] = {"text", "word", "number", "flag", "address", "addresses", "url", "certificate", "key"};
static_assert(std::size(form_names) == static_cast<std::size_t>(Form::key) + 1);
// clang-format on

struct FreeOpenssl {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeOpenssl>;
using Certificate = std::unique_ptr<X509, FreeOpenssl>;
using Key = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

Bio reading(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
int no_password(char*, int, int, void*) {
  return -1;  // never ask on a terminal
}
Certificate certificate_of(std::string_view pem) {
  return Certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, no_password, nullptr));
}
Key key_of(std::string_view pem) {
  return Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
}

const SettingRow* row_of(std::string_view kind, std::string_view name) {
  const auto* found = std::ranges::find_if(
      table, [&](const SettingRow& row) { return row.kind == kind && row.name == name; });
  return found == std::end(table) ? nullptr : found;
}

bool among(std::string_view words, std::string_view word) {
  return !word.empty() && word.find('|') == word.npos &&
         ("|" + std::string(words) + "|").find("|" + std::string(word) + "|") != std::string::npos;
}

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool is_plain(std::string_view text) {  // no control character, and UTF-8
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_sequence(bytes_of(text.substr(at)));
    const auto c = static_cast<unsigned char>(text[at]);
    if (length == 0 || c < 0x20 || c == 0x7f) return false;
    at += length;
  }
  return true;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

std::string check_url(std::string_view url) {
  const bool secure = url.starts_with("https://");
  if (!secure && !url.starts_with("http://")) return "must begin with https://";
  std::string_view rest = url.substr(secure ? 8 : 7);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty()) return "names no host";
  if (authority.find('@') != authority.npos) return "must not hold a name and password; give secrets.authorization";
  if (url.find(' ') != url.npos) return "holds a space; write %20";
  std::string_view host = authority;
  if (host.starts_with('[')) host = host.substr(1, host.find(']') - 1);
  else host = host.substr(0, host.find(':'));
  if (!secure && !is_loopback(host)) return "must begin with https://; http:// is for this host only";
  return {};
}

// What is wrong with one value; nothing when it is right.
std::string fault_of(const SettingRow& row, std::string_view value) {
  const bool pem = row.form == Form::certificate || row.form == Form::key;
  if (!pem && !is_plain(value)) return "must be UTF-8 without control characters";
  if (value.size() > (pem ? pem_bytes : row.form == Form::number ? 20 : row.most)) return "is too long";
  switch (row.form) {
    case Form::text: return {};
    case Form::word: return among(row.words, value) ? "" : "must be one of " + std::string(row.words);
    case Form::flag: return value == "true" || value == "false" ? "" : "must be true or false";
    case Form::address:
      return parse_host_port(value) ? "" : "must be a host and port, such as siem.example:6514 or [fd00::5]:6514";
    case Form::url: return check_url(value);
    case Form::certificate:
      return certificate_of(value) ? "" : "must be a certificate in PEM, with its BEGIN and END lines";
    case Form::key: return key_of(value) ? "" : "must be a private key in PEM, without a passphrase";
    case Form::number: {
      const auto number = whole(value);
      if (number && *number >= row.least && *number <= row.most) return {};
      return "must be a number from " + std::to_string(row.least) + " to " + std::to_string(row.most);
    }
    case Form::addresses: {
      for (std::string_view rest = value;;) {
        const std::size_t comma = rest.find(',');
        if (!parse_host_port(rest.substr(0, comma)))
          return "must be hosts and ports joined by commas, such as a:9092,b:9092";
        if (comma == rest.npos) return {};
        rest.remove_prefix(comma + 1);
      }
    }
  }
  return {};
}

Error fault(std::string_view where, std::string_view name, const std::string& what) {
  std::string shown;
  append_escaped(shown, name.substr(0, 64));
  return {ErrorKind::invalid, std::string(where) + shown + " " + what};
}

Result<void> check_values(const Settings& settings, const Values& values, bool secrets) {
  const std::string where = secrets ? "secrets." : "settings.";
  for (const auto& [name, value] : values) {
    const SettingRow* row = row_of(settings.kind, name);
    if (!row) {
      std::vector<std::string_view> known;
      for (const SettingRow& each : table)
        if (each.kind == settings.kind && (each.need == Need::secret) == secrets) known.push_back(each.name);
      const std::string_view near = nearest(name, known);
      return fault(
          where, name,
          "is not a setting of " + settings.kind + (near.empty() ? "" : "; did you mean " + std::string(near) + "?"));
    }
    if ((row->need == Need::secret) != secrets)
      return fault(where, name,
                   secrets ? "is no secret; give it under settings"
                           : "is a secret; give it under secrets, so that it is never read back");
    if (const std::string wrong = fault_of(*row, value); !wrong.empty()) return fault(where, name, wrong);
  }
  return {};
}

}  // namespace

std::string_view name_of(Form form) {
  return form_names[static_cast<std::size_t>(form)];
}

std::span<const SettingRow> setting_rows() { return table; }
std::span<const std::string_view> kinds() { return kind_names; }

std::string_view Settings::text(std::string_view of) const {
  if (const auto found = values.find(of); found != values.end()) return found->second;
  const SettingRow* row = row_of(kind, of);
  return row ? row->fallback : std::string_view{};
}

std::uint64_t Settings::number(std::string_view of) const {
  return whole(text(of)).value_or(0);
}

std::string_view Settings::secret(std::string_view of) const {
  const auto found = secrets.find(of);
  return found == secrets.end() ? std::string_view{} : found->second;
}

Result<void> check(const Settings& settings) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (settings.name.empty() || settings.name.size() > name_bytes || settings.name[0] == '-' ||
      !std::ranges::all_of(settings.name, fits))
    return fault("", "name", "must be 1 to 32 of a-z, 0-9 and -, and not begin with -");
  if (std::ranges::find(kind_names, settings.kind) == std::end(kind_names)) {
    std::string known;
    for (const std::string_view kind : kind_names) known.append(known.empty() ? "" : ", ").append(kind);
    return fault("", "kind", "must be one of " + known);
  }
  if (settings.query.size() > longest_query) return fault("", "query", "is longer than 8192 octets");
  for (const bool secrets : {false, true})
    if (auto done = check_values(settings, secrets ? settings.secrets : settings.values, secrets); !done) return done;
  for (const SettingRow& row : table)
    if (row.kind == settings.kind && row.need == Need::required && !settings.values.contains(row.name))
      return fault("settings.", row.name, "is needed: " + std::string(row.doc.en));
  if (settings.kind == "kafka" && settings.text("sasl") != "none" &&
      (settings.text("username").empty() || settings.secret("password").empty()))
    return fault("", "settings.sasl", "needs settings.username and secrets.password");
  if (settings.kind == "kafka" && !std::ranges::all_of(settings.text("topic"), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
      }))
    return fault("", "settings.topic", "must be letters, digits, dots, underscores and hyphens");
  const bool certificate = !settings.text("certificate").empty(), key = !settings.secret("key").empty();
  if (certificate != key)
    return fault("", certificate ? "secrets.key" : "settings.certificate",
                 "is needed: a certificate and its key go together");
  if (certificate && X509_check_private_key(certificate_of(settings.text("certificate")).get(),
                                            key_of(settings.secret("key")).get()) != 1)
    return fault("", "secrets.key", "is not the key of settings.certificate");
  return {};
}

void write_values(JsonWriter& json, const Settings& settings) {
  json.open();
  for (const SettingRow& row : table) {
    if (row.kind != settings.kind || row.need == Need::secret) continue;
    if (row.form == Form::number) json.field(row.name, settings.number(row.name));
    else if (row.form == Form::flag) json.field(row.name, settings.flag(row.name));
    else json.field(row.name, settings.text(row.name));
  }
  json.close();
}

std::string stored(const Values& values) {
  std::string text;
  JsonWriter json(text);
  json.open();
  for (const auto& [name, value] : values) json.field(name, value);
  json.close();
  return text;
}

Values read_values(std::string_view text) {
  Values values;
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) return values;
  for (const auto [name, value] : object) {
    std::string_view each;
    if (value.get(each) == simdjson::SUCCESS) values.emplace(name, each);
  }
  return values;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return {};
  std::string_view host = text.substr(0, colon);
  const auto port = whole(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 65'535) return {};
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 4) return {};
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return {};
  }
  const auto fits = [](unsigned char c) {
    return c > 0x20 && c != 0x7f && c != '/' && c != '@' && c != ',' && c != '[' && c != ']';
  };
  if (!std::ranges::all_of(host, fits) || host.size() > 253) return {};
  return HostPort{std::string(host), static_cast<std::uint16_t>(*port)};
}

}  // namespace langyan::outputs
