#pragma once
// A step as the request that goes over the wire, and a request as a strict server reads it.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/network/input.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

/// The value of a placeholder's name, "code"; an empty text if there is none.
using Lookup = std::function<std::string(std::string_view name)>;

/// Replaces "{{name}}" and "{{name|filter}}": cut (without its last octet), half, upper, twice. What is no
/// placeholder stays as it is.
std::string expand(std::string_view text, const Lookup& lookup);
/// Whether `text` has the placeholder, with or without a filter.
bool mentions(std::string_view text, std::string_view name);

/// `url`: of the step's endpoint. Control octets that would end the request line or a header field are taken
/// out: what is tried is the parsing of OAuth, not of HTTP.
Request render(const Step& step, std::string_view url, const Lookup& lookup);

/// What the specification makes of a request (RFC 6749 Appendix B, RFC 7617, RFC 6750). A form with bad escapes
/// is read as a lenient server reads it, and is odd.
struct Reading {
  oauth::Parameters query;
  oauth::Parameters body;  ///< of a form
  std::optional<oauth::BasicCredentials> basic;
  std::optional<std::string> bearer;
  bool authorization = false;    ///< there is an Authorization field, readable or not
  std::string media_type;        ///< of the request, in lower case
  std::vector<std::string> odd;  ///< what could not be read: "query", "body", "authorization"
};
Reading read_strictly(const Request& request);

}  // namespace oauthentic::fuzz
