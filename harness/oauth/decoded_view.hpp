#pragma once
// A text with its escapes undone that knows where each of its octets came from.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

// Which escapes to undo; may be combined.
inline constexpr unsigned kPercentEscapes = 1;  ///< %41 (RFC 3986 §2.1), in either case
inline constexpr unsigned kJsonEscapes = 2;     ///< backslash escapes of RFC 8259 §7
inline constexpr unsigned kHtmlEscapes = 4;     ///< numeric character references and the five named ones of XML

struct DecodedView {
  std::string text;
  /// Octet i of `text` begins at octet at[i] of the source; one more entry holds the end.
  std::vector<std::uint32_t> at;
};

/// Undoes one layer of the given escapes; what is no valid escape stands for itself. Nothing if there was none.
std::optional<DecodedView> decode_view(std::string_view source, unsigned escapes);
/// The same upon a view: positions lead back to the view's own source.
std::optional<DecodedView> decode_view(const DecodedView& view, unsigned escapes);

}  // namespace oauthentic::oauth
