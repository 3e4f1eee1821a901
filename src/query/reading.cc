#include "query/reading.h"

#include <algorithm>

#include "base/utf8.h"

namespace langyan::query {
namespace {

struct Form {
  std::string_view written, meant;
};
// What Chinese input methods give for the marks of the language. U+FF01..U+FF5E are ASCII + 0xfee0
// and need no rows.
constexpr Form forms[] = {
    {"\u3000", " "}, {"\u00a0", " "}, {"、", ","}, {"≥", ">="}, {"≤", "<="}, {"≠", "!="},
    {"—", "-"}, {"–", "-"},
};

bool is_curly(std::string_view c) {
  return c == "“" || c == "”" || c == "‘" || c == "’" || c == "„";
}
bool is_straight(std::string_view c) {
  return c == "\"" || c == "＂";
}

std::string_view meaning(std::string_view c, std::string& scratch) {
  if (c.size() == 3 && c[0] == '\xef') {
    const unsigned code = (0xfu << 12) | (static_cast<unsigned>(c[1] & 0x3f) << 6) |
                          static_cast<unsigned>(c[2] & 0x3f);
    if (code >= 0xff01 && code <= 0xff5e) return scratch = static_cast<char>(code - 0xfee0);
  }
  const auto* form = std::ranges::find(forms, c, &Form::written);
  return form == std::end(forms) ? c : form->meant;
}

Fault fault(std::string_view code, std::size_t at, std::size_t end, Said message, Said advice) {
  return {code,
          {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)},
          std::move(message),
          std::move(advice),
          {}};
}

}  // namespace

Reading read(std::string_view text) {
  Reading out;
  out.text.reserve(text.size());
  out.from.reserve(text.size() + 1);
  const auto put = [&](std::string_view octets, std::size_t at) {
    out.text += octets;
    out.from.insert(out.from.end(), octets.size(), static_cast<std::uint32_t>(at));
  };
  std::string scratch;
  std::size_t quoted_at = text.npos;
  bool curly = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(bytes_of(text.substr(at)));
    if (size == 0) {
      out.fault = fault("not-utf8", at, at + 1, {"The query is not UTF-8 here.", "此处不是 UTF-8 编码。"},
                        {"Send it as UTF-8.", "请以 UTF-8 发送。"});
      break;
    }
    const std::string_view c = text.substr(at, size);
    const bool blank = c == "\t" || c == "\n" || c == "\r";
    if ((static_cast<unsigned char>(c[0]) < 0x20 && (!blank || quoted_at != text.npos)) || c[0] == 0x7f) {
      out.fault = fault("control-character", at, at + 1,
                        {"A control character stands here.", "此处有控制字符。"},
                        {"Remove it.", "请删除该字符。"});
      break;
    }
    if (c == "\\") {  // the next character is taken as it is
      const std::size_t next = utf8_sequence(bytes_of(text.substr(at + 1)));
      if (next == 0 || static_cast<unsigned char>(text[at + 1]) < 0x20 || text[at + 1] == 0x7f) {
        out.fault = fault("stray-backslash", at, at + 1,
                          {"A backslash stands before nothing.", "反斜杠之后没有字符。"},
                          {"Write \\\\ for a backslash.", "反斜杠本身请写作 \\\\。"});
        break;
      }
      if (quoted_at == text.npos) put(std::string_view(&literal, 1), at);
      put(text.substr(at + 1, next), at);
      at += 1 + next;
      continue;
    }
    if (quoted_at != text.npos) {
      const bool ends = curly ? is_curly(c) || is_straight(c) : is_straight(c);
      if (ends) quoted_at = text.npos;
      put(ends ? std::string_view(&close_quote, 1) : c, at);
    } else if (is_curly(c) || is_straight(c)) {
      curly = is_curly(c), quoted_at = at;
      put(std::string_view(&open_quote, 1), at);
    } else if (blank) {
      put(" ", at);
    } else {
      const std::string_view meant = meaning(c, scratch);
      put(meant == "*" ? std::string_view(&star, 1) : meant, at);
    }
    at += size;
  }
  if (!out.fault && quoted_at != text.npos) {
    out.fault = fault("open-quote", quoted_at, text.size(), {"This quote has no end.", "引号没有结束。"},
                      {"Write a closing quote, or \\\" for a quote that is part of the text.",
                       "请补上结束引号；若引号是文本的一部分，请写作 \\\"。"});
  }
  out.from.push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::size_t octet_position(std::string_view text, std::uint64_t utf16) {
  std::uint64_t units = 0;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if ((c & 0xc0) == 0x80) continue;
    if (units >= utf16) break;
    units += c >= 0xf0 ? 2 : 1;
  }
  return at;
}

std::uint32_t utf16_position(std::string_view text, std::uint32_t octet) {
  std::uint32_t units = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(octet, text.size()); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xc0) != 0x80) units += c >= 0xf0 ? 2 : 1;
  }
  return units;
}

}  // namespace langyan::query
