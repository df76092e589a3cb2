// Property: the estimate of nesting stops right behind its limit, is the same for every higher limit, and is
// exact for well-formed elements, whatever comments, attributes and void elements stand between their tags.
// Input: a page; its octets are also instructions by which a well-formed page of known depth is made.
#include <algorithm>
#include <array>
#include <vector>

#include "fuzz/target.hpp"
#include "oauth/html_nesting.hpp"

namespace oauthentic::fuzz {

namespace {

/// A page and how deep its elements nest.
struct Page {
  std::string text;
  std::size_t depth = 0;
};

Page make_page(std::string_view instructions) {
  constexpr std::array<std::string_view, 4> kElements = {"div", "span", "section", "b"};
  constexpr std::array<std::string_view, 8> kNoise = {"text",
                                                      "<!-- <div> -->",
                                                      "<br>",
                                                      "<img alt='<div>'>",
                                                      "<p>x",
                                                      "<script>'<div><div>'</script>",
                                                      "<input value=\">\">",
                                                      "a < b & c"};
  constexpr std::array<std::string_view, 4> kAttributes = {"", " class=\"a>b\"", " id='<b>'", " hidden"};
  Page page;
  std::vector<std::string_view> open;
  for (const char c : instructions) {
    const auto octet = static_cast<unsigned char>(c);
    const auto choice = octet >> 2;
    if ((octet & 3) < 2) {
      const auto name = kElements[choice & 3];
      page.text.append("<").append(name).append(kAttributes[(choice >> 2) & 3]).append(">");
      open.push_back(name);
      page.depth = std::max(page.depth, open.size());
    } else if ((octet & 3) == 2 && !open.empty()) {
      page.text.append("</").append(open.back()).append(">");
      open.pop_back();
    } else {
      page.text += kNoise[choice & 7];
    }
  }
  return page;
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(html_nesting, input) {
  const auto nesting = oauth::html_nesting(input, input.size());
  require(nesting <= static_cast<std::size_t>(std::ranges::count(input, '<')), "every level has a tag", input);
  for (const std::size_t enough : {0U, 1U, 5U, 60U}) {
    require(oauth::html_nesting(input, enough) == std::min(nesting, enough + 1), "counting stops past enough",
            input);
  }
  const auto page = make_page(input.substr(0, 2000));
  require(oauth::html_nesting(page.text, page.text.size()) == page.depth,
          "well-formed nesting is counted exactly", page.text);
}

}  // namespace oauthentic::fuzz
