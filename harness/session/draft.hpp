#pragma once
// A request as a conformant client would compose it, and the one deviation from it. A deviation acts last, at a
// named stage: parameters → client authentication → claims and header → signature → encoding → headers →
// octets.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "session/session.hpp"

namespace oauthentic::session {

enum class PlacedIn { body, query, header };

struct PlacedParameter {
  std::string name;
  std::string value;
  PlacedIn where = PlacedIn::body;
};

struct Draft {
  std::string method = "POST";
  std::string url;
  std::vector<PlacedParameter> parameters;
  Headers headers;
  const script::Client* client = nullptr;  ///< authenticates, if set
  /// The body is this JSON document rather than a form; deviations name its members by JSON Pointer.
  std::optional<nlohmann::json> document = std::nullopt;
  void add(std::string name, std::string value, PlacedIn where = PlacedIn::body) {
    parameters.push_back({std::move(name), std::move(value), where});
  }
};

struct Composed {
  Request request;
  oauth::Parameters
      parameters;          ///< all that were sent, wherever they stand; without those of client authentication
  std::size_t copies = 1;  ///< sent at the same instant
  bool without_cookies = false;
};

/// Composes the request, with `deviation` (already without placeholders; null: none) applied. Throws
/// HarnessError if the deviation leaves the request as it was, or names a client that the target lacks.
Composed compose(Session& session, const Draft& draft, const nlohmann::json& deviation);

/// What was deviated, for a person: "set code_verifier; remove code_challenge".
std::string describe_deviation(const nlohmann::json& deviation);

/// The client's proof: what is added to the request. `aud` of assertions is the issuer (or the token endpoint
/// if there is none). Takes the `authentication` part of a deviation.
struct ClientProof {
  Headers headers;
  std::vector<PlacedParameter> parameters;
  std::vector<std::string> assertions;  ///< values that differ from one composition to the next by themselves
  std::string fingerprint;              ///< differs whenever the proof does, though signatures are randomised
};
ClientProof prove_client(Session& session, const script::Client& client, const nlohmann::json& deviation);

}  // namespace oauthentic::session
