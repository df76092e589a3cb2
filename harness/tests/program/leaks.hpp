#pragma once
// For tests only: looks for secrets in texts, however they are written there. Shares no code with the
// redaction.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace oauthentic::program {

class Leaks {
 public:
  /// `what` names it in a failure: "code". Shorter values than eight octets are left out.
  void add(const std::string& what, const std::string& secret);
  std::size_t secrets() const { return secrets_.size(); }
  /// How many there are of each kind.
  const std::map<std::string, int>& kinds() const { return kinds_; }

  /// "code in hexadecimal: ...context..." for each secret that stands in `text`; at most a few.
  std::vector<std::string> in(const std::string& text) const;

 private:
  struct Needle {
    std::string text;
    std::string what;
  };
  void add_needle(std::string text, std::string what);

  std::set<std::string> secrets_;
  std::map<std::string, int> kinds_;
  std::vector<Needle> needles_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> by_start_;  ///< the first eight octets
};

}  // namespace oauthentic::program
