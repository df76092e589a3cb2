#pragma once
// Templates of the HTML report, in Mustache. Every {{value}} is made visible and escaped (reports/text.hpp), so
// that nothing that a peer sent can act; {{{value}}} is for markup that was itself made here.
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace oauthentic::reports {

/// The text of a file below reports/assets/; an exception if there is none (a fault of ours).
std::string_view asset(std::string_view path);

/// A source of a page's Content-Security-Policy (CSP 3 §2.3.1): only this very text may act.
std::string source_hash(std::string_view text);

/// A template, parsed once and rendered often. One thread at a time.
class Template {
 public:
  /// Parses a file below reports/assets/; throws if it is no Mustache.
  explicit Template(std::string_view path);
  ~Template();

  /// Empty texts, null and false open no section; numbers stand as they are.
  std::string render(const nlohmann::json& values) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oauthentic::reports
