#pragma once
// What the user sees: ordinary HTML pages that work without script.
#include <string_view>

#include "mock_servers/authorization_server/store.hpp"
#include "mock_servers/deployment.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::mock {

class Pages {
 public:
  explicit Pages(const Deployment& deployment) : deployment_(deployment) {}

  /// `told`: what was wrong with the last attempt, or nothing.
  Response sign_in(const Transaction& transaction, std::string_view told) const;
  Response consent(const Transaction& transaction, const User& user) const;
  /// A page that leads nowhere (RFC 6749 §3.1.2.4). `what` is a text of ours.
  Response error(int status, std::string_view what) const;
  /// A form that sends itself to the redirect URI (OAuth 2.0 Form Post Response Mode §2).
  Response form_post(std::string_view redirect_uri, const oauth::Parameters& parameters) const;

 private:
  Response page(int status, std::string_view title, std::string_view body, bool submits_itself = false) const;
  const Deployment& deployment_;
};

}  // namespace oauthentic::mock
