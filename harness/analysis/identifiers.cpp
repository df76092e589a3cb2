#include "analysis/identifiers.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
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

/// Values of 16 octets may be a longer digest cut short, so the first 16 are compared: of 20,000 values and
/// 10^6 texts some begin alike once in 2^93 samples.
constexpr std::size_t kCut = 16;

/// The digests that are in use for such things, of one text after the other.
class Digests {
 public:
  Digests() {
    for (const auto* name : {"MD5", "SHA1", "SHA256"}) {
      auto digest = Digest(EVP_MD_fetch(nullptr, name, nullptr), EVP_MD_free);
      if (digest) digests_.push_back(std::move(digest));  // a FIPS provider has no MD5
    }
  }
  /// Calls `take` with the beginning of each, until it says true; returns whether it did.
  template <typename Take>
  bool any(std::string_view text, Take take) {
    for (const auto& digest : digests_) {
      unsigned char out[EVP_MAX_MD_SIZE];
      if (EVP_DigestInit_ex2(context_.get(), digest.get(), nullptr) == 1 &&
          EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
          EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1 &&
          take(std::string_view(reinterpret_cast<const char*>(out), kCut)))
        return true;
    }
    return false;
  }

 private:
  using Digest = std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)>;
  std::vector<Digest> digests_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

/// Beginnings of the digests of 0 to 19,999, made once for all samples.
const std::unordered_set<std::string>& digests_of_small_numbers() {
  static const auto all = [] {
    std::unordered_set<std::string> made;
    Digests digests;
    for (int i = 0; i < 20'000; ++i) {
      digests.any(std::to_string(i), [&](std::string_view one) {
        made.emplace(one);
        return false;
      });
    }
    return made;
  }();
  return all;
}

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
  report.structure_holds = version == '7' ? 74 : 122;  // without version and variant, and without the time
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
  std::unordered_set<std::string_view> wanted;
  for (const auto& one : octets) {
    if (one.size() == 16 || one.size() == 20 || one.size() == 32)
      wanted.insert(std::string_view(one).substr(0, kCut));
  }
  if (wanted.empty()) return {};
  const auto& small = digests_of_small_numbers();
  if (std::ranges::any_of(wanted, [&](auto one) { return small.contains(std::string(one)); }))
    return "the digest of a small number";
  if (!period || period->until < period->from) return {};
  Digests digests;
  const auto found = [&](std::int64_t time) {
    return digests.any(std::to_string(time), [&](std::string_view one) { return wanted.contains(one); });
  };
  const auto until = std::min(period->until + 2, period->from + 600);
  for (auto s = period->from - 2; s <= until; ++s) {
    if (found(s)) return "the digest of the time of issue in seconds";
    // A value is met within its second; 60 of them are enough to meet many values.
    for (int ms = 0; s < period->from + 60 && ms < 1000; ++ms) {
      if (found(s * 1000 + ms)) return "the digest of the time of issue in milliseconds";
    }
  }
  return {};
}

}  // namespace oauthentic::analysis
