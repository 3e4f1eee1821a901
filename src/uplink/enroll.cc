#include "uplink/enroll.h"

#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "base/json.h"
#include "base/json_members.h"
#include "base/peer_certificate.h"
#include "uplink/answers.h"

namespace langyan::uplink {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description all("Options", 100);
  const auto word = [] { return po::value<std::string>(); };
  // clang-format off
  all.add_options()
      ("center", word()->value_name("URL"), "the center, https://name:port; a name or address that its certificate is for")
      ("token", word()->value_name("TOKEN"), "as `langyan enrolment add` on the center printed it, good once")
      ("token-file", word()->value_name("FILE"), "the same from a file; - for standard input, so that it stands in no list of processes")
      ("fingerprint", word()->value_name("SHA256"), "of the center's certificate, when that is signed by itself")
      ("ca-file", word()->value_name("FILE"), "PEM of the authorities that sign the center's certificate; else the system's are believed")
      ("config,c", word()->value_name("FILE"), "the configuration: its name must be the one that the token is for")
      ("set", po::value<std::vector<std::string>>()->composing()->value_name("KEY=VALUE"), "override a configuration key")
      ("help,h", "print this, and exit");
  // clang-format on
  return all;
}

constexpr std::size_t largest_file = 256u << 10, largest_token = 4096;
constexpr std::size_t fingerprint_digits = 64;
constexpr std::string_view plain_form =
    "--center URL --token TOKEN [--fingerprint SHA-256 | --ca-file FILE] [-c FILE] [--set KEY=VALUE]";

// "AB:CD:…", "sha256:abcd…" → "ABCD…".
std::string plain_fingerprint(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == ':' || c == ' ') continue;
    plain += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  for (const std::string_view prefix : {"SHA256", "shA256"})
    if (plain.starts_with(prefix)) plain.erase(0, prefix.size());
  return plain;
}

bool is_fingerprint(std::string_view plain) {
  return plain.size() == fingerprint_digits && plain.find_first_not_of("0123456789ABCDEF") == plain.npos;
}

Result<void> check(const EnrollRequest& request) {
  if (!request.url.starts_with("https://"))
    return Error{
        ErrorKind::usage,
        "--center `" + request.url +
            "`: enrolment needs TLS; give an address that begins with https://, and on the center listen.tls: on"};
  if (request.token.empty())
    return Error{
        ErrorKind::usage,
        "a token is missing: make one on the center with `langyan enrolment add`, and give --token or --token-file"};
  if (!request.fingerprint.empty() && !is_fingerprint(plain_fingerprint(request.fingerprint)))
    return Error{ErrorKind::usage, "--fingerprint `" + request.fingerprint +
                                       "`: it has 64 hexadecimal digits, as `langyan enrolment add` prints it"};
  if (request.folder.empty())
    return Error{ErrorKind::usage,
                 "there is no folder for key and certificate: set spool.folder, or uplink.identity, in the "
                 "configuration given with -c"};
  return {};
}

// PEM of who is believed to be the center; empty: whom the system believes.
Result<std::string> trusted(const EnrollRequest& request, Disk& disk) {
  if (!request.ca_file.empty()) return read_file(disk, request.ca_file, largest_file);
  if (request.fingerprint.empty()) return std::string();
  auto pem = peer_certificate(request.url);
  if (!pem) return within("the center cannot be asked for its certificate", pem.error());
  const auto certificate = x509::read_certificate(*pem);
  const std::string shown = certificate ? x509::fingerprint(certificate.get()) : "none";
  if (plain_fingerprint(shown) == plain_fingerprint(request.fingerprint)) return pem;
  return Error{ErrorKind::permission, request.url + " shows a certificate with the fingerprint " + shown + ", and " +
                                          request.fingerprint +
                                          " was given. Either the fingerprint is of another center or an old "
                                          "certificate, or somebody stands between; the token was not sent"};
}

Result<std::string> key_in(const std::string& folder, Disk& disk) {
  if (auto made = disk.make_folder(folder); !made) return made.error();
  const std::string path = folder + "/enroll.key";
  auto text = read_file(disk, path, largest_file);
  if (text && x509::read_key(*text)) return text;
  if (!text && text.error().kind != ErrorKind::missing) return text.error();
  const x509::Key key = x509::make_key();
  std::string pem = key ? x509::pem_of(key.get()) : std::string();
  if (pem.empty()) return Error{ErrorKind::failed, "a key cannot be made: " + x509::reason()};
  if (auto written = replace_private_file(disk, path, bytes_of(pem)); !written) return written.error();
  return pem;
}

Result<std::string> ask(const EnrollRequest& request, const std::string& trust, const std::string& key_pem,
                        const Identity::Dial& dial) {
  const x509::Key key = x509::read_key(key_pem);
  const auto wish = key ? x509::make_request(key.get()) : nullptr;
  if (!wish) return Error{ErrorKind::failed, "a signing request cannot be made: " + x509::reason()};
  HttpRequest message;
  message.method = "POST", message.url = request.url + "/api/v1/certificates";
  message.headers = {{"Content-Type", "application/json"}};
  if (request.follows) message.headers.push_back(follows_header);
  JsonWriter json(message.body);
  json.open().field("token", request.token).field("kind", request.kind).field("source", request.source);
  json.field("request", x509::pem_of(wish.get())).close();
  NetOptions net;
  net.ca = trust;
  auto answer = dial(net)->send(message);
  if (!answer)
    return Error{ErrorKind::io, answer.error().message +
                                    ". If it is the certificate that is refused: give --fingerprint or --ca-file, and "
                                    "in --center a name or address that the certificate is for"};
  if (answer->status == 201) return std::move(answer->body);
  std::string detail = text_in(answer->body, "detail");
  if (answer->status == 404 && detail.empty()) detail = "Is this a center, and of a version that enrolls?";
  return Error{ErrorKind::permission, request.url + " answers " + std::to_string(answer->status) + ": " + detail};
}

// What root makes for a program that is somebody else would be closed to it: it belongs to whom the
// folder above belongs.
void hand_over(const std::string& folder) {
  struct stat owner {};
  const auto slash = folder.find_last_of('/');
  const std::string above = slash == folder.npos ? "." : folder.substr(0, std::max<std::size_t>(slash, 1));
  if (::geteuid() != 0 || ::stat(above.c_str(), &owner) != 0) return;
  for (const std::string& path : {folder, identity_path(folder), trust_path(folder), folder + "/enroll.key"}) {
    if (::lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0 && errno != ENOENT)
      std::fprintf(stderr, "%s stays root's; give it to the user of the program\n", path.c_str());
  }
}

// Asks with the new certificate who is asking.
std::string doubt_of(const EnrollRequest& request, Disk& disk, Clock& clock, Random& random,
                     const Identity::Dial& dial) {
  IdentityOptions options;
  options.folder = request.folder, options.url = request.url;
  const auto identity = Identity::open(options, disk, clock, random, dial);
  if (!identity) return identity.error().message;
  HttpRequest message;
  message.url = request.url + "/api/v1/auth/session";
  const auto answer = (*identity)->net()->send(message);
  if (!answer) return answer.error().message;
  return answer->status == 200
             ? ""
             : request.url + " answers " + std::to_string(answer->status) + " to the new certificate: " + answer->body;
}

}  // namespace

Result<Enrolled> enroll(const EnrollRequest& given, Disk& disk, Clock& clock, Random& random,
                        const Identity::Dial& dial) {
  EnrollRequest request = given;
  request.url = without_slash(std::move(request.url));
  if (auto fine = check(request); !fine) return fine.error();
  const auto trust = trusted(request, disk);
  if (!trust) return trust.error();
  const auto key = key_in(request.folder, disk);
  if (!key) return key.error();
  const auto answer = ask(request, *trust, *key, dial);
  if (!answer) return answer.error();
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  if (parser.parse(*answer).get(body) != simdjson::SUCCESS)
    return Error{ErrorKind::failed, "the center's answer is not JSON"};
  const auto text = [&](const char* member) { return std::string(json::text_of(body, member)); };
  Enrolled enrolled{text("source"), text("organisation"), 0, {}};
  const std::string about =
      "Langyan identity of `" + enrolled.source + "` (" + enrolled.organisation + ") at " + request.url;
  const auto pair = parse_pair(pair_text(about, clock.now(), *key, text("certificate"), text("authority")));
  if (!pair) return within("the center's answer", pair.error());
  enrolled.until = pair->until;
  // Whom to believe before the identity: a running program that takes that up must find it. Where somebody else vouches for
  // the center it is who did here, and the center's own authority besides.
  std::string believed = text("trust");
  if (believed.empty() && !trust->empty()) believed = *trust + text("authority");
  if (!believed.empty())
    if (auto written = replace_file(disk, trust_path(request.folder), bytes_of(believed)); !written)
      return written.error();
  if (auto written = replace_private_file(disk, identity_path(request.folder), bytes_of(pair->pem)); !written)
    return written.error();
  hand_over(request.folder);
  (void)disk.remove(request.folder + "/enroll.key");  // it stands in the other file; left over it does no harm
  enrolled.doubt = doubt_of(request, disk, clock, random, dial);
  return enrolled;
}

std::string enroll_usage(std::string_view program) {
  std::ostringstream out;
  out << program << " enroll: exchanges a one-time token of the center for a certificate (docs/enrolment.md)\n\n  "
      << program << " enroll " << plain_form << "\n\n"
      << options();
  return out.str();
}

Result<EnrollWords> parse_enroll(std::span<const char* const> words, std::string_view program) {
  const auto refused = [&](const std::string& what) {
    return Error{ErrorKind::usage, what + "; write: " + std::string(program) + " enroll " + std::string(plain_form)};
  };
  EnrollWords line;
  po::variables_map given;
  try {
    po::store(po::command_line_parser(std::vector<std::string>(words.begin(), words.end()))
                  .options(options())
                  .positional({})
                  .run(),
              given);
  } catch (const po::unknown_option& error) {
    return refused("`" + error.get_option_name() + "` is not understood");
  } catch (const po::invalid_command_line_syntax& error) {
    return refused(error.get_option_name() + " needs a value");
  } catch (const po::error& error) {
    return refused(error.what());
  }
  if (given.count("help")) return line.help = true, line;
  const auto word = [&](const char* name) { return given.count(name) ? given[name].as<std::string>() : std::string(); };
  line.request.url = without_slash(word("center"));
  line.request.token = word("token"), line.request.fingerprint = word("fingerprint"),
  line.request.ca_file = word("ca-file");
  line.config = word("config");
  if (given.count("set")) line.sets = given["set"].as<std::vector<std::string>>();
  if (line.request.url.empty()) return refused("--center is missing");
  if (const std::string file = word("token-file"); file == "-") {
    std::getline(std::cin, line.request.token);
  } else if (!file.empty()) {
    SystemDisk disk;
    auto text = read_file(disk, file, largest_token);
    if (!text) return text.error();
    line.request.token = text->substr(0, text->find_first_of("\r\n"));
  }
  return line;
}

Result<void> run_enroll(const EnrollRequest& request, std::string_view settings) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  const auto done = enroll(request, disk, clock, random);
  if (!done) return done.error();
  std::printf("enrolled      %s `%s` of %s at %s\n", request.kind.c_str(), done->source.c_str(),
              done->organisation.c_str(), request.url.c_str());
  std::printf("good until    %s; a running one renews it by itself\n", timestamp(done->until).c_str());
  std::printf("identity      %s (the key is in it: for this host alone)\n", identity_path(request.folder).c_str());
  if (disk.open(trust_path(request.folder), OpenMode::read))
    std::printf("the center    %s\n", trust_path(request.folder).c_str());
  std::printf("%s", std::string(settings).c_str());
  if (done->doubt.empty()) return {};
  return Error{ErrorKind::failed, "the certificate is there, and asking with it fails: " + done->doubt};
}

}  // namespace langyan::uplink
