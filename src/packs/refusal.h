// Why: what a pack was refused for, as a word with both languages.
//
// A refusal is told as a sentence, by a person's center at once and by sensors and lower centers in what they deliver, of whatever
// version they are. The sentence names file, line and number; the word is known by what the sentence says, here beside the rooms that
// write them. Pure; any thread.
#pragma once

#include <span>
#include <string_view>

namespace langyan::packs {

struct Why {
  std::string_view word, en, zh;
};

const Why& why_refused(std::string_view sentence);  // "other": none of the known ones
// A sensor holds the pack, and its rules did not load: it goes on with those of before.
const Why& why_not_loaded();
std::span<const Why> all_whys();

}  // namespace langyan::packs
