#pragma once
// What a message means, beside what it says: parameters of a query or a form, JSON laid out, JWTs opened.
#include <string>
#include <string_view>
#include <vector>

#include "core/message.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::reports {

struct DecodedJwt {
  std::string where;   ///< "Authorization", "id_token"
  std::string header;  ///< JSON, laid out
  std::string claims;
};

struct Decoded {
  oauth::Parameters parameters;  ///< of the query or the form
  std::string json;              ///< the body, laid out; empty if it is no JSON
  std::vector<DecodedJwt> jwts;
};

/// A request's query and body. Never fails: what cannot be read is left out.
Decoded decode(const Request& request);
Decoded decode(const Response& response);

}  // namespace oauthentic::reports
