#include "fuzz/network/fingerprint.hpp"

#include <algorithm>

#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kMostOctets = 8 * 1024;
constexpr std::size_t kMostWords = 300;
constexpr Hash kNumber = 0x23, kOpaque = 0x7E, kReflected = 0x40, kVolatile = 0x3F;

bool is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(unsigned char c) {
  return c >= '0' && c <= '9';
}

bool is_opaque(unsigned char c) {
  return is_letter(c) || is_digit(c) || c == '-';
}

/// One word, masked: numbers, what looks like an identifier, and what the request said.
Hash masked(std::string_view word, std::string_view sent) {
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, is_digit));
  if (digits == word.size()) return kNumber;
  if (digits > 0 || word.size() > 32) return kOpaque;
  if (word.size() >= 4 && sent.find(word) != sent.npos) return kReflected;
  return hash_of(word);
}

/// `page`: of markup the names of the tags and what is between them; attributes repeat what was sent.
std::vector<Hash> words_of(std::string_view text, std::string_view sent, bool page) {
  std::vector<Hash> words;
  text = text.substr(0, kMostOctets);
  for (std::size_t at = 0; at < text.size() && words.size() < kMostWords;) {
    if (!is_opaque(static_cast<unsigned char>(text[at]))) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < text.size() && is_opaque(static_cast<unsigned char>(text[end])))
      ++end;
    const bool tag = page && at > 0 && (text[at - 1] == '<' || text[at - 1] == '/');
    const auto word = masked(text.substr(at, end - at), sent);
    // A run of one kind counts once: how many there are is chance.
    if (words.empty() || words.back() != word || word > 0xFF) words.push_back(word);
    at = tag ? std::min(text.find('>', end), text.size()) : end;
  }
  return words;
}

/// Scheme and host, and the names of the parameters: the values are fresh each time.
Hash location_of(std::string_view location, std::string& error) {
  const auto question = std::min(location.find_first_of("?#"), location.size());
  Hash all = hash_of(location.substr(0, question));
  if (question == location.size()) return all;
  for (const auto& parameter : oauth::form_decode_leniently(location.substr(question + 1))) {
    all = mix(all, hash_of(parameter.name));
    if (parameter.name == "error") all = mix(all, hash_of(error = parameter.value.substr(0, 64)));
  }
  return all;
}

/// Fields that are there or not by the weather.
bool is_telling(std::string_view name) {
  return !iequals(name, "Date") && !iequals(name, "Content-Length") && !iequals(name, "Age");
}

}  // namespace

Hash mix(Hash a, Hash b) {
  a ^= b + 0x9E3779B97F4A7C15ULL + (a << 6) + (a >> 2);
  a ^= a >> 31;
  return a * 0xBF58476D1CE4E5B9ULL;
}

Hash hash_of(std::string_view text) {
  Hash hash = 0xCBF29CE484222325ULL;
  for (const unsigned char c : text)
    hash = (hash ^ c) * 0x100000001B3ULL;
  return mix(hash, text.size()) | 0x100;  // above the masks
}

Hash Fingerprint::body() const {
  Hash all = mix(outcome, location);
  for (const auto word : words)
    all = mix(all, word);
  return all;
}

std::string quick_error(std::string_view json) {
  const auto at = json.find("\"error\"");
  if (at == json.npos) return {};
  const auto begin = json.find('"', std::min(json.find(':', at), json.size()));
  if (begin == json.npos) return {};
  return std::string(
      json.substr(begin + 1, std::min<std::size_t>(json.find('"', begin + 1), begin + 65) - begin - 1));
}

Fingerprint Fingerprints::of(const http::Answer& answer, std::string_view sent) const {
  Fingerprint out;
  if (const auto* error = std::get_if<TransportError>(&answer)) {
    out.outcome = mix(1000, static_cast<Hash>(error->kind));
    return out;
  }
  const auto& response = std::get<Response>(answer);
  out.error = quick_error(response.body);
  for (const auto& field : response.headers) {
    if (iequals(field.name, "Location")) {
      out.location = location_of(field.value, out.error);
    } else if (iequals(field.name, "Content-Type")) {
      out.head += hash_of(field.value.substr(0, field.value.find(';')));
    }
    if (is_telling(field.name)) out.head += hash_of(field.name);  // in whatever order
  }
  out.outcome = mix(static_cast<Hash>(response.status), hash_of(out.error));
  out.words = words_of(response.body, sent, response.media_type() == "text/html");
  // Nobody reads the body of a redirect, which often says the Location once more.
  if (out.location != 0) out.words.clear();
  for (auto& word : out.words) {
    if (volatile_.contains(word)) word = kVolatile;
  }
  return out;
}

bool Fingerprints::learn(const Fingerprint& one, const Fingerprint& other) {
  if (one.words.size() != other.words.size() || volatile_.size() >= kMostVolatile) return false;
  bool learnt = false;
  for (std::size_t i = 0; i < one.words.size(); ++i) {
    if (one.words[i] == other.words[i]) continue;
    for (const auto word : {one.words[i], other.words[i]}) {
      if (word > 0xFF) learnt = volatile_.insert(word).second || learnt;
    }
  }
  return learnt;
}

std::vector<Hash> features(Surface surface, const Fingerprint& print, Hash before, unsigned latency_class) {
  const auto scope = mix(0x5EED, static_cast<Hash>(surface));
  std::vector<Hash> out = {mix(mix(scope, 1), print.outcome), mix(mix(scope, 2), print.body()),
                           mix(mix(scope, 3), print.head)};
  if (print.location) out.push_back(mix(mix(scope, 4), print.location));
  if (latency_class > 0) out.push_back(mix(mix(scope, 5), latency_class));
  if (before) out.push_back(mix(mix(mix(scope, 6), before), print.outcome));
  return out;
}

}  // namespace oauthentic::fuzz
