#include "analysis/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace oauthentic::analysis {

namespace {

bool is_jwt(const Report& report) {
  return report.structure == "JWT";
}

std::string lower_bound(const Report& report) {
  if (report.estimates.empty()) return "too few characters for a lower bound by estimators";
  return fmt::format("lower bound {:.0f} bits by estimators", std::floor(report.lower));
}

/// Never rounded up to what is demanded: 127.6 bits are not 128.
std::string bits(double number) {
  return fmt::format("{:.0f}", std::floor(number + 1e-6));
}

/// The deviation of a fair coin's share, twice: of 20 shares about one lies beyond it.
double two_sigma(const Report& report) {
  return 1 / std::sqrt(static_cast<double>(std::max<std::size_t>(report.count, 1)));
}

}  // namespace

bool is_secret(std::string_view kind) {
  return kind != "client_id" && kind != "id_token" && kind != "jti" && !kind.ends_with(" jti");
}

bool is_violation(const Report& report) {
  return is_secret(report.kind) && (report.verdict == Verdict::weak || report.verdict == Verdict::too_short);
}

std::string verdict_sentence(const Report& report) {
  switch (report.verdict) {
    case Verdict::weak:
      return fmt::format("weak, as {} values show", report.count);
    case Verdict::too_short:
      return fmt::format("too short: {} bits at the most, {:.0f} are required", bits(report.by_shape), kMust);
    case Verdict::too_few:
      return fmt::format("too few values: {}, and nothing can be said of less than {}", report.count,
                         kFewestValues);
    case Verdict::no_weakness:
      break;
  }
  if (is_jwt(report))
    return fmt::format("no weakness found in {} values (each is as unguessable as its signature)",
                       report.count);
  return fmt::format("no weakness found in {} values (upper bound {} bits by alphabet and length; {})",
                     report.count, bits(report.by_shape), lower_bound(report));
}

std::string advice(const Report& report) {
  if (report.verdict == Verdict::too_few)
    return fmt::format("Give at least {} values, better 200 or more.", kFewestValues);
  if (report.verdict == Verdict::no_weakness) return {};
  if (!is_secret(report.kind)) return "Nothing, as long as nobody takes it for a secret.";
  if (is_jwt(report))
    return "Sign each JWT with a key that is kept, and have every receiver check the signature.";
  if (report.verdict == Verdict::weak)
    return "Make each value anew from the operating system's random source (getrandom, SecureRandom, "
           "crypto.randomBytes): 20 octets, in base64url 27 characters. What else stands in it must not count "
           "as "
           "secret.";
  return fmt::format(
      "Take 16 random octets at the least, better 20{}.",
      report.structure.starts_with("UUID") ? ": a UUID has room for 122 bits, so two of them in a row do" : "");
}

std::string shape_sentence(const Report& report) {
  std::string out = is_jwt(report) ? "JWTs" : report.alphabet.name;
  if (!report.structure.empty() && !is_jwt(report)) out = report.structure;
  if (report.shortest != report.longest)
    out += fmt::format(", {} to {} characters", report.shortest, report.longest);
  if (report.same_prefix > 0 && report.distinct > 1)
    out += fmt::format(", the first {} always the same", report.same_prefix);
  if (report.same_suffix > 0 && report.distinct > 1)
    out += fmt::format(", the last {} always the same", report.same_suffix);
  return fmt::format("{}; such as {}", out, report.example);
}

std::string bounds_sentence(const Report& report) {
  if (is_jwt(report) || report.count < kFewestValues || !is_secret(report.kind)) return {};
  const auto can = [&](double wanted) { return report.upper >= wanted - 1e-6; };
  const auto* words = can(kShould) ? "both can be there"
                      : can(kMust) ? "the former can be there, the latter not"
                                   : "neither is there";
  return fmt::format("{:.0f} bits are required, {:.0f} recommended: {} ({} at the most)", kMust, kShould, words,
                     bits(report.upper));
}

std::string bias_sentence(const Report& report) {
  const auto& ones = report.bias.ones;
  if (ones.empty()) return {};
  std::size_t fixed = 0, beyond = 0;
  double least = 1, most = 0;
  for (const auto share : ones) {
    if (share == 0 || share == 1) {
      ++fixed;
      continue;
    }
    least = std::min(least, share);
    most = std::max(most, share);
    beyond += std::abs(share - 0.5) > two_sigma(report);
  }
  auto out =
      fmt::format("{} bits {}, {} of them always the same", ones.size(),
                  report.decoded ? "of the decoded octets" : "of the characters as they are written", fixed);
  if (fixed == ones.size()) return out + ".";
  out +=
      fmt::format("; of the others the share of ones goes from {:.0f} % to {:.0f} %", 100 * least, 100 * most);
  if (!report.decoded) return out + ". Bits of text are not those of a fair coin.";
  return out +
         fmt::format("; {} lie more than {:.0f} points beside one half, where chance alone puts about {}.",
                     beyond, 100 * two_sigma(report),
                     std::lround(0.05 * static_cast<double>(ones.size() - fixed)));
}

nlohmann::json to_json(const Report& report) {
  auto estimates = nlohmann::json::object();
  for (const auto& one : report.estimates)
    estimates[one.name] = one.per_symbol;
  nlohmann::json out = {{"kind", report.kind},
                        {"verdict", to_string(report.verdict)},
                        {"secret", is_secret(report.kind)},
                        {"proofs", report.proofs},
                        {"notes", report.notes},
                        {"advice", advice(report)},
                        {"values", report.count},
                        {"distinct", report.distinct},
                        {"shortest", report.shortest},
                        {"longest", report.longest},
                        {"alphabet", report.alphabet.name},
                        {"structure", report.structure},
                        {"example", report.example}};
  if (is_jwt(report) || report.count < kFewestValues) return out;
  out["bits"] = {
      {"by_shape", report.by_shape}, {"upper", report.upper}, {"required", kMust}, {"recommended", kShould}};
  if (!report.estimates.empty()) out["bits"]["lower"] = report.lower;
  out["bits_per_symbol"] = std::move(estimates);
  out["bias"] = {{"bits", report.bias.ones.size()},
                 {"biased", report.bias.biased},
                 {"following", report.bias.following},
                 {"of", report.decoded ? "decoded octets" : "text"}};
  return out;
}

}  // namespace oauthentic::analysis
