#include "reports/text.hpp"

#include <gtest/gtest.h>

namespace oauthentic::reports {
namespace {

using namespace std::string_view_literals;

TEST(Visible, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(visible("Grüße, 世界 🔑 ‹access_token#1›"), "Grüße, 世界 🔑 ‹access_token#1›");
}

TEST(Visible, ShowsControlCharactersAsPictures) {
  EXPECT_EQ(visible("a\0b\x1b[31m\x7f"sv), "a␀b␛[31m␡");
}

TEST(Visible, KeepsOrFoldsLineEnds) {
  EXPECT_EQ(visible("a\r\nb\tc\rd"), "a\nb\tc␍d");
  EXPECT_EQ(visible("a\r\nb\tc", Lines::fold), "a␍␊b␉c");
}

TEST(Visible, ShowsWhatIsNoUtf8AsOctets) {
  EXPECT_EQ(visible("\xff"), "⟨FF⟩");
  EXPECT_EQ(visible("\xc0\xaf"), "⟨C0⟩⟨AF⟩");          // overlong
  EXPECT_EQ(visible("\xed\xa0\x80"), "⟨ED⟩⟨A0⟩⟨80⟩");  // a surrogate
  EXPECT_EQ(visible("\xe2\x82"), "⟨E2⟩⟨82⟩");          // cut off
  EXPECT_EQ(visible("\xf5\x80\x80\x80"), "⟨F5⟩⟨80⟩⟨80⟩⟨80⟩");
}

TEST(Visible, NeutralisesWhatReordersOrHides) {
  EXPECT_EQ(visible("a\u202Eb\u2066c\u200Bd\uFEFFe"), "a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+FEFF⟩e");
  EXPECT_EQ(visible("\u0085\u2028\uFFFE\U000E0041"), "⟨U+0085⟩⟨U+2028⟩⟨U+FFFE⟩⟨U+E0041⟩");
}

TEST(EscapeMarkup, LeavesNothingThatOpensMarkup) {
  EXPECT_EQ(escape_markup("<a href=\"x\" b='y'>&"), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(escape_markup("]]>\x01"), "]]&gt;␁");
}

TEST(Cut, CutsBetweenCharacters) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcd", 3), "abc…");
  EXPECT_EQ(cut("aé", 2), "a…");
  EXPECT_EQ(cut("🔑🔑", 5), "🔑…");
}

TEST(Cut, LosesLittleOfWhatIsNoUtf8) {
  EXPECT_GE(cut(std::string(100, '\x80'), 50).size(), 46u);
}

TEST(Fit, CountsColumnsNotOctets) {
  EXPECT_EQ(columns("é…✓"), 3u);
  EXPECT_EQ(fit("éééé", 4), "éééé");
  EXPECT_EQ(fit("ééééé", 4), "ééé…");
}

TEST(Wrap, BreaksAtSpacesAndInsideLongWordsOnly) {
  EXPECT_EQ(wrap("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrap("ééééééééé x", 4), (std::vector<std::string>{"éééé", "éééé", "é x"}));
  EXPECT_EQ(wrap("", 4), std::vector<std::string>{""});
}

TEST(Wrap, NoLineIsWiderThanAsked) {
  for (const auto& line : wrap("a bb ccc dddd eeeee ffffff ggggggg " + std::string(500, 'h') + " i", 6)) {
    EXPECT_LE(columns(line), 6u) << line;
  }
}

TEST(Times, AreToldInUtc) {
  using namespace std::chrono;
  const system_clock::time_point time =
      sys_days(year(2026) / 7 / 4) + hours(9) + minutes(3) + milliseconds(1999);
  EXPECT_EQ(readable_time(time), "2026-07-04 09:03:01 UTC");
  EXPECT_EQ(iso_time(time), "2026-07-04T09:03:01Z");
  EXPECT_EQ(iso_time(system_clock::time_point(seconds(-1))), "1969-12-31T23:59:59Z");
}

TEST(Durations, HaveTheUnitThatFits) {
  using namespace std::chrono_literals;
  EXPECT_EQ(readable_duration(340us), "340 µs");
  EXPECT_EQ(readable_duration(12'900us), "12 ms");
  EXPECT_EQ(readable_duration(4200ms), "4.2 s");
  EXPECT_EQ(readable_duration(185s), "3 min 5 s");
}

TEST(StableHash, IsFnv1a) {
  EXPECT_EQ(stable_hash(""), "cbf29ce484222325");
  EXPECT_EQ(stable_hash("a"), "af63dc4c8601ec8c");
}

}  // namespace
}  // namespace oauthentic::reports
