// A multipart/form-data body as a browser sends one. Test code only.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langyan::center {

constexpr std::string_view form_header = "Content-Type: multipart/form-data; boundary=----WebKitFormBoundaryx7\r\n";

inline std::string form_of(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::string body;
  for (const auto& [name, content] : parts) {
    body += "------WebKitFormBoundaryx7\r\nContent-Disposition: form-data; name=\"" + name + "\"";
    if (name == "capture")
      body += "; filename=\"\xe6\xb3\xb5\xe7\xab\x99 1.pcap\"\r\nContent-Type: application/octet-stream";
    body += "\r\n\r\n" + content + "\r\n";
  }
  return body + "------WebKitFormBoundaryx7--\r\n";
}

}  // namespace langyan::center
