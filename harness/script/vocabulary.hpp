#pragma once
// The words of the script language: verbs with their arguments and facts, deviations, matchers, expectations
// and capabilities. The checker, `oauthentic list` and profiles/README.md are made from these tables; the
// verbs' code is in harness/verbs.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::script {

struct Word {
  std::string_view name;
  std::string_view summary;
};

/// Which request, if any, a verb sends: it decides which rows of the catalogue `error:` speaks of.
enum class Endpoint { none, authorization, token, api, introspection, revocation, metadata };

struct Verb {
  std::string_view name;
  std::string_view summary;
  bool available;  ///< false: its words are known and checked, scenarios that use it are left out of a run
  Endpoint endpoint;
  std::vector<Word> arguments;
  std::vector<Word> facts;  ///< beside those that every request has (common_facts)
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);

std::span<const Word> common_facts();
std::span<const Word> deviations();
std::span<const Word> authentication_deviations();
std::span<const Word> matchers();
std::span<const Word> expectation_words();
std::span<const Word> capabilities();
std::span<const Word> placeholder_roots();

/// The requirement that `error: CODE` speaks of at that endpoint, such as "rfc6749-5.2-error-invalid-grant".
std::string error_requirement(Endpoint endpoint, std::string_view code);

std::vector<std::string> names(std::span<const Word> words);
bool contains(std::span<const Word> words, std::string_view name);

/// `oauthentic list verbs|matchers|deviations` and the reference part of profiles/README.md, in Markdown.
std::string reference_markdown();

}  // namespace oauthentic::script
