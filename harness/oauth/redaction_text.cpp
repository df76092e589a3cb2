#include "oauth/redaction_text.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "core/message.hpp"
#include "oauth/decoded_view.hpp"
#include "oauth/encoding.hpp"
#include "oauth/redaction_json.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::string_view kOpen = "\xE2\x80\xB9";   // ‹
constexpr std::string_view kClose = "\xE2\x80\xBA";  // ›
constexpr std::string_view kSignature = "\xE2\x80\xB9signature\xE2\x80\xBA";
/// A token in a token in a token is replaced as a whole.
constexpr unsigned kDeepest = 2;

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-' || c == '+') return 62;
  if (c == '_' || c == '/') return 63;
  return -1;
}

bool is_base64url(char c) {
  return c != '+' && c != '/' && base64_digit(c) >= 0;
}

std::size_t run_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_base64url(text[at]))
    ++at;
  return at;
}

/// Parts from `begin` on, where the first one ends at `first_dot`; nothing if there are neither three nor five.
std::optional<CompactToken> read_token(std::string_view text, std::size_t begin, std::size_t first_dot) {
  CompactToken token{begin, first_dot, first_dot, first_dot, false};
  unsigned dots = 0;
  while (dots < 4 && token.end < text.size() && text[token.end] == '.') {
    token.last_dot = token.end;
    token.end = run_end(text, token.end + 1);
    ++dots;
    const bool more = token.end < text.size() && text[token.end] == '.';
    if (dots == 2 && !more) return token;
  }
  token.encrypted = dots == 4;
  return dots >= 2 ? std::optional(token) : std::nullopt;
}

}  // namespace

std::string_view TextRedactor::typed_kind(std::string_view field, std::string_view value) const {
  if (!knows_typed()) return {};
  const auto at = typed_->find({std::string(field), std::string(value)});
  return at == typed_->end() ? std::string_view() : std::string_view(at->second);
}

bool is_tag(std::string_view text) {
  if (!text.starts_with(kOpen) || !text.ends_with(kClose)) return false;
  text.remove_prefix(kOpen.size());
  text.remove_suffix(std::min(kClose.size(), text.size()));
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '#';
  });
}

std::size_t octets_outside_tags(std::string_view text) {
  std::size_t outside = 0;
  for (;;) {
    const auto open = text.find(kOpen);
    if (open == std::string_view::npos) return outside + text.size();
    const auto close = text.find(kClose, open);
    if (close == std::string_view::npos) return outside + text.size();
    const auto end = close + kClose.size();
    outside += is_tag(text.substr(open, end - open)) ? open : end;
    text.remove_prefix(end);
  }
}

bool is_redacted(std::string_view text) {
  return text.contains(kOpen) && octets_outside_tags(text) < Redactor::kMinSearched;
}

std::size_t leading_tag(std::string_view text) {
  if (!text.starts_with(kOpen)) return 0;
  const auto close = text.find(kClose);
  return close == std::string_view::npos ? 0 : close + kClose.size();
}

bool ends_tag(std::string_view text, std::size_t at) {
  return text.substr(at).starts_with(kClose);
}

std::string decode_base64_leniently(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) break;
    held = (held << 6 | static_cast<unsigned>(digit)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits);
  }
  return out;
}

std::string replace_all(std::string_view text, std::vector<Replacement> replacements) {
  std::ranges::sort(replacements, [](const Replacement& a, const Replacement& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::string out;
  std::size_t done = 0;
  for (const auto& replacement : replacements) {
    if (replacement.end <= done) continue;
    if (replacement.begin > done) out += text.substr(done, replacement.begin - done);
    out += replacement.text;
    done = replacement.end;
  }
  out += text.substr(done);
  return out;
}

std::vector<CompactToken> find_compact_tokens(std::string_view text) {
  constexpr std::size_t kLongestHeader = 8192;
  constexpr int kTriesInARun = 8;
  std::vector<CompactToken> tokens;
  std::size_t at = 0;
  std::size_t run = 0;  // end of the run of base64url characters that `at` stands in
  int tries = 0;
  for (;;) {
    at = text.find('e', at);  // Base64 of `{` and a quote or white space begins with "ey" or "ew"
    if (at == std::string_view::npos || at + 1 >= text.size()) return tokens;
    if (text[at + 1] != 'y' && text[at + 1] != 'w') {
      ++at;
      continue;
    }
    if (at >= run) {
      run = run_end(text, at);
      tries = 0;
    }
    const bool possible = run < text.size() && text[run] == '.' && run - at <= kLongestHeader;
    if (!possible || ++tries > kTriesInARun) {
      at = run;
      continue;
    }
    const auto header = decode_base64_leniently(text.substr(at, run - at));
    const bool object = trim(header).ends_with('}');
    const auto token = object ? read_token(text, at, run) : std::nullopt;
    if (!token) {
      ++at;
      continue;
    }
    tokens.push_back(*token);
    at = run = std::max(token->end, at + 1);
  }
}

bool is_compact_jws(std::string_view text) {
  const auto tokens = find_compact_tokens(text);
  return tokens.size() == 1 && tokens[0].begin == 0 && tokens[0].end == text.size() && !tokens[0].encrypted;
}

std::string TextRedactor::redact(std::string_view text, unsigned depth) const {
  std::vector<Replacement> replacements;
  std::set<std::pair<std::size_t, std::size_t>> tokens_seen;
  std::vector<SecretMatch> matches;
  const auto look = [&](std::string_view view, const std::vector<std::uint32_t>* at) {
    const auto source = [&](std::size_t i) { return at ? std::size_t{(*at)[i]} : i; };
    matches.clear();
    for (const auto* search : searches_)
      search->find(view, matches);
    for (const auto& match : matches) {
      replacements.push_back({source(match.begin), source(match.end), *match.tag});
    }
    for (const auto& token : find_compact_tokens(view)) {
      const auto begin = source(token.begin);
      const auto end = source(token.end);
      if (!tokens_seen.emplace(begin, end).second) continue;
      auto redacted = redact_token(view, token, depth);
      if (redacted == view.substr(token.begin, token.end - token.begin)) continue;
      replacements.push_back({begin, end, std::move(redacted)});
    }
  };
  look(text, nullptr);
  unsigned present = 0;
  for (const unsigned escapes : {kPercentEscapes, kJsonEscapes, kHtmlEscapes}) {
    if (const auto view = decode_view(text, escapes)) {
      look(view->text, &view->at);
      present |= escapes;
    }
  }
  // A value is escaped again by what carries it: a URL within a URL, within JSON, within a page.
  auto view = present ? decode_view(text, 7) : std::nullopt;
  const bool mixed = (present & (present - 1)) != 0;
  for (int layer = 1; view && layer <= 3; ++layer) {
    if (layer > 1 || mixed) look(view->text, &view->at);
    view = decode_view(*view, 7);
  }
  return replacements.empty() ? std::string(text) : replace_all(text, std::move(replacements));
}

std::string TextRedactor::redact_token(std::string_view text, const CompactToken& at, unsigned depth) const {
  const auto whole = text.substr(at.begin, at.end - at.begin);
  if (at.encrypted) return tags_.tag("jwe", whole);
  if (depth >= kDeepest) return tags_.tag("jwt", whole);
  std::string out = redact_part(text.substr(at.begin, at.first_dot - at.begin), depth);
  out += '.';
  out += redact_part(text.substr(at.first_dot + 1, at.last_dot - at.first_dot - 1), depth);
  out += '.';
  if (at.last_dot + 1 < at.end) out += kSignature;
  return out;
}

std::string TextRedactor::redact_part(std::string_view encoded, unsigned depth) const {
  const auto plain = decode_base64_leniently(encoded);
  const auto masked = redact(redact_json_members(plain, *this, depth + 1, nullptr), depth + 1);
  return masked == plain ? std::string(encoded) : base64url_encode(masked);
}

}  // namespace oauthentic::oauth
