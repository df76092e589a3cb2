#include "oauth/secret_search.hpp"

#include <algorithm>
#include <cstring>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

namespace {

std::uint64_t start_of(const char* text) {
  std::uint64_t start = 0;
  std::memcpy(&start, text, sizeof start);
  return start;
}

std::size_t hash_of(std::uint64_t start, std::size_t bits) {
  return static_cast<std::size_t>((start * 0x9E3779B97F4A7C15ULL) >> (64 - bits));
}

/// The Base64 characters that depend on `value` alone when `before` octets (0 to 2) of something else stand in
/// its group in front of it.
std::string base64_core(std::string_view value, std::size_t before) {
  auto encoded = base64_encode(std::string(before, '\0') + std::string(value));
  const std::size_t shared_front = before == 0 ? 0 : before + 1;
  const std::size_t whole = (before + value.size()) * 8 / 6;
  return encoded.substr(shared_front, whole - shared_front);
}

std::string hexadecimal(std::string_view value, std::string_view digits) {
  std::string text;
  text.reserve(value.size() * 2);
  for (const char c : value) {
    const auto octet = static_cast<unsigned char>(c);
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text;
}

std::string to_url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

}  // namespace

void SecretSearch::add(std::string_view value, std::string tag, bool plain) {
  if (value.size() < kShortest || !values_.emplace(value).second) return;
  const auto index = tags_.size();
  tags_.push_back(std::move(tag));
  if (plain) add_needle(std::string(value), index);
  add_encodings(value, index);
  // A form's space, and credentials that were form-encoded before they went into Base64 (RFC 6749 §2.3.1).
  std::string plus(value);
  std::ranges::replace(plus, ' ', '+');
  if (plus != value) add_needle(plus, index);
  const auto form = form_encode(value);
  if (form != value) add_encodings(form, index);
  const auto percent = percent_encode(value);
  if (percent != value && percent != form) add_encodings(percent, index);
}

void SecretSearch::add_encodings(std::string_view value, std::size_t tag) {
  for (std::size_t before = 0; before < 3; ++before) {
    auto core = base64_core(value, before);
    auto url_core = to_url_alphabet(core);
    if (url_core != core) add_needle(std::move(url_core), tag);
    add_needle(std::move(core), tag);
  }
  auto lower = hexadecimal(value, "0123456789abcdef");
  auto upper = hexadecimal(value, "0123456789ABCDEF");
  if (upper != lower) add_needle(std::move(upper), tag);
  add_needle(std::move(lower), tag);
}

void SecretSearch::add_needle(std::string text, std::size_t tag) {
  if (text.size() < kShortest) return;
  if (filter_.empty()) filter_.resize(std::size_t{1} << kFilterBits);
  const auto start = start_of(text.data());
  filter_[hash_of(start, kFilterBits)] = true;
  const auto index = needles_.size();
  needles_.push_back({std::move(text), tag});
  auto& same_start = by_start_[start];
  const auto shorter = [&](std::size_t other) {
    return needles_[other].text.size() < needles_[index].text.size();
  };
  same_start.insert(std::ranges::find_if(same_start, shorter), index);
}

void SecretSearch::find(std::string_view text, std::vector<SecretMatch>& out) const {
  if (empty() || text.size() < kShortest) return;
  const auto last = text.size() - kShortest;
  for (std::size_t at = 0; at <= last; ++at) {
    const auto start = start_of(text.data() + at);
    if (!filter_[hash_of(start, kFilterBits)]) continue;
    const auto found = by_start_.find(start);
    if (found == by_start_.end()) continue;
    for (const auto index : found->second) {
      const auto& needle = needles_[index];
      if (text.substr(at, needle.text.size()) != needle.text) continue;
      out.push_back({at, at + needle.text.size(), &tags_[needle.tag]});
      break;
    }
  }
}

}  // namespace oauthentic::oauth
