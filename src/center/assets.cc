#include "center/assets.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "center/secret.h"

namespace langyan::center {
namespace {

namespace fs = std::filesystem;

// Scripts, styles and connections only from here; no inline code, no frame around it, no plugin.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src "
    "'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

constexpr std::pair<std::string_view, std::string_view> types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".geojson", "application/geo+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/vnd.microsoft.icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
};

std::string_view type_of(std::string_view path) {
  for (const auto& [extension, type] : types) {
    if (path.ends_with(extension)) return type;
  }
  return {};
}

}  // namespace

Result<void> Assets::load(const std::string& folder) {
  auto files = std::make_shared<Files>();
  if (!folder.empty()) {
    if (auto read = read_all(folder, *files); !read) return read;
  }
  const std::lock_guard lock(mutex_);
  files_ = std::move(files);
  return {};
}

Result<void> Assets::read_all(const std::string& folder, Files& files) {
  std::error_code error;
  std::size_t bytes = 0;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string path = "/" + fs::relative(at->path(), folder).generic_string();
    if (!at->is_regular_file() || type_of(path).empty()) continue;
    std::ifstream in(at->path(), std::ios::binary);
    File file{{std::istreambuf_iterator<char>(in), {}}, std::string(type_of(path)), {}};
    bytes += file.body.size();
    if (!in || files.size() >= most_asset_files || bytes > most_asset_bytes) {
      return Error{ErrorKind::invalid,
                   at->path().string() +
                       ": cannot be read, or the folder is no console (2000 files, 64 MB)"};
    }
    file.etag = "\"" + sha256_hex(file.body).substr(0, 32) + "\"";
    files.emplace(path, std::move(file));
  }
  if (!error) return {};
  const ErrorKind kind =
      error == std::errc::no_such_file_or_directory ? ErrorKind::missing : ErrorKind::io;
  return Error{kind, folder + ": the console cannot be read: " + error.message()};
}

std::optional<Response> Assets::find(const Request& request) const {
  std::shared_ptr<const Files> files;
  {
    const std::lock_guard lock(mutex_);
    files = files_;
  }
  auto found = files->find(request.path);
  const auto slash = request.path.rfind('/');
  const bool page =
      request.path.find('.', slash) == std::string::npos && !request.path.starts_with("/api/");
  if (found == files->end() && page) found = files->find("/index.html");
  if (found == files->end()) return {};
  const File& file = found->second;
  Response response;
  response.content_type = file.content_type;
  response.headers = {{"ETag", file.etag},
                      {"Content-Security-Policy", std::string(policy)},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
  // Built names under /assets/ carry a hash of their content; the page itself is asked for each
  // time.
  const bool named_by_content = found->first.starts_with("/assets/");
  response.headers.emplace_back(
      "Cache-Control", named_by_content ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.header("If-None-Match") == file.etag) {
    response.status = 304;
  } else {
    response.body = file.body;
  }
  return response;
}

}  // namespace langyan::center
