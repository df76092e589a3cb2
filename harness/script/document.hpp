#pragma once
// A YAML file as a JSON value with the place of every part of it. The YAML library lets pass what a reader of a
// script would not expect (the first of two equal keys, merge keys, aliases, an unquoted {{placeholder}} as
// nested maps), so the value is built from its events, and these are mistakes here.
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "script/diagnostic.hpp"

namespace oauthentic::script {

class Document {
 public:
  /// Nothing if the text is no YAML document or holds such a mistake: it is told in `diagnostics`. A text over
  /// 4 MiB or nested deeper than 60 levels is refused.
  static std::optional<Document> parse(std::string_view text, const std::string& file,
                                       Diagnostics& diagnostics);

  const nlohmann::json& value() const { return value_; }
  const std::string& file() const { return file_; }
  /// Where the part at that JSON Pointer stands; for a member its key. An unknown pointer gives its nearest
  /// parent.
  Place place(const std::string& pointer) const;

 private:
  nlohmann::json value_;
  std::string file_;
  std::map<std::string, std::pair<int, int>> marks_;
};

/// `pointer` + "/" + `member`, escaped (RFC 6901).
std::string pointer_to(const std::string& pointer, std::string_view member);
std::string pointer_to(const std::string& pointer, std::size_t index);

}  // namespace oauthentic::script
