// Property: a target file is read or its mistakes are told; what was read has absolute URLs, times that are not
// negative, and tells each of its secrets to the redactor.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/url.hpp"
#include "script/document.hpp"
#include "script/placeholder.hpp"
#include "script/target.hpp"

namespace oauthentic::fuzz {

namespace {

/// Files of this machine are none of the fuzzer's business.
bool reads_files(std::string_view text) {
  script::Diagnostics diagnostics;
  const auto document = script::Document::parse(text, "fuzz.yaml", diagnostics);
  bool found = false;
  if (document) {
    script::for_each_text(document->value(), "", [&](const std::string& part, const std::string&) {
      found = found || part.contains("${");
    });
  }
  return found;
}

bool is_told(const script::Target& target, std::string_view secret) {
  return secret.empty() ||
         std::ranges::any_of(target.secrets, [&](const auto& told) { return told.second == secret; });
}

void check(const script::Target& target) {
  require(oauth::parse_url(target.issuer).has_value(), "an issuer is a URL", target.issuer);
  require(oauth::parse_url(target.redirect_uri).has_value(), "a redirect URI is a URL", target.redirect_uri);
  for (const auto& uri : target.redirect_uris)
    require(oauth::parse_url(uri).has_value(), "a redirect URI is a URL", uri);
  for (const auto& api : target.api)
    require(oauth::parse_url(api.url).has_value(), "an API is a URL", api.url);
  require(target.timeout.count() >= 0 && target.code_lifetime.count() >= 0 && target.refresh_grace.count() >= 0,
          "no time is negative");
  require(target.requests_per_second >= 0, "a rate is not negative");
  require(!target.clients.empty() && target.users.contains("user"), "there are a client and a user");
  for (const auto& [name, client] : target.clients)
    require(is_told(target, client.client_secret), "a secret is told", name);
  for (const auto& [name, user] : target.users)
    require(is_told(target, user.password), "a password is told", name);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(target_file, input) {
  if (reads_files(input)) return;
  script::Diagnostics diagnostics;
  const auto target = script::parse_target(input, "fuzz.yaml", diagnostics);
  require(target.has_value() == diagnostics.empty(), "a target is read or its mistakes are told", input);
  if (target) check(*target);
}

}  // namespace oauthentic::fuzz
