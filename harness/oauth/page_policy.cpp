#include "oauth/page_policy.hpp"

#include <algorithm>
#include <array>

namespace oauthentic::oauth {

namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto word : split(text, ' ')) {
    if (const auto trimmed = trim(word); !trimmed.empty()) words.push_back(trimmed);
  }
  return words;
}

/// One serialized policy; its first frame-ancestors counts (CSP 3 §2.2.1).
bool forbids_strangers(std::string_view policy) {
  for (const auto directive : split(policy, ';')) {
    const auto words = words_of(directive);
    if (words.empty() || !iequals(words.front(), "frame-ancestors")) continue;
    return std::none_of(words.begin() + 1, words.end(), [](std::string_view source) {
      return source == "*" || iequals(source, "http:") || iequals(source, "https:");
    });
  }
  return false;
}

std::string_view known_policy(std::string_view word) {
  constexpr std::array<std::string_view, 8> kKnown = {"no-referrer",
                                                      "no-referrer-when-downgrade",
                                                      "same-origin",
                                                      "origin",
                                                      "strict-origin",
                                                      "origin-when-cross-origin",
                                                      "strict-origin-when-cross-origin",
                                                      "unsafe-url"};
  const auto at = std::ranges::find_if(kKnown, [&](std::string_view known) { return iequals(known, word); });
  return at == kKnown.end() ? std::string_view() : *at;
}

}  // namespace

std::vector<std::string> framing_forbidden_by(const Headers& headers) {
  bool csp = false, options = false;
  for (const auto& field : headers) {
    for (const auto part : split(field.value, ',')) {
      const auto value = trim(part);
      csp = csp || (iequals(field.name, "Content-Security-Policy") && forbids_strangers(value));
      options = options || (iequals(field.name, "X-Frame-Options") &&
                            (iequals(value, "DENY") || iequals(value, "SAMEORIGIN")));
    }
  }
  std::vector<std::string> all;
  if (csp) all.emplace_back("csp");
  if (options) all.emplace_back("x_frame_options");
  return all;
}

std::string referrer_policy(const Headers& headers, std::string_view meta) {
  std::string_view policy;
  for (const auto& field : headers) {
    if (!iequals(field.name, "Referrer-Policy")) continue;
    for (const auto word : split(field.value, ',')) {
      if (const auto known = known_policy(trim(word)); !known.empty()) policy = known;
    }
  }
  return std::string(policy.empty() ? known_policy(trim(meta)) : policy);
}

}  // namespace oauthentic::oauth
