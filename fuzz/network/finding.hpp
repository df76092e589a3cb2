#pragma once
// What the network fuzzer found, as it is kept and handed over.
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "fuzz/network/symptom.hpp"

namespace oauthentic::fuzz {

struct Finding {
  std::string id;  ///< "server_error-code_token-1f3a9c42": the same for the same cause
  Symptom symptom;
  Surface surface = Surface::code_token;
  std::vector<std::string> causes;  ///< deviations() of the smallest input
  Input input;                      ///< the smallest, with placeholders for all that is secret
  unsigned seen = 0;                ///< times that it was there
  unsigned tried = 0;               ///< of so many attempts, each with fresh state
  std::string observed;             ///< "status 500", for a person
  std::vector<Exchange> exchanges;  ///< of the last attempt, redacted
  std::string issuer;
  std::string found_at;  ///< RFC 3339
  std::size_t after_requests = 0;

  bool reproducible() const { return tried > 0 && seen == tried; }
  std::string_view confidence() const;  ///< "reproducible", "flaky" or "once"
};

/// Of its oracle, surface, detail and causes.
std::string identity(const Symptom& symptom, Surface surface, const std::vector<std::string>& causes);

/// What findings have in common that are probably one mistake: oracle, endpoint, detail, and the causes
/// whatever the parameter.
std::string cluster(const Symptom& symptom, Surface surface, const std::vector<std::string>& causes);

nlohmann::json to_json(const Finding& finding);
/// Everything but the exchanges; the error says what is wrong with the document.
std::optional<Finding> finding_from_json(const nlohmann::json& document, std::string& error);
/// The exchanges that to_json() wrote.
std::vector<Exchange> exchanges_from_json(const nlohmann::json& document);
/// From a file, or from the finding.json of a folder.
std::optional<Finding> read_finding(const std::filesystem::path& path, std::string& error);

/// Makes the folder ID in `folder`, with finding.json, curl.sh, request.http, scenario.yaml and test.cpp. False
/// if there is one already, or if it cannot be written: then `error` says why.
bool write_finding(const std::filesystem::path& folder, const Finding& finding, std::string& error);

/// What to repeat it with: commands for a shell, the octets, a scenario for `oauthentic run --scripts`, and a
/// test for GoogleTest that takes a function from request octets to response octets.
std::string as_curl(const Finding& finding);
std::string as_octets(const Finding& finding);
std::string as_scenario(const Finding& finding);
std::string as_test(const Finding& finding);

}  // namespace oauthentic::fuzz
