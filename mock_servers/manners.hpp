#pragma once
// How real providers differ from one another without breaking any rule. A check that a manner trips asks for
// more than its specification does.
#include <bitset>
#include <optional>
#include <span>
#include <string_view>

#include "core/message.hpp"

namespace oauthentic::mock {

enum class Manner : unsigned {
  other_words,
  status_400,
  html_errors,
  more_cookies,
  more_members,
  see_other,
  lower_case,
  late_errors,
  jwt_tokens,
  count_,
};

struct MannerInfo {
  Manner manner;
  std::string_view name;     ///< with hyphens: "late-errors"
  std::string_view summary;  ///< what the servers then do
};

std::span<const MannerInfo> manners();
std::optional<Manner> manner_from(std::string_view name);

class MannerSet {
 public:
  MannerSet() = default;
  explicit MannerSet(Manner one) { add(one); }
  static MannerSet all();
  void add(Manner manner) { bits_.set(static_cast<std::size_t>(manner)); }
  bool has(Manner manner) const { return bits_.test(static_cast<std::size_t>(manner)); }
  bool empty() const { return bits_.none(); }

 private:
  std::bitset<static_cast<std::size_t>(Manner::count_)> bits_;
};

/// The answer as a provider of these manners gives it. Those that are more than a matter of form (late_errors,
/// jwt_tokens) are in the servers.
Response in_manner(const MannerSet& manners, const Request& request, Response response);

}  // namespace oauthentic::mock
