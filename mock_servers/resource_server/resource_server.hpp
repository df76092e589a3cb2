#pragma once
// An API behind Bearer tokens (RFC 6750): /profile asks for the scope "profile", /admin for "admin".
#include <expected>

#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

class ResourceServer {
 public:
  /// `authorization_server` is asked about each token; it has to outlive the resource server.
  ResourceServer(const Deployment& deployment, const AuthorizationServer& authorization_server)
      : deployment_(deployment), authorization_server_(authorization_server) {}

  /// Answers whatever comes; never throws on what a peer sent. May be called from several threads.
  Response handle(const Request& request) const;

 private:
  /// Why a request gets nothing (RFC 6750 §3.1). `error` is empty if the request had no token at all.
  struct Refusal {
    int status = 401;
    std::string_view error;
    std::string_view description;
  };
  struct Bearer {
    const User* user = nullptr;  ///< nothing: a client for itself
    std::string client_id;
    Scopes scopes;
  };
  struct Presented {
    std::string token;
    bool in_query = false;
  };

  std::expected<Presented, Refusal> presented(const Incoming& in) const;
  std::expected<Bearer, Refusal> bearer(std::string_view token, Time now) const;
  std::optional<Bearer> bearer_by_mistake(std::string_view token) const;
  Response refuse(const Refusal& refusal, std::string_view scope) const;
  Response metadata() const;
  bool broken(Fault fault) const { return deployment_.broken(fault); }

  const Deployment& deployment_;
  const AuthorizationServer& authorization_server_;
};

}  // namespace oauthentic::mock
