#include "oauth/totp.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>

#include "core/message.hpp"
#include "oauth/url.hpp"

namespace oauthentic::oauth {

namespace {

const char* digest_of(Totp::Algorithm algorithm) {
  switch (algorithm) {
    case Totp::Algorithm::sha1:
      return "SHA1";
    case Totp::Algorithm::sha256:
      return "SHA256";
    case Totp::Algorithm::sha512:
      return "SHA512";
  }
  return "SHA1";
}

std::expected<std::string, std::string> read_secret(std::string_view text) {
  std::string compact(text);
  std::erase_if(compact, [](char c) { return c == ' ' || c == '-'; });
  auto key = base32_decode(compact);
  if (!key) return std::unexpected("the secret is no Base32 (letters A to Z and digits 2 to 7, RFC 4648 §6)");
  if (key->empty()) return std::unexpected("the secret is empty");
  return *std::move(key);
}

std::optional<int> number_in(std::string_view text, int least, int most) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

std::expected<Totp, std::string> parse_uri(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected("the otpauth URI is no URL");
  if (url->host != "totp") {
    return std::unexpected(fmt::format(
        "otpauth://{}/ is not supported: otpauth://totp/ is, whose codes hang on the time", url->host));
  }
  const auto parameters = query_of(text);
  auto key = read_secret(value(parameters, "secret"));
  if (!key) return std::unexpected(key.error());
  Totp totp;
  totp.key = *std::move(key);
  if (const auto* algorithm = find(parameters, "algorithm")) {
    if (iequals(*algorithm, "SHA256")) {
      totp.algorithm = Totp::Algorithm::sha256;
    } else if (iequals(*algorithm, "SHA512")) {
      totp.algorithm = Totp::Algorithm::sha512;
    } else if (!iequals(*algorithm, "SHA1")) {
      return std::unexpected(
          fmt::format("unknown algorithm \"{}\"; there are SHA1, SHA256 and SHA512", algorithm->substr(0, 40)));
    }
  }
  if (const auto* digits = find(parameters, "digits")) {
    const auto number = number_in(*digits, 6, 8);
    if (!number) return std::unexpected("digits has to be 6, 7 or 8");
    totp.digits = *number;
  }
  if (const auto* period = find(parameters, "period")) {
    const auto number = number_in(*period, 1, 3600);
    if (!number) return std::unexpected("period has to be a number of seconds, at most 3600");
    totp.period = std::chrono::seconds(*number);
  }
  return totp;
}

}  // namespace

std::string Totp::code_at(Time now) const {
  const auto seconds = std::max<std::int64_t>(0, now.time_since_epoch().count());
  auto counter = static_cast<std::uint64_t>(seconds / period.count());
  std::array<unsigned char, 8> message{};
  for (auto octet = message.rbegin(); octet != message.rend(); ++octet) {
    *octet = static_cast<unsigned char>(counter & 0xFF);
    counter >>= 8;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  std::size_t length = 0;
  if (!EVP_Q_mac(nullptr, "HMAC", nullptr, digest_of(algorithm), nullptr, key.data(), key.size(),
                 message.data(), message.size(), mac.data(), mac.size(), &length)) {
    ERR_clear_error();
    throw std::runtime_error("OpenSSL does not make the HMAC of a one-time code");
  }
  // RFC 4226 §5.3: the low four bits of the last octet say where the 31 bits begin that make the number.
  const std::size_t at = mac[length - 1] & 0x0F;
  const std::uint32_t number = (mac[at] & 0x7FU) << 24 | static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                               static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i)
    modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, digits);
}

std::expected<Totp, std::string> parse_totp(std::string_view text) {
  text = trim(text);
  if (text.size() > kMaxTotpText)
    return std::unexpected(fmt::format("longer than {} characters", kMaxTotpText));
  if (to_lower(text.substr(0, 8)) == "otpauth:") return parse_uri(text);
  auto key = read_secret(text);
  if (!key) return std::unexpected(key.error());
  Totp totp;
  totp.key = *std::move(key);
  return totp;
}

std::optional<std::string> base32_decode(std::string_view text) {
  while (text.ends_with('='))
    text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a');
    } else if (c >= '2' && c <= '7') {
      digit = static_cast<std::uint32_t>(c - '2') + 26;
    } else {
      return std::nullopt;
    }
    bits = (bits << 5 | digit) & 0xFFF;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held & 0xFF);
    }
  }
  // RFC 4648 §6: the last group holds 2, 4, 5, 7 or 8 characters. Its spare bits are not looked at: secrets of
  // a length that Base32 does not know whole are in use.
  const auto left = text.size() % 8;
  if (left == 1 || left == 3 || left == 6) return std::nullopt;
  return out;
}

}  // namespace oauthentic::oauth
