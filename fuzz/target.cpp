#include "fuzz/target.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace oauthentic::fuzz {

namespace {

std::vector<Target>& registered() {
  static std::vector<Target> all;
  return all;
}

std::string readable(std::string_view octets) {
  constexpr std::size_t kMost = 400;
  std::string out;
  for (const char c : octets.substr(0, kMost)) {
    out += c >= ' ' && c <= '~' ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return octets.size() > kMost ? out + "..." : out;
}

}  // namespace

void violate(std::string_view property, std::string_view seen) {
  throw PropertyViolated(fmt::format("does not hold: {}; seen: \"{}\"", property, readable(seen)));
}

std::vector<Target> targets() {
  auto all = registered();
  std::ranges::sort(all, {}, &Target::name);
  return all;
}

Registration::Registration(std::string_view name, void (*run)(std::string_view)) {
  registered().push_back({name, run});
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto front = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return front;
}

}  // namespace oauthentic::fuzz
