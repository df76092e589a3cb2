#include "core/number.hpp"

#include <gtest/gtest.h>

namespace oauthentic {
namespace {

TEST(LeadingNumber, IsReadWithWhatFollows) {
  struct Row {
    std::string_view text;
    double number;
    std::string_view rest;
  };
  for (const auto& [text, number, rest] :
       {Row{"10s", 10, "s"}, Row{"500ms", 500, "ms"}, Row{"1.5", 1.5, ""}, Row{"-2", -2, ""},
        Row{".5m", 0.5, "m"}, Row{"1.", 1, ""}, Row{"1e3/s", 1000, "/s"}, Row{"1e", 1, "e"},
        Row{"1e+", 1, "e+"}, Row{"1-2", 1, "-2"}, Row{"0x10", 0, "x10"}, Row{"1.2.3", 1.2, ".3"},
        Row{"7 ", 7, " "}, Row{"1e-999", 0, ""}}) {
    const auto read = read_leading_number(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->number, number) << text;
    EXPECT_EQ(read->rest, rest) << text;
  }
}

TEST(LeadingNumber, HasToBeThere) {
  for (const char* text : {"", "s", "+1", " 1", "-", ".", "e5", "inf", "nan", "-inf", "--1", "1e999"})
    EXPECT_FALSE(read_leading_number(text)) << text;
}

}  // namespace
}  // namespace oauthentic
