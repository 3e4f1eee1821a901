#include "packs/refusal.h"

#include <algorithm>
#include <iterator>

namespace langyan::packs {
namespace {

// clang-format off
constexpr Why rows[] = {
    {"other",           "Another reason, told beside", "其他原因，见所附说明"},
    {"not-a-pack",      "It is no signed pack: langyan packs make makes one", "不是已签名的规则包：请用 langyan packs make 制作"},
    {"newer-form",      "Its form is newer than this program reads: update the program that refuses it", "其格式比本程序所能读取的更新：请升级拒收它的程序"},
    {"key-not-trusted", "It is signed with a key that is not among the trusted ones there", "签名所用密钥不在该处信任之列"},
    {"changed",         "It was changed after it was signed: fetch it anew from who issued it", "签名后内容被改动：请向签发者重新获取"},
    {"malformed",       "It is not well-formed inside, though it was signed: it must be made anew", "签名有效但内容格式有误：须重新制作"},
    {"too-large",       "It is larger than a pack may be: divide it in two of different names", "超过规则包的大小上限：请拆成不同名称的两个"},
    {"step-back",       "A newer version is there: issue the older rules again under a higher version", "该处已有更新的版本：旧规则须以更高版本号重新签发"},
    {"other-content",   "This version is there with another content: raise the version", "该处同一版本的内容不同：请提高版本号"},
    {"from-above",      "A pack of this name is issued by the center above: give yours another name", "同名规则包由上级平台下发：请另取名称"},
    {"full",            "There is no room for another pack there: put the rules into one that is there", "该处规则包数量已达上限：请并入已有的规则包"},
    {"no-keys",         "No key is trusted there: name a file of keys in its configuration", "该处未信任任何密钥：请在其配置中指定密钥文件"},
    {"keys-unreadable", "The file of trusted keys cannot be read there", "该处的信任密钥文件无法读取"},
    {"not-loaded",      "Its rules did not load, and those of before are in use", "其规则未能加载，仍使用此前的规则"},
};
// clang-format on

// What only sentences of that word say. Older programs wrote the same.
struct Phrase {
  std::string_view part, word;
};
constexpr Phrase phrases[] = {
    {"this is not a pack that was signed", "not-a-pack"},
    {"the first line has no key and signature", "not-a-pack"},
    {"this program reads up to", "newer-form"},
    {"not among the trusted ones", "key-not-trusted"},
    {"changed after it was signed", "changed"},
    {"not a well-formed pack", "malformed"},
    {"more than a pack may", "too-large"},
    {"would be a step back", "step-back"},
    {"with another content", "other-content"},
    {"is issued by the center above", "from-above"},
    {"packs, which is the most", "full"},
    {" packs already; remove", "full"},
    {"trusts no key", "no-keys"},
    {"trusts cannot be read", "keys-unreadable"},
};

const Why& row_of(std::string_view word) {
  const auto found = std::ranges::find(rows, word, &Why::word);
  return found == std::end(rows) ? rows[0] : *found;
}

}  // namespace

const Why& why_refused(std::string_view sentence) {
  const auto found =
      std::ranges::find_if(phrases, [&](const Phrase& phrase) { return sentence.find(phrase.part) != sentence.npos; });
  return found == std::end(phrases) ? rows[0] : row_of(found->word);
}

const Why& why_not_loaded() {
  return row_of("not-loaded");
}

std::span<const Why> all_whys() {
  return rows;
}

}  // namespace langyan::packs
