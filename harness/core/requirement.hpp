#pragma once
// What a specification asks. Requirements are data (profiles/requirements/*.yaml); nothing here judges.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic {

/// RFC 2119 level; `rule` is a rule of this house that no specification states (a 5xx on bad input, say).
enum class Level { must, should, may };
std::string_view to_string(Level level);
std::optional<Level> level_from(std::string_view text);  ///< "MUST", "SHOULD", "MAY", in any case

struct Specification {
  std::string id;     ///< "rfc6749"
  std::string name;   ///< "RFC 6749"
  std::string title;  ///< "The OAuth 2.0 Authorization Framework"
  std::string url;    ///< where its text is; `{section}` stands for the section's number
};

/// A provider of which it is publicly known that it broke the rule.
struct KnownCase {
  std::string id;  ///< "CVE-2024-23647", or an issue: "owner/project#12"
  std::string of;  ///< the product
  std::string what;
  std::string url;  ///< where it can be read
};

struct Requirement {
  std::string id;       ///< "rfc7636-4.6-verifier-mismatch"; never renumbered or reused
  std::string spec;     ///< Specification::id
  std::string section;  ///< "4.6"
  std::string role;     ///< "AS", "RS" or "client"
  Level level = Level::must;
  std::string summary;  ///< what the provider has to do, in one sentence
  std::string why;      ///< the attack or the interoperability failure behind it
  std::string mend;     ///< what a provider's developer changes
  std::vector<KnownCase> known;
  std::vector<std::string> source;       ///< ids of the reference table that this row answers
  std::vector<std::string> same_as;      ///< requirements that demand the same; one finding in a report
  std::vector<std::string> contradicts;  ///< requirements that demand the opposite of the same observation
  std::string excluded;                  ///< why no scenario covers it; empty if one does
};

}  // namespace oauthentic
