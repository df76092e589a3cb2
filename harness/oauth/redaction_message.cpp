// Whole messages: header fields, bodies by their kind, and octets as they went over the wire.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/message.hpp"
#include "oauth/decoded_view.hpp"
#include "oauth/encoding.hpp"
#include "oauth/redaction_fields.hpp"
#include "oauth/redaction_json.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::string_view kSpace = " \t\r\n\f";

/// An attribute of a start tag: where its value stands, without quotes.
struct Attribute {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Reads attributes from `at` to the tag's `>`, which `at` then stands behind (HTML Living Standard §13.2.5.32
/// ff.).
std::vector<Attribute> read_attributes(std::string_view html, std::size_t& at) {
  std::vector<Attribute> out;
  const auto skip_space = [&] { at = std::min(html.find_first_not_of(kSpace, at), html.size()); };
  while (at < html.size() && html[at] != '>') {
    Attribute attribute;
    const auto name_end = std::min(html.find_first_of(" \t\r\n\f=>/", at), html.size());
    attribute.name = to_lower(html.substr(at, std::min<std::size_t>(name_end - at, 64)));
    at = std::max(name_end, at + (name_end == at && html[at] != '='));
    skip_space();
    if (at < html.size() && html[at] == '=') {
      ++at;
      skip_space();
      if (at >= html.size()) break;
      const char quote = html[at];
      const bool quoted = quote == '"' || quote == '\'';
      attribute.begin = at + quoted;
      attribute.end =
          std::min(quoted ? html.find(quote, at + 1) : html.find_first_of(" \t\r\n\f>", at), html.size());
      at = std::min(attribute.end + quoted, html.size());
      out.push_back(std::move(attribute));
    }
    skip_space();
  }
  return out;
}

std::string redact_credentials(std::string_view value, const TextRedactor& text, FoundSecrets* found) {
  const auto scheme_end = value.find_first_of(" \t");
  if (scheme_end == std::string_view::npos) {
    constexpr std::array<std::string_view, 4> kSchemes = {"basic", "bearer", "dpop", "digest"};
    const bool scheme = std::ranges::find(kSchemes, to_lower(value)) != kSchemes.end();
    return scheme ? std::string(value) : redact_value("credentials", value, value, text, 0, found);
  }
  const auto scheme = value.substr(0, scheme_end);
  const auto begin = std::min(value.find_first_not_of(" \t", scheme_end), value.size());
  const auto credentials = value.substr(begin);
  std::string out(value.substr(0, begin));
  if (leading_tag(credentials.substr(credentials.find(':') + 1)) > 0) return std::string(value);
  if (iequals(scheme, "basic")) {
    const auto plain = base64_decode(credentials);
    const auto colon = plain ? plain->find(':') : std::string::npos;
    if (colon != std::string::npos) {
      // RFC 6749 §2.3.1: both were form-encoded, if the client keeps to it.
      const auto secret = std::string_view(*plain).substr(colon + 1);
      const auto decoded = form_decode_leniently("s=" + std::string(secret));
      const std::string_view shown = decoded.size() == 1 ? std::string_view(decoded[0].value) : secret;
      return out + plain->substr(0, colon + 1) + redact_value("client_secret", secret, shown, text, 0, found);
    }
    return out + redact_value("credentials", credentials, credentials, text, 0, found);
  }
  const bool token = iequals(scheme, "bearer") || iequals(scheme, "dpop");
  return out + redact_value(token ? "access_token" : "credentials", credentials, credentials, text, 0, found);
}

/// `name=value` pairs between semicolons; only the first of a Set-Cookie field is the cookie.
std::string redact_cookies(std::string_view value, bool first_only, const TextRedactor& text) {
  std::string out;
  for (std::size_t at = 0; at <= value.size();) {
    const auto end = std::min(value.find(';', at), value.size());
    const auto pair = value.substr(at, end - at);
    const auto equals = pair.find('=');
    const auto begin = equals == std::string_view::npos ? 0 : equals + 1;
    const auto cookie = trim(pair.substr(begin));
    if ((at > 0 && first_only) || cookie.empty() || is_tag(cookie)) {
      out += pair;
    } else {
      const auto lead = static_cast<std::size_t>(cookie.data() - pair.data());
      out += pair.substr(0, lead);
      out += text.tags().tag("cookie", cookie);
      out += pair.substr(lead + cookie.size());
    }
    if (end < value.size()) out += ';';
    at = end + 1;
  }
  return out;
}

bool holds_url(std::string_view header) {
  constexpr std::array<std::string_view, 5> kHeaders = {"location", "content-location", "referer", "refresh",
                                                        "link"};
  return std::ranges::find(kHeaders, header) != kHeaders.end();
}

/// Request line or status line (RFC 9112 §3, §4).
std::string redact_start_line(std::string_view line, const TextRedactor& text, FoundSecrets* found) {
  const auto target = line.find(' ') + 1;
  if (target == 0 || line.starts_with("HTTP/")) return redact_pairs(line, text, found);
  const auto version = line.rfind(" HTTP/");
  const auto end = version == std::string_view::npos || version < target ? line.size() : version;
  std::string out(line.substr(0, target));
  out += redact_url(line.substr(target, end - target), text, found);
  out += line.substr(end);
  return out;
}

/// The octets that chunks carry (RFC 9112 §7.1); what is no chunk any more is appended as it stands.
std::string join_chunks(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), size, 16);
    const auto line_end = body.find('\n');
    if (error != std::errc() || line_end == std::string_view::npos || size > body.size()) break;
    body.remove_prefix(line_end + 1);
    out += body.substr(0, size);
    body.remove_prefix(std::min(size, body.size()));
    body.remove_prefix(body.starts_with("\r\n") ? 2 : body.starts_with('\n') ? 1 : 0);
  }
  out += body;
  return out;
}

/// A secret may lie across chunks: where one does, they are written as one.
std::string redact_chunks(std::string_view body, std::string_view media_type, const TextRedactor& text,
                          FoundSecrets* found) {
  const auto joined = join_chunks(body);
  const auto redacted = text.redact(redact_body(joined, media_type, text, found));
  if (redacted == joined) return std::string(body);
  return fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", redacted.size(), redacted);
}

/// "X-Access-Token" holds what a field of the name access_token would.
std::string_view kind_of_header(std::string name) {
  if (name.starts_with("x-")) name.erase(0, 2);
  std::ranges::replace(name, '-', '_');
  if (name == "api_key" || name == "auth_token") return "credentials";
  return name.ends_with("_token") || name.ends_with("_secret") ? secret_kind(name) : std::string_view();
}

}  // namespace

std::string redact_html_inputs(std::string_view html, const TextRedactor& text, FoundSecrets* found) {
  std::vector<Replacement> replacements;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    ++at;
    if (!iequals(html.substr(at, 5), "input")) continue;
    at += 5;
    const auto attributes = read_attributes(html, at);
    const auto name = std::ranges::find(attributes, "name", &Attribute::name);
    const auto value = std::ranges::find(attributes, "value", &Attribute::name);
    if (name == attributes.end() || value == attributes.end()) continue;
    const auto field = html.substr(name->begin, name->end - name->begin);
    const auto raw = html.substr(value->begin, value->end - value->begin);
    const auto view = decode_view(raw, kHtmlEscapes);
    auto kind = text.typed_kind(field, view ? std::string_view(view->text) : raw);
    if (kind.empty()) kind = secret_kind(field);
    if (kind.empty()) continue;
    replacements.push_back(
        {value->begin, value->end,
         redact_value(kind, raw, view ? std::string_view(view->text) : raw, text, 0, found)});
  }
  return replacements.empty() ? std::string(html) : replace_all(html, std::move(replacements));
}

std::string redact_body(std::string_view body, std::string_view media_type, const TextRedactor& text,
                        FoundSecrets* found) {
  const auto first = body.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return std::string(body);
  const bool json = media_type.ends_with("json") || body[first] == '{' || body[first] == '[';
  const bool markup = media_type.contains("html") || body[first] == '<';
  if (json) return redact_pairs(redact_json_members(body, text, 0, found), text, found);
  if (markup) return redact_pairs(redact_html_inputs(body, text, found), text, found);
  const bool form =
      media_type == "application/x-www-form-urlencoded" || body.find_first_of(kSpace) == std::string_view::npos;
  return form ? redact_form(body, text, found) : redact_pairs(body, text, found);
}

std::string redact_header(std::string_view name, std::string_view value, const TextRedactor& text,
                          FoundSecrets* found) {
  const auto lower = to_lower(name);
  if (lower == "authorization" || lower == "proxy-authorization") return redact_credentials(value, text, found);
  if (lower == "cookie") return redact_cookies(value, false, text);
  if (lower == "set-cookie") return redact_cookies(value, true, text);
  if (lower == "dpop") return redact_value("dpop_proof", value, value, text, 0, nullptr);
  if (holds_url(lower)) return redact_url(value, text, found);
  const auto kind = kind_of_header(lower);
  return kind.empty() ? std::string(value) : redact_value(kind, value, value, text, 0, found);
}

std::string redact_message(std::string_view octets, const TextRedactor& text, FoundSecrets* found) {
  std::string out;
  std::string media_type;
  std::string last_name;
  bool start_line = true;
  bool chunked = false;
  while (!octets.empty()) {
    const auto end = std::min(octets.find('\n'), octets.size() - 1);
    const auto whole = octets.substr(0, end + 1);
    octets.remove_prefix(end + 1);
    const auto line = whole.substr(0, std::min(whole.find_last_not_of("\r\n") + 1, whole.size()));
    const auto ending = whole.substr(line.size());
    const auto colon = line.find(':');
    if (line.empty() && !start_line) {
      out += whole;
      return out + (chunked ? redact_chunks : redact_body)(octets, media_type, text, found);
    }
    if (start_line) {
      out += redact_start_line(line, text, found);
      start_line = line.empty();
    } else if (line.starts_with(' ') || line.starts_with('\t')) {
      const auto value = trim(line);  // a folded field goes on (RFC 9112 §5.2)
      out += line.substr(0, static_cast<std::size_t>(value.data() - line.data()));
      out += redact_header(last_name, value, text, found);
    } else if (colon == std::string_view::npos) {
      out += line;
    } else {
      last_name = trim(line.substr(0, colon));
      const auto value = trim(line.substr(colon + 1));
      const auto lead = value.empty() ? line.size() : static_cast<std::size_t>(value.data() - line.data());
      if (iequals(last_name, "Content-Type")) media_type = to_lower(trim(value.substr(0, value.find(';'))));
      chunked |= iequals(last_name, "Transfer-Encoding") && to_lower(value).contains("chunked");
      out += line.substr(0, lead);
      out += redact_header(last_name, value, text, found);
      if (!value.empty()) out += line.substr(lead + value.size());
    }
    out += ending;
  }
  return out;
}

}  // namespace oauthentic::oauth
