// Property: credentials that are read from an Authorization field are the same after they were written again,
// and any client id and secret come through Basic unharmed (RFC 6749 §2.3.1); a Bearer token is a b64token (RFC
// 6750 §2.1). Input: the value of an Authorization field; cut at its first line feed it also is a client id and
// a secret.
#include "fuzz/target.hpp"
#include "oauth/client_authentication.hpp"

namespace oauthentic::fuzz {

OAUTHENTIC_FUZZ_TARGET(authorization, input) {
  if (const auto read = oauth::parse_basic(input)) {
    const auto again = oauth::parse_basic(oauth::basic_authorization(read->user, read->password));
    require(again && again->user == read->user && again->password == read->password,
            "Basic is read as it was written", input);
  }
  if (const auto token = oauth::parse_bearer(input)) {
    require(!token->empty() && token->find_first_of(" \t\r\n,\"") == std::string::npos, "a token is one word",
            input);
    require(oauth::parse_bearer("bearer  " + *token) == token, "Bearer is read as it was written", input);
    require(!oauth::parse_basic(input), "a field has one scheme", input);
  }
  auto secret = input;
  const auto id = take_until(secret, '\n');
  const auto written = oauth::basic_authorization(id, secret);
  const auto read = oauth::parse_basic(written);
  require(read && read->user == id && read->password == secret, "any id and secret come through", written);
}

}  // namespace oauthentic::fuzz
