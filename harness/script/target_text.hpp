#pragma once
// Writes a target file from a provider's metadata: the beginning of one, commented.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace oauthentic::script {

struct ChosenPreset;

/// What its user says; what is empty becomes a place holder `${NAME}`.
struct TargetAnswers {
  std::string client_id;
  std::string client_secret;   ///< as it is to stand in the file: "${CLIENT_SECRET}"
  bool public_client = false;  ///< the client has no secret
  std::string redirect_uri;
  std::string username;
  std::string password;             ///< as it is to stand in the file
  std::vector<std::string> scopes;  ///< empty: chosen from those that are supported
  std::string api;
  std::string ca_file;
};

/// What the provider says of itself.
struct TargetSource {
  const std::string& issuer;
  const nlohmann::json& metadata;
  const nlohmann::json& resource;  ///< protected resource metadata of `api` (RFC 9728); an object, may be empty
  const std::string& found_at;     ///< URL of the metadata; empty: there are none but the preset's
  const ChosenPreset* preset = nullptr;  ///< the preset of the provider, if there is one
};

/// The text of the file. Nothing that the provider says can become more than a value or a comment: what holds
/// "${", which would be replaced from the environment, is left out.
std::string target_text(const TargetSource& source, const TargetAnswers& answers);

/// The names of the place holders that the text needs, in order.
std::vector<std::string> placeholders_of(const std::string& text);

}  // namespace oauthentic::script
