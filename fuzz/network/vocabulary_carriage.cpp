// Words of HTTP: methods, media types, authentication schemes and fields.
#include <array>
#include <vector>

#include "fuzz/network/vocabulary.hpp"

namespace oauthentic::fuzz {

using namespace std::string_view_literals;

std::span<const std::string_view> methods() {
  static constexpr std::array all = {"POST"sv, "GET"sv,     "PUT"sv,   "DELETE"sv, "PATCH"sv,
                                     "HEAD"sv, "OPTIONS"sv, "TRACE"sv, "QUERY"sv};
  return all;
}

std::span<const std::string_view> media_types() {
  static constexpr std::array all = {"application/x-www-form-urlencoded"sv,
                                     "application/x-www-form-urlencoded; charset=utf-8"sv,
                                     "application/x-www-form-urlencoded;charset=UTF-8"sv,
                                     "application/x-www-form-urlencoded; charset='utf-8'"sv,
                                     "application/x-www-form-urlencoded; charset=\"utf-8\""sv,
                                     "application/x-www-form-urlencoded; charset"sv,
                                     "application/x-www-form-urlencoded; charset=utf-16"sv,
                                     "application/x-www-form-urlencoded; charset=no-such"sv,
                                     "application/x-www-form-urlencoded; charset=iso-8859-1"sv,
                                     "application/x-www-form-urlencoded;"sv,
                                     "Application/X-WWW-Form-URLEncoded"sv,
                                     "application/json"sv,
                                     "application/json; charset=utf-8"sv,
                                     "application/JSON"sv,
                                     "text/plain"sv,
                                     "text/xml"sv,
                                     "application/xml"sv,
                                     "multipart/form-data"sv,
                                     "multipart/form-data; boundary="sv,
                                     "multipart/mixed; boundary=a"sv,
                                     "application/x-www-form-urlencoded, text/plain"sv,
                                     "/"sv,
                                     "application"sv,
                                     "application/octet-stream"sv,
                                     "application/problem+json"sv,
                                     "*/*"sv};
  return all;
}

std::span<const std::string_view> schemes() {
  static constexpr std::array all = {
      "Basic "sv,  "basic "sv,  "BASIC "sv,       "Basic  "sv,         "Basic\t"sv, "Basic"sv, ""sv,
      "Bearer "sv, "Digest "sv, "Basic Basic "sv, "Basic realm=x, "sv, "Basic ="sv, "bASIC "sv};
  return all;
}

std::span<const std::string_view> malformed_basic() {
  static constexpr std::array all = {"Basic YWJj"sv,     "Basic"sv,         "Basic %%%"sv,  "Basic YQBiOmM="sv,
                                     "Basic Og=="sv,     "Basic ="sv,       "Basic YWI6"sv, "Basic YWJjO"sv,
                                     "Basic //46gA=="sv, "Basic YTpiOmM="sv};
  return all;
}

std::span<const Header> header_fields() {
  static const std::vector<Header> all = {{"Accept", "application/json"},
                                          {"Accept", "text/html"},
                                          {"Accept", "application/xml"},
                                          {"Accept", "a/b;q=z"},
                                          {"Accept-Language", "xx-\xFF"},
                                          {"Accept-Charset", "no-such"},
                                          {"Accept-Encoding", "gzip, no-such"},
                                          {"Authorization", "Basic %%%"},
                                          {"Authorization", "Basic"},
                                          {"Authorization", "Basic YWJj"},
                                          {"Authorization", "Basic YQBiOmM="},
                                          {"Authorization", "Bearer a.b.c"},
                                          {"Authorization", "Bearer {{access_token}}"},
                                          {"Authorization", "bearer {{access_token}}"},
                                          {"Authorization", "Bearer {{access_token|cut}}"},
                                          {"Authorization", "DPoP {{access_token}}"},
                                          {"Authorization", "Bearer {{access_token}}, Basic YWJj"},
                                          {"Content-Encoding", "gzip"},
                                          {"Content-Encoding", "identity"},
                                          {"Cookie", "a=\xFF; b"},
                                          {"Cookie", "session=%zz"},
                                          {"DPoP", "a.b.c"},
                                          {"Forwarded", "for=attacker.test;host=attacker.test;proto=x"},
                                          {"X-Forwarded-Host", "attacker.test"},
                                          {"X-Forwarded-Proto", "x"},
                                          {"X-Forwarded-For", "127.0.0.1"},
                                          {"X-HTTP-Method-Override", "GET"},
                                          {"Origin", "null"},
                                          {"Origin", "https://attacker.test"},
                                          {"Referer", "https://attacker.test/"},
                                          {"If-None-Match", "*"},
                                          {"Range", "bytes=0-1"},
                                          {"User-Agent", ""},
                                          {"X-Request-Id", "'\"<oa7f3a>"}};
  return all;
}

}  // namespace oauthentic::fuzz
