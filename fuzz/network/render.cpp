#include "fuzz/network/render.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::string_view kBoundary = "oauthentic-7f3a";

std::string filtered(std::string value, std::string_view filter) {
  if (filter == "cut" && !value.empty()) value.pop_back();
  if (filter == "half") value.resize(value.size() / 2);
  if (filter == "twice") value += value;
  if (filter == "upper") {
    std::ranges::transform(value, value.begin(), [](unsigned char c) {
      return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
  }
  return value;
}

void escape(std::string& out, std::string_view text, Escapes escapes) {
  if (escapes == Escapes::usual) {
    out += oauth::form_encode(text);
    return;
  }
  const auto* digits = escapes == Escapes::small ? "0123456789abcdef" : "0123456789ABCDEF";
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain && escapes == Escapes::small) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
}

struct Pair {
  std::string name;
  std::string value;
  bool raw = false;
};

std::string form_of(const std::vector<Pair>& pairs, Escapes escapes) {
  std::string out;
  for (const auto& pair : pairs) {
    if (!out.empty()) out += '&';
    if (pair.raw) {
      out += pair.name + "=" + pair.value;
      continue;
    }
    escape(out, pair.name, escapes);
    out += '=';
    escape(out, pair.value, escapes);
  }
  return out;
}

/// Members in order, repeated names and all.
std::string json_of(const std::vector<Pair>& pairs) {
  std::string out = "{";
  for (const auto& pair : pairs) {
    if (out.size() > 1) out += ',';
    out += oauth::dump(pair.name) + ":" + (pair.raw ? pair.value : oauth::dump(pair.value));
  }
  return out + "}";
}

std::string multipart_of(const std::vector<Pair>& pairs) {
  std::string out;
  for (const auto& pair : pairs) {
    out += "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; name=\"" + pair.name +
           "\"\r\n\r\n" + pair.value + "\r\n";
  }
  return out + "--" + std::string(kBoundary) + "--\r\n";
}

std::string media_type_of(Coding coding) {
  if (coding == Coding::json) return "application/json";
  if (coding == Coding::multipart) return "multipart/form-data; boundary=" + std::string(kBoundary);
  return "application/x-www-form-urlencoded";
}

/// What may stand in a header field (RFC 9110 §5.5): no control octets, no blanks at its ends.
std::string field_text(std::string text) {
  std::erase_if(text, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
  return std::string(trim(text));
}

/// What cannot stand in a request line (RFC 3986 §2), escaped.
std::string line_text(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    if (c > 0x20 && c < 0x7F && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' &&
        c != '`' && c != '{' && c != '|' && c != '}') {
      out += static_cast<char>(c);
    } else {
      escape(out, std::string_view(reinterpret_cast<const char*>(&c), 1), Escapes::every);
    }
  }
  return out;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) == std::string_view::npos;
  });
}

bool takes_body(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "DELETE" && method != "OPTIONS";
}

std::string basic_of(const Step& step, const Lookup& lookup) {
  std::string pair;
  escape(pair, expand(step.user, lookup), step.escapes);
  pair += ':';
  escape(pair, expand(step.password, lookup), step.escapes);
  return step.scheme + oauth::base64_encode(pair) + expand(step.behind, lookup);
}

std::string body_of(const Step& step, const std::vector<Pair>& pairs, const Lookup& lookup) {
  auto body = step.coding == Coding::json        ? json_of(pairs)
              : step.coding == Coding::multipart ? multipart_of(pairs)
                                                 : form_of(pairs, step.escapes);
  return body + expand(step.tail, lookup);
}

}  // namespace

bool mentions(std::string_view text, std::string_view name) {
  for (auto at = text.find("{{"); at != text.npos; at = text.find("{{", at + 2)) {
    const auto rest = text.substr(at + 2);
    if (rest.starts_with(name) && rest.size() > name.size() &&
        (rest[name.size()] == '}' || rest[name.size()] == '|'))
      return true;
  }
  return false;
}

std::string expand(std::string_view text, const Lookup& lookup) {
  std::string out;
  for (;;) {
    const auto begin = text.find("{{");
    const auto end = begin == text.npos ? begin : text.find("}}", begin);
    if (end == text.npos) return out.append(text);
    out += text.substr(0, begin);
    const auto inside = text.substr(begin + 2, end - begin - 2);
    const auto bar = inside.find('|');
    const auto name = inside.substr(0, bar);
    const bool known = std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (known && !name.empty()) {
      out += filtered(lookup(name), bar == inside.npos ? std::string_view() : inside.substr(bar + 1));
      text.remove_prefix(end + 2);
    } else {
      out += "{{";
      text.remove_prefix(begin + 2);
    }
  }
}

Request render(const Step& step, std::string_view url, const Lookup& lookup) {
  std::vector<Pair> query, body;
  for (const auto& part : step.parts)
    (part.where == Place::query ? query : body)
        .push_back({expand(part.name, lookup), expand(part.value, lookup), part.raw});
  Request request;
  request.method = is_token(step.method) ? step.method : "POST";
  request.framing = step.framing;
  request.url = url;
  if (!query.empty()) {
    request.url += url.find('?') == url.npos ? '?' : '&';
    request.url += line_text(form_of(query, step.escapes));
  }
  if (takes_body(request.method) || !body.empty()) {
    request.body = body_of(step, body, lookup);
    request.headers.add("Content-Type",
                        step.content_type.empty() ? media_type_of(step.coding) : field_text(step.content_type));
  } else if (!step.tail.empty()) {
    if (query.empty()) request.url += url.find('?') == url.npos ? '?' : '&';
    request.url += line_text(expand(step.tail, lookup));
  }
  if (step.basic) request.headers.add("Authorization", field_text(basic_of(step, lookup)));
  for (const auto& header : step.headers) {
    if (is_token(header.name)) request.headers.add(header.name, field_text(expand(header.value, lookup)));
  }
  if (!request.headers.has("Accept")) request.headers.add("Accept", "*/*");
  return request;
}

Reading read_strictly(const Request& request) {
  Reading out;
  const auto question = request.url.find('?');
  const auto read = [&](std::string_view text, oauth::Parameters& into, const char* what) {
    if (auto parameters = oauth::form_decode(text)) {
      into = std::move(*parameters);
    } else {
      into = oauth::form_decode_leniently(text);
      out.odd.emplace_back(what);
    }
  };
  if (question != request.url.npos)
    read(std::string_view(request.url).substr(question + 1), out.query, "query");
  const auto type = request.headers.value("Content-Type");
  out.media_type = to_lower(trim(type.substr(0, type.find(';'))));
  if (out.media_type == "application/x-www-form-urlencoded") read(request.body, out.body, "body");
  for (const auto field : request.headers.all("Authorization")) {
    // Of several fields, which RFC 9110 §5.3 does not foresee, the one that can be read counts.
    if (auto basic = oauth::parse_basic(field); basic && !out.basic) {
      out.basic = std::move(basic);
    } else if (auto bearer = oauth::parse_bearer(field); bearer && !out.bearer) {
      out.bearer = std::move(bearer);
    } else {
      out.odd.emplace_back("authorization");
    }
    out.authorization = true;
  }
  return out;
}

}  // namespace oauthentic::fuzz
