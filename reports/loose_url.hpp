#pragma once
// URLs as they stand in a record: values are replaced by tags (‹state#1›), whose # begins no fragment and which
// no strict parser takes.
#include <string_view>

#include "oauth/encoding.hpp"

namespace oauthentic::reports {

/// Pieces of the text they were made from, as written.
struct LooseUrl {
  std::string_view origin;  ///< "https://host:port"; empty if the text is relative
  std::string_view path;    ///< at least "/" if there is an origin
  std::string_view query;
  std::string_view fragment;
};

/// Never fails: what has no scheme is path, query and fragment.
LooseUrl split_url(std::string_view url);
/// Origin and path.
std::string_view address_of(std::string_view url);
/// Query, then fragment, decoded as browsers do.
oauth::Parameters parameters_of(std::string_view url);

}  // namespace oauthentic::reports
