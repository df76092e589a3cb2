#pragma once
// A small web application whose users sign in with the provider: the client's side of the authorization code
// flow.
#include <functional>
#include <mutex>

#include "http/transport.hpp"
#include "mock_servers/bounded_map.hpp"
#include "mock_servers/deployment.hpp"
#include "mock_servers/incoming.hpp"

namespace oauthentic::mock {

class RelyingParty {
 public:
  /// How the application reaches the token endpoint and the API. May be called from several threads.
  using Send = std::function<http::Answer(const Request&)>;

  RelyingParty(const Deployment& deployment, Send send);

  /// Answers whatever comes; never throws on what a peer sent. May be called from several threads.
  Response handle(const Request& request);

 private:
  /// What has to come back with the user (RFC 6749 §10.12, RFC 7636, OpenID Connect Core §3.1.2.1).
  struct Attempt {
    std::string state;
    std::string verifier;
    std::string nonce;
  };
  using Text = std::expected<std::string, std::string>;

  Response home() const;
  Response sign_in();
  Response callback(const Incoming& in);
  std::shared_ptr<Attempt> take_attempt(const Incoming& in);
  Text user_name(const Form& answer, const Attempt& attempt, const Incoming& in) const;
  Text redeem(std::string_view code, const Attempt& attempt, const Incoming& in) const;
  std::string problem_of_id_token(std::string_view id_token, const Attempt& attempt, const Incoming& in) const;
  Text fetch(Request request, const Incoming& in) const;

  const Deployment& deployment_;
  const Client& client_;
  Send send_;
  std::mutex mutex_;
  BoundedMap<Attempt> attempts_{10'000, std::chrono::hours(1)};
};

}  // namespace oauthentic::mock
