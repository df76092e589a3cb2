#include "analysis/identifiers.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_set>

#include "oauth/jose.hpp"

namespace oauthentic::analysis {

namespace {

bool is_uuid(const std::string& value) {
  if (value.size() != 36) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? value[i] != '-' : !std::isxdigit(static_cast<unsigned char>(value[i]))) return false;
  }
  return true;
}

std::uint64_t hex(const std::string& digits) {
  return std::stoull(digits, nullptr, 16);
}

/// 100 ns since 1582-10-15 → text.
std::string uuid_time(std::uint64_t ticks) {
  constexpr std::uint64_t kEpoch = 0x01b21dd213814000ULL;
  if (ticks < kEpoch) return "a time before 1970";
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC",
                     fmt::gmtime(static_cast<std::time_t>((ticks - kEpoch) / 10'000'000)));
}

std::string node(const std::string& uuid) {
  const auto digits = uuid.substr(24);
  std::string out;
  for (std::size_t i = 0; i < 12; i += 2)
    out += (i == 0 ? "" : ":") + digits.substr(i, 2);
  const bool random = hex(digits.substr(0, 2)) & 1;
  return random ? "a random node" : "the MAC address " + out;
}

std::string leaks(char version, const std::string& uuid) {
  switch (version) {
    case '1':
      return fmt::format(
          "made from the time ({}) and {}",
          uuid_time((hex(uuid.substr(15, 3)) << 48) | (hex(uuid.substr(9, 4)) << 32) | hex(uuid.substr(0, 8))),
          node(uuid));
    case '6':
      return fmt::format(
          "made from the time ({}) and {}",
          uuid_time((hex(uuid.substr(0, 8)) << 28) | (hex(uuid.substr(9, 4)) << 12) | hex(uuid.substr(15, 3))),
          node(uuid));
    case '7':
      return fmt::format("begin with the time ({:%Y-%m-%d %H:%M:%S} UTC) and have at most 74 random bits",
                         fmt::gmtime(static_cast<std::time_t>(
                             (hex(uuid.substr(0, 8) + uuid.substr(9, 4)) / 1000) & 0xffffffff)));
    case '3':
      return "the MD5 of a name: as guessable as the name, 122 bits at the most";
    case '5':
      return "the SHA-1 of a name: as guessable as the name, 122 bits at the most";
    default:
      return "122 random bits at the most; the other six are fixed";
  }
}

std::string names_of(const std::set<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

class Digests {
 public:
  explicit Digests(const Values& octets) {
    for (const auto& one : octets)
      wanted_.insert(one);
    for (const auto& one : octets)
      lengths_.insert(one.size());
  }
  bool finds(const std::string& text) const {
    for (const auto* digest : {EVP_md5(), EVP_sha1(), EVP_sha256()}) {
      const auto size = static_cast<std::size_t>(EVP_MD_get_size(digest));
      if (!lengths_.contains(size) && !(lengths_.contains(16) && size > 16)) continue;
      unsigned char out[EVP_MAX_MD_SIZE];
      if (EVP_Digest(text.data(), text.size(), out, nullptr, digest, nullptr) != 1) continue;
      const std::string whole(reinterpret_cast<const char*>(out), size);
      if (wanted_.contains(whole) || wanted_.contains(whole.substr(0, 16))) return true;
    }
    return false;
  }
  bool possible() const { return lengths_.contains(16) || lengths_.contains(20) || lengths_.contains(32); }

 private:
  std::unordered_set<std::string> wanted_;
  std::set<std::size_t> lengths_;
};

}  // namespace

bool describe_uuids(const Values& values, Report& report) {
  if (values.empty() || !std::ranges::all_of(values, is_uuid)) return false;
  std::map<char, std::size_t> versions;
  bool variant = true;
  for (const auto& value : values) {
    ++versions[value[14]];
    variant = variant && std::string_view("89abAB").contains(value[19]);
  }
  if (versions.size() != 1 || !variant || !std::string_view("1345678").contains(versions.begin()->first)) {
    report.structure = "written as UUIDs, but version and variant are not those of RFC 9562";
    return true;
  }
  const char version = versions.begin()->first;
  report.structure = fmt::format("UUID version {}", version);
  const auto text = fmt::format("UUIDs of version {}: {}", version, leaks(version, values.front()));
  // Version 4 claims to be random, 3 and 5 may be of random names; the others are not meant to be secret.
  (std::string_view("167").contains(version) ? report.proofs : report.notes).push_back(text);
  return true;
}

bool describe_jwts(const Values& values, const std::optional<Period>& period, Report& report) {
  std::set<std::string> algorithms, header, claims;
  std::map<std::string, std::string> signatures;
  Values ids;
  bool unsigned_one = false, reused = false;
  for (const auto& value : values) {
    const auto jws = oauth::parse_jws(value);
    if (!jws) return false;
    const auto head = jws->header(), body = jws->claims();
    for (const auto& [name, unused] : head.items())
      header.insert(name);
    if (body.is_object()) {
      for (const auto& [name, unused] : body.items())
        claims.insert(name);
      if (body.contains("jti") && body.at("jti").is_string()) ids.push_back(body.at("jti").get<std::string>());
    }
    algorithms.insert(head.contains("alg") && head.at("alg").is_string() ? head.at("alg").get<std::string>()
                                                                         : "no alg");
    unsigned_one = unsigned_one || jws->signature.empty();
    const auto [at, fresh] = signatures.emplace(jws->signature, jws->signing_input);
    reused = reused || (!fresh && at->second != jws->signing_input);
  }
  if (values.empty()) return false;
  report.structure = "JWT";
  report.notes.push_back(
      fmt::format("alg: {}; header: {}; claims: {}", names_of(algorithms), names_of(header), names_of(claims)));
  if (unsigned_one) report.proofs.push_back("JWTs without a signature: anyone can write one");
  if (reused && !unsigned_one)
    report.proofs.push_back("one signature stands under different JWTs: it is not checked, or not one");
  report.notes.push_back(
      "a signed JWT is as unguessable as its signature; the key cannot be examined from outside");
  report.verdict = report.proofs.empty() ? Verdict::no_weakness : Verdict::weak;
  if (!ids.empty()) report.parts.push_back(analyze(report.kind + " jti", ids, period));
  return true;
}

std::string known_digest(const Values& octets, const std::optional<Period>& period) {
  const Digests digests(octets);
  if (!digests.possible()) return {};
  for (int i = 0; i < 20'000; ++i) {
    if (digests.finds(std::to_string(i))) return "the digest of a small number";
  }
  if (!period || period->until < period->from) return {};
  const auto until = std::min(period->until + 2, period->from + 600);
  for (auto s = period->from - 2; s <= until; ++s) {
    if (digests.finds(std::to_string(s))) return "the digest of the time of issue in seconds";
    // A value is met within its second; 60 of them are enough to meet many values.
    for (int ms = 0; s < period->from + 60 && ms < 1000; ++ms) {
      if (digests.finds(std::to_string(s * 1000 + ms)))
        return "the digest of the time of issue in milliseconds";
    }
  }
  return {};
}

}  // namespace oauthentic::analysis
