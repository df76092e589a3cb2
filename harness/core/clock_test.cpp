#include "core/clock.hpp"

#include <gmock/gmock.h>

#include <array>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

namespace oauthentic {
namespace {

/// Gives the octets that the test lays out, in turn.
class Scripted : public Random {
 public:
  explicit Scripted(std::vector<std::uint8_t> octets) : octets_(std::move(octets)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out)
      octet = octets_.at(next_++);
  }
  std::size_t drawn() const { return next_; }

 private:
  std::vector<std::uint8_t> octets_;
  std::size_t next_ = 0;
};

std::vector<std::uint8_t> octets_of(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(Clock, SystemClockTellsTheMachinesTime) {
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto told = SystemClock().now();
  EXPECT_GE(told, before);
  EXPECT_LE(told, std::chrono::system_clock::now());
}

TEST(Clock, ManualClockMovesOnlyWhenItIsMoved) {
  ManualClock clock{Time(std::chrono::seconds(100))};
  EXPECT_EQ(clock.now(), Time(std::chrono::seconds(100)));
  clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(clock.now(), Time(std::chrono::seconds(160)));
}

TEST(Random, Base64urlAsInRfc4648WithoutPadding) {
  const std::pair<std::string_view, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [octets, text] : vectors) {
    EXPECT_EQ(Scripted(octets_of(octets)).base64url(octets.size()), text);
  }
  EXPECT_EQ(Scripted({0xfb, 0xff, 0xbf}).base64url(3), "-_-_");
}

TEST(Random, Base64urlMakesTheVerifierOfRfc7636AppendixB) {
  Scripted random({116, 24,  223, 180, 151, 153, 224, 37,  79, 250, 96, 125, 216, 173, 187, 186,
                   22,  212, 37,  77,  105, 214, 191, 240, 91, 88,  5,  88,  83,  132, 141, 121});
  EXPECT_EQ(random.base64url(32), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(Random, HexKeepsLeadingZeros) {
  EXPECT_EQ(Scripted({0x00, 0x0f, 0xa5, 0xff}).hex(4), "000fa5ff");
}

TEST(Random, BelowStaysBelow) {
  SeededRandom random("below");
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 500; ++i)
    seen.insert(random.below(7));
  EXPECT_THAT(seen, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_THROW(random.below(0), std::invalid_argument);
}

TEST(Random, BelowDrawsAgainWhereARemainderWouldBeBiased) {
  // 2^64 is 1 more than a multiple of 3, so the topmost number is thrown away and 5 is taken.
  Scripted random({255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 5});
  EXPECT_EQ(random.below(3), 2u);
  EXPECT_EQ(random.drawn(), 16u);
  // A power of two divides the range: nothing is thrown away.
  Scripted even({255, 255, 255, 255, 255, 255, 255, 255});
  EXPECT_EQ(even.below(std::uint64_t{1} << 63), (std::uint64_t{1} << 63) - 1);
}

TEST(SystemRandom, NeverRepeatsItself) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i)
    seen.insert(random.base64url(32));
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(seen.begin()->size(), 43u);
  EXPECT_EQ(random.hex(1000).size(), 2000u);
}

TEST(SeededRandom, SameSeedSameOctets) {
  SeededRandom a("seed");
  SeededRandom b("seed");
  SeededRandom c("Seed");
  const auto first = a.hex(40);
  EXPECT_EQ(first, b.hex(40));
  EXPECT_NE(first, c.hex(40));
  EXPECT_NE(first, a.hex(40));
}

TEST(SeededRandom, OctetsNeverChange) {
  // Computed with another implementation, checked against the published vectors of splitmix64 and xoshiro256**.
  SeededRandom random("");
  EXPECT_EQ(random.hex(16), "6870ed92f02e382162df7a7552c0545b");
}

}  // namespace
}  // namespace oauthentic
