#include "tests/program/leaks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace oauthentic::program {

namespace {

constexpr std::size_t kShortest = 8;

std::uint64_t start_of(const char* text) {
  std::uint64_t start = 0;
  std::memcpy(&start, text, sizeof start);
  return start;
}

std::string base64(std::string_view octets, const char* alphabet) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char octet : octets) {
    bits = (bits << 8 | static_cast<unsigned char>(octet)) & 0xFFFFFF;
    for (held += 8; held >= 6;)
      out += alphabet[bits >> (held -= 6) & 63];
  }
  return out;
}

/// Each octet that is no letter or digit, or each at all, by `escape`; a space by `space`.
template <typename Escape>
std::string escaped(std::string_view text, const char* kept, std::string_view space, Escape escape) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == ' ' && !space.empty()) {
      out += space;
    } else if (plain || (c != '\0' && std::strchr(kept, c))) {
      out += c;
    } else {
      out += escape(static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace

void Leaks::add(const std::string& what, const std::string& secret) {
  if (secret.size() < kShortest || !secrets_.insert(secret).second) return;
  ++kinds_[what];
  const auto upper = [](unsigned char c) { return fmt::format("%{:02X}", c); };
  const auto lower = [](unsigned char c) { return fmt::format("%{:02x}", c); };
  add_needle(secret, what);
  for (const char* kept : {"-._~", "-._*", ""}) {
    for (const char* space : {"+", "%20"}) {
      add_needle(escaped(secret, kept, space, upper), what + ", percent-encoded");
      add_needle(escaped(secret, kept, space, lower), what + ", percent-encoded");
    }
  }
  std::string hex;
  for (const char c : secret)
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  add_needle(hex, what + " in hexadecimal");
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
  add_needle(hex, what + " in hexadecimal");
  constexpr const char* kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (const auto& alphabet : {std::string(kLetters) + "+/", std::string(kLetters) + "-_"}) {
    for (std::size_t before = 0; before < 3; ++before) {
      // Without the letters that hold bits of what stands before.
      const auto text = base64(std::string(before, '\0') + secret, alphabet.c_str());
      add_needle(text.substr((before * 8 + 5) / 6), what + " in Base64");
    }
  }
}

void Leaks::add_needle(std::string text, std::string what) {
  if (text.size() < kShortest) return;
  auto& here = by_start_[start_of(text.data())];
  const auto same = [&](std::size_t i) { return needles_[i].text == text; };
  if (std::ranges::any_of(here, same)) return;
  here.push_back(needles_.size());
  needles_.push_back({std::move(text), std::move(what)});
}

std::vector<std::string> Leaks::in(const std::string& text) const {
  constexpr std::size_t kMost = 5, kBefore = 60, kAfter = 20;
  std::vector<std::string> found;
  for (std::size_t at = 0; at + kShortest <= text.size() && found.size() < kMost; ++at) {
    const auto here = by_start_.find(start_of(text.data() + at));
    if (here == by_start_.end()) continue;
    for (const auto index : here->second) {
      const auto& needle = needles_[index];
      if (text.compare(at, needle.text.size(), needle.text) != 0) continue;
      const auto from = at > kBefore ? at - kBefore : 0;
      found.push_back(
          fmt::format("{}: {}", needle.what, text.substr(from, at - from + needle.text.size() + kAfter)));
    }
  }
  return found;
}

}  // namespace oauthentic::program
