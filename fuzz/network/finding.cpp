#include "fuzz/network/finding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "fuzz/network/deviation.hpp"
#include "oauth/json_document.hpp"
#include "run/journal_event.hpp"

namespace oauthentic::fuzz {

using nlohmann::json;

namespace {

constexpr const char* kFormat = "oauthentic-finding/1";

std::optional<Oracle> oracle_from(std::string_view text) {
  for (std::size_t i = 0; i < kOracles; ++i) {
    if (to_string(static_cast<Oracle>(i)) == text) return static_cast<Oracle>(i);
  }
  return std::nullopt;
}

bool write_text(const std::filesystem::path& path, const std::string& text, std::string& error) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  error = fmt::format("cannot write {}", path.string());
  return false;
}

}  // namespace

std::string_view Finding::confidence() const {
  if (seen == 0) return "once";
  return reproducible() ? "reproducible" : "flaky";
}

std::string identity(const Symptom& symptom, Surface surface, const std::vector<std::string>& causes) {
  Hash hash = hash_of(symptom.detail);
  for (const auto& cause : causes)
    hash = mix(hash, hash_of(cause));
  return fmt::format("{}-{}-{:08x}", to_string(symptom.oracle), to_string(surface),
                     static_cast<std::uint32_t>(hash ^ (hash >> 32)));
}

std::string cluster(const Symptom& symptom, Surface surface, const std::vector<std::string>& causes) {
  return fmt::format("{} at {}: {}; {}", to_string(symptom.oracle),
                     is_token_surface(surface) ? "token" : to_string(surface), symptom.detail,
                     fmt::join(generalised(causes), "; "));
}

json to_json(const Finding& finding) {
  const auto& about = info(finding.symptom.oracle);
  json out = {{"format", kFormat},
              {"id", finding.id},
              {"oracle", to_string(finding.symptom.oracle)},
              {"title", about.title},
              {"detail", finding.symptom.detail},
              {"severity", to_string(severity_of(finding.symptom))},
              {"cwe", fmt::format("CWE-{}", about.cwe)},
              {"requirement", about.requirement},
              {"confidence", finding.confidence()},
              {"seen", finding.seen},
              {"tried", finding.tried},
              {"surface", to_string(finding.surface)},
              {"step", finding.symptom.step},
              {"causes", finding.causes},
              {"cluster", cluster(finding.symptom, finding.surface, finding.causes)},
              {"observed", finding.observed},
              {"input", to_json(finding.input)},
              {"issuer", finding.issuer},
              {"found_at", finding.found_at},
              {"after_requests", finding.after_requests},
              {"exchanges", json::array()}};
  for (const auto& exchange : finding.exchanges)
    out["exchanges"].push_back(run::to_json(exchange));
  return out;
}

std::optional<Finding> finding_from_json(const json& document, std::string& error) {
  if (oauth::string_member(document, "format") != kFormat) {
    error = fmt::format("\"format\" is not {}", kFormat);
    return std::nullopt;
  }
  Finding finding;
  const auto oracle = oracle_from(oauth::string_member(document, "oracle"));
  const auto surface = surface_from(oauth::string_member(document, "surface"));
  auto input = input_from_json(oauth::member(document, "input"), error);
  if (!oracle || !surface) error = "oracle or surface is none of its words";
  if (!oracle || !surface || !input) return std::nullopt;
  finding.id = oauth::string_member(document, "id");
  const auto number = [&](const char* name) {
    const auto& value = oauth::member(document, name);
    return value.is_number_unsigned() ? value.get<std::size_t>() : 0;
  };
  finding.symptom = {*oracle, number("step"), oauth::string_member(document, "detail")};
  finding.surface = *surface;
  finding.input = std::move(*input);
  finding.seen = static_cast<unsigned>(number("seen"));
  finding.tried = static_cast<unsigned>(number("tried"));
  finding.after_requests = number("after_requests");
  finding.observed = oauth::string_member(document, "observed");
  finding.issuer = oauth::string_member(document, "issuer");
  finding.found_at = oauth::string_member(document, "found_at");
  for (const auto& cause : oauth::member(document, "causes")) {
    if (cause.is_string()) finding.causes.push_back(cause.get<std::string>());
  }
  return finding;
}

std::vector<Exchange> exchanges_from_json(const json& document) {
  std::vector<Exchange> out;
  try {
    for (const auto& exchange : oauth::member(document, "exchanges"))
      out.push_back(run::exchange_from(exchange));
  } catch (const json::exception&) {
    out.clear();  // evidence alone: the input says what to repeat
  }
  return out;
}

std::optional<Finding> read_finding(const std::filesystem::path& path, std::string& error) {
  const auto file_path = std::filesystem::is_directory(path) ? path / "finding.json" : path;
  std::ifstream file(file_path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    error = fmt::format("{}: cannot be read", file_path.string());
    return std::nullopt;
  }
  const auto document = oauth::parse_json(text.str());
  std::string why = document ? "" : document.error();
  auto finding = document ? finding_from_json(*document, why) : std::nullopt;
  if (!finding) {
    error = fmt::format("{}: no finding: {}", file_path.string(), why);
    return std::nullopt;
  }
  finding->exchanges = exchanges_from_json(*document);
  return finding;
}

bool write_finding(const std::filesystem::path& folder, const Finding& finding, std::string& error) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  const auto own = folder / finding.id;
  if (!std::filesystem::create_directory(own, code)) {
    if (code) error = fmt::format("cannot make the folder {}: {}", own.string(), code.message());
    return false;
  }
  return write_text(own / "finding.json",
                    to_json(finding).dump(2, ' ', false, json::error_handler_t::replace) + "\n", error) &&
         write_text(own / "curl.sh", as_curl(finding), error) &&
         write_text(own / "request.http", as_octets(finding), error) &&
         write_text(own / "scenario.yaml", as_scenario(finding), error) &&
         write_text(own / "test.cpp", as_test(finding), error);
}

}  // namespace oauthentic::fuzz
