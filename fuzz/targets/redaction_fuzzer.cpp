// Property: a secret that was planted into an exchange, in any of the encodings that redaction.hpp names,
// stands nowhere in what is recorded, whatever stands around it. Input: the first octet chooses the secret, the
// second its encodings; the rest is cut at its line feeds into what stands around the secret.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html.hpp"
#include "oauth/json_document.hpp"
#include "oauth/redaction.hpp"

#include <nlohmann/json.hpp>

namespace oauthentic::fuzz {

namespace {

using Encode = std::string (*)(std::string_view);

std::string plain(std::string_view secret) {
  return std::string(secret);
}

std::string percent_every(std::string_view secret) {
  std::string out;
  for (const char c : secret)
    out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string json_escape(std::string_view secret) {
  const auto quoted = nlohmann::json(secret).dump(-1, ' ', true);
  return quoted.substr(1, quoted.size() - 2);
}

std::string html_numbers(std::string_view secret) {
  std::string out;
  for (const char c : secret)
    out += static_cast<unsigned char>(c) < 0x80 ? fmt::format("&#{};", int{c}) : std::string(1, c);
  return out;
}

std::string form(std::string_view secret) {
  return oauth::form_encode(secret);
}

/// Upper case and lower case, escapes that nothing asks for: what peers make of a value.
constexpr std::array<Encode, 7> kEscapes = {plain,       oauth::percent_encode, percent_every, form,
                                            json_escape, oauth::html_escape,    html_numbers};

std::string url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

/// What of the Base64 text of `before` + secret + more depends on the secret alone.
std::string base64_core(std::string_view secret, std::size_t before) {
  const auto text = oauth::base64_encode(std::string(before, 'x') + std::string(secret));
  const auto whole = (before + secret.size()) * 8 / 6;
  const auto first = before == 0 ? 0 : before + 1;
  return text.substr(first, whole - first);
}

std::string hexadecimal(std::string_view secret) {
  std::string out;
  for (const char c : secret)
    out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out;
}

/// Nothing that stands in a tag or that a text has by chance.
constexpr std::array<std::string_view, 4> kSecrets = {"Zq7vR2xW9_kLmN4-tYpB8s",
                                                      "Q1w2 E3r4/T5+y6=", "\"Xy<9>&'z\\Kp\xC3\xA9Lq",
                                                      "7h5K0dJ3uV1cQ8gM6nS4bX2zP9rT0wYaEfHiLoUk7h5K0dJ3u"};

/// Where something is planted: a text in front of it and one behind.
struct Surroundings {
  std::string_view before;
  std::string_view after;
  std::string around(std::string_view planted) const {
    // Line feeds keep what stands around from becoming a part of the first or last escape.
    return std::string(before) + "\n" + std::string(planted) + "\n" + std::string(after);
  }
};

void must_not_stand(std::string_view recorded, std::string_view planted) {
  require(!recorded.contains(planted), "the secret is not recorded", recorded);
}

Exchange exchange_with(const std::string& text, std::string_view head) {
  Exchange exchange;
  exchange.request.method = "POST";
  exchange.request.url = "https://as.example/token?x=" + text;
  exchange.request.headers.add("X-Text", text);
  exchange.request.headers.add(std::string(head.substr(0, head.find('\n'))), text);
  exchange.request.body = text;
  exchange.request.octets = "POST /token HTTP/1.1\r\nX: " + text + "\r\n\r\n" + text;
  exchange.answer = Response{200,
                             text,
                             {{"Content-Type", std::string(head)}, {"Location", text}},
                             text,
                             "HTTP/1.1 200 OK\r\nX: " + text};
  return exchange;
}

void check_exchange(const oauth::Redactor& redactor, const std::string& text, std::string_view head,
                    std::string_view planted) {
  const auto recorded = redactor.redact(exchange_with(text, head));
  must_not_stand(recorded.request.url, planted);
  must_not_stand(recorded.request.body, planted);
  must_not_stand(*recorded.request.octets, planted);
  for (const auto& field : recorded.request.headers)
    must_not_stand(field.value, planted);
  const auto* response = recorded.response();
  require(response != nullptr, "a response stays one");
  must_not_stand(response->reason, planted);
  must_not_stand(response->body, planted);
  must_not_stand(response->head_octets, planted);
  for (const auto& field : response->headers)
    must_not_stand(field.value, planted);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(redaction, input) {
  if (input.size() < 2) return;
  const auto choice = static_cast<unsigned char>(input[0]);
  const auto encodings = static_cast<unsigned char>(input[1]);
  auto rest = input.substr(2);
  const auto head = take_until(rest, '\n');
  const Surroundings surroundings{take_until(rest, '\n'), rest};
  const auto secret = kSecrets[choice % kSecrets.size()];

  oauth::Redactor redactor(std::make_shared<oauth::TagRegistry>());
  redactor.add("access_token", secret);
  const auto escape = kEscapes[encodings % kEscapes.size()];
  const std::array<std::string, 4> cores = {std::string(secret), base64_core(secret, choice % 3),
                                            url_alphabet(base64_core(secret, choice % 3)), hexadecimal(secret)};
  const auto& core = cores[(encodings / kEscapes.size()) % cores.size()];
  const auto planted = escape(core);
  const auto text = surroundings.around(planted);
  must_not_stand(redactor.redact(text), planted);
  check_exchange(redactor, text, head, planted);
}

}  // namespace oauthentic::fuzz
