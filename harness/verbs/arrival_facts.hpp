#pragma once
// What a journey through the authorization endpoint showed, as facts.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "agent/agent.hpp"

namespace oauthentic::verbs {

/// Looks at every response of a journey for what the request smuggled in.
class ResponseWatch {
 public:
  /// `sent`: the parameters of the authorization request, by name.
  explicit ResponseWatch(nlohmann::json sent) : sent_(std::move(sent)) {}
  void see(const http::Answer& answer);
  /// Adds `first_response`, `reflected_markup` and `injected_headers`.
  void tell(nlohmann::json& facts) const;

 private:
  nlohmann::json sent_;
  nlohmann::json first_;
  std::set<std::string> reflected_;
  std::set<std::string> injected_;
};

/// The facts of the verb `authorize` (script/verb_table.cpp); `wanted` is the redirect URI of the request.
nlohmann::json facts_of_arrival(const agent::Arrival& arrival, const std::string& wanted);

}  // namespace oauthentic::verbs
