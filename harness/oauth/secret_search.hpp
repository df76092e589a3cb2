#pragma once
// Finds many secrets in one pass over a text, in whatever encoding they stand there.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace oauthentic::oauth {

/// Octets [begin, end) are a secret; `tag` is what it was added with. Valid until the search is changed.
struct SecretMatch {
  std::size_t begin;
  std::size_t end;
  const std::string* tag;
};

class SecretSearch {
 public:
  /// Shorter values are found in ordinary words too often.
  static constexpr std::size_t kShortest = 8;

  /// Looks for `value` as it stands, as a form writes it, in Base64 and base64url at any alignment, and in
  /// hexadecimal. Percent-encoding, JSON escapes and character references are the caller's to undo
  /// (DecodedView). A value that was added before, or is shorter than kShortest, changes nothing.
  void add(std::string_view value, std::string tag) { add(value, std::move(tag), true); }
  /// The same but for the value as it stands.
  void add_encoded_only(std::string_view value, std::string tag) { add(value, std::move(tag), false); }
  bool empty() const { return needles_.empty(); }
  bool contains(const std::string& value) const { return values_.contains(value); }
  /// Appends, for each place, the longest secret that begins there. Matches may overlap.
  void find(std::string_view text, std::vector<SecretMatch>& out) const;

 private:
  struct Needle {
    std::string text;
    std::size_t tag;
  };
  void add(std::string_view value, std::string tag, bool plain);
  void add_needle(std::string text, std::size_t tag);
  void add_encodings(std::string_view value, std::size_t tag);

  static constexpr std::size_t kFilterBits = 15;
  std::unordered_set<std::string> values_;
  std::vector<std::string> tags_;
  std::vector<Needle> needles_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>>
      by_start_;              ///< first eight octets → longest first
  std::vector<bool> filter_;  ///< a bit for each hashed start: nearly every place of a text is ruled out by it
};

}  // namespace oauthentic::oauth
