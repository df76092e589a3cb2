#pragma once
// An OAuth 2.0 authorization server without sockets: RFC 6749, 7009, 7636, 7662, 8414, 9207 and OpenID Connect
// Core, as far as its deployment's stance goes, less the guards that its faults disable.
#include <expected>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>

#include "mock_servers/authorization_server/pages.hpp"
#include "mock_servers/authorization_server/store.hpp"
#include "mock_servers/deployment.hpp"
#include "mock_servers/incoming.hpp"

namespace oauthentic::mock {

class AuthorizationServer {
 public:
  explicit AuthorizationServer(const Deployment& deployment) : deployment_(deployment), pages_(deployment) {}

  /// Answers whatever comes; never throws on what a peer sent. May be called from several threads.
  Response handle(const Request& request);

  /// The access token of that name, expired and revoked ones too; nothing if it was never issued.
  std::shared_ptr<const AccessToken> access_token(std::string_view name, Lookup lookup = Lookup::exact) const;
  /// For faults of an API that takes one kind of token for another: whose refresh token this is.
  std::shared_ptr<const RefreshToken> refresh_token(std::string_view name) const;

 private:
  using Outcome = std::expected<Response, OAuthError>;
  using Authenticated = std::expected<const Client*, OAuthError>;

  Response answer(const Incoming& in);

  // odd_input.cpp
  bool is_odd_request(const Incoming& in, const Response& response) const;
  static Response stack_trace(const Incoming& in);
  void read_loosely(Form& form) const;

  // metadata.cpp
  Response metadata() const;
  std::string sign_metadata(const nlohmann::ordered_json& metadata) const;
  Response jwks() const;

  // authorize.cpp: RFC 6749 §4.1.1
  Response authorize(const Incoming& in);
  std::expected<AuthorizationRequest, std::string> read_client_and_redirect_uri(const Form& form) const;
  void read_rest(const Form& form, AuthorizationRequest& request, Time now) const;
  std::optional<OAuthError> read_response_type(const Form& form, AuthorizationRequest& request) const;
  std::optional<OAuthError> read_scope(const Form& form, AuthorizationRequest& request) const;
  std::optional<OAuthError> read_challenge(const Form& form, AuthorizationRequest& request) const;
  std::optional<OAuthError> read_prompt(const Form& form, AuthorizationRequest& request) const;

  // openid_request.cpp: OpenID Connect Core §3.1.2.1, §5.5, §6
  std::optional<OAuthError> read_openid(const Form& form, AuthorizationRequest& request, Time now) const;
  std::optional<OAuthError> read_max_age(const Form& form, AuthorizationRequest& request) const;
  std::optional<OAuthError> read_hint(const Form& form, AuthorizationRequest& request, Time now) const;
  std::optional<OAuthError> read_claims(const Form& form, AuthorizationRequest& request) const;
  bool counts_as_signed_in(const AuthorizationRequest& request, const Session* session, bool signed_in_anew,
                           Time now) const;

  // interaction.cpp: what stands between a good request and its response
  Response proceed(const Incoming& in, AuthorizationRequest request, std::shared_ptr<Session> session,
                   bool signed_in_anew);
  Response ask_to_sign_in(const Incoming& in, AuthorizationRequest request, std::shared_ptr<Session> session);
  Response ask_to_consent(const Incoming& in, AuthorizationRequest request, const Session& session);
  Response sign_in(const Incoming& in);
  Response resume(const Incoming& in);
  Response consent(const Incoming& in);
  std::shared_ptr<Session> session_of(const Incoming& in) const;
  std::shared_ptr<Session> start_session(const User* user, Time now);
  static void set_session_cookie(const Incoming& in, Response& response, const Session& session);
  std::shared_ptr<Transaction> start_transaction(AuthorizationRequest request, const Session& session,
                                                 Time now);
  bool needs_consent(const AuthorizationRequest& request, Session& session) const;

  // delivery.cpp: RFC 6749 §4.1.2, RFC 9207
  Response deliver_code(const AuthorizationRequest& request, const Session& session, Time now, int status);
  Response deliver_error(const AuthorizationRequest& request, const OAuthError& error, int status) const;
  Response deliver(const AuthorizationRequest& request, oauth::Parameters result, int status,
                   bool is_error) const;

  // token.cpp: RFC 6749 §3.2, §4.1.3, RFC 7636 §4.6
  Response token(const Incoming& in);
  Outcome token_request(const Incoming& in);
  Outcome redeem(const Client& client, const Form& form, Time now);
  std::expected<std::shared_ptr<Code>, OAuthError> find_code(const Client& client, const Form& form,
                                                             Time now) const;
  std::optional<OAuthError> check_code(const Code& code, const Client& client, const Form& form,
                                       Time now) const;
  std::optional<OAuthError> check_verifier(const Code& code, const Form& form) const;

  // own_rights.cpp: RFC 6749 §4.4 and, for a fault, §4.3
  Outcome client_credentials(const Client& client, const Form& form, Time now);
  Outcome password(const Client& client, const Form& form, Time now);

  // refresh.cpp: RFC 6749 §6
  Outcome refresh(const Client& client, const Form& form, Time now);
  std::expected<std::shared_ptr<RefreshToken>, OAuthError> find_refresh_token(const Client& client,
                                                                              const Form& form, Time now) const;
  std::expected<Scopes, OAuthError> refreshed_scopes(const RefreshToken& token, const Form& form) const;

  // issue.cpp: RFC 6749 §5.1
  struct Issue {
    Scopes scopes;
    std::string resource;  ///< empty: every resource there is
    bool with_refresh_token = false;
    Scopes refresh_scopes{};  ///< of the refresh token, if one is issued
    bool with_id_token = false;
    bool refreshed = false;  ///< the ID token is not the first one of its sign-in
  };
  Response issue(const std::shared_ptr<Grant>& grant, const Issue& what, Time now);
  // id_token.cpp: OpenID Connect Core §2, §3.1.3.6, §12.2
  std::string id_token(const Grant& grant, std::string_view access_token, bool refreshed, Time now) const;
  /// The resource that a token request asks for, within what was granted (RFC 8707 §2.2).
  std::expected<std::string, OAuthError> check_resource(const Grant& grant, const Form& form) const;

  // client_authentication.cpp: RFC 6749 §2.3, RFC 7523
  Authenticated authenticate(const Incoming& in, const Form& form);
  bool secret_is_right(const Client& client, std::string_view secret) const;
  Authenticated by_basic(const Form& form, std::string_view authorization) const;
  Authenticated by_post(const Form& form) const;
  Authenticated by_assertion(const Form& form, Time now);
  Authenticated by_name(const Form& form) const;

  // introspection.cpp, revocation.cpp, userinfo.cpp
  Response introspect(const Incoming& in);
  Response introspection_of_access_token(const AccessToken& token, const Client& caller, Time now) const;
  Response introspection_of_refresh_token(const RefreshToken& token, const Client& caller, Time now) const;
  Response inactive() const;
  Response introspection_answer(int status, std::string body) const;
  Response revoke(const Incoming& in);
  Outcome revocation_request(const Incoming& in);
  Response userinfo(const Incoming& in) const;
  Response userinfo_answer(const Incoming& in) const;

  // registration.cpp: RFC 7591, RFC 7592
  Response register_client(const Incoming& in);
  Response manage_client(const Incoming& in, std::string_view id);
  std::expected<Client, OAuthError> registered_client(std::string_view document) const;
  Response registration_answer(int status, const Client& client) const;

  // client_request.cpp: RFC 6749 §3.2, §5.2
  struct Reading {
    bool takes_get = false;
    bool empty_counts = false;
    bool repeatable = false;
  };
  /// The form of a POST to an endpoint for clients: method and media type are good, nothing is repeated or
  /// malformed.
  std::expected<Form, OAuthError> client_form(const Incoming& in, const Reading& reading) const;
  Response error_answer(const Incoming& in, const OAuthError& error) const;
  bool broken(Fault fault) const { return deployment_.broken(fault); }
  const Stance& stance() const { return deployment_.stance; }

  mutable std::once_flag signed_once_;
  mutable std::string signed_metadata_;
  const Deployment& deployment_;
  Pages pages_;
  Store store_;
};

/// How its users sign in (OpenID Connect Core §2), and which claims it has of them.
inline constexpr std::string_view kAcr = "urn:oauthentic:acr:password";
inline constexpr std::string_view kClaimNames[] = {
    "sub", "name", "preferred_username", "email", "email_verified", "phone_number", "phone_number_verified"};

/// The keys that every mock authorization server of this process signs with; made once, since that takes a
/// while.
const oauth::Key& es256_key();
const oauth::Key& rs256_key();

/// The request's redirect_uri is one that the client registered (RFC 6749 §3.1.2.3, RFC 9700 §2.1).
bool redirect_uri_is_registered(const Deployment& deployment, const Client& client, std::string_view uri);

/// The parameters that requests to the endpoints for clients may have.
std::span<const std::string_view> client_request_parameters();

Scopes split_scopes(std::string_view text);
bool contains(const Scopes& scopes, std::string_view scope);
bool covers(const Scopes& granted, const Scopes& wanted);

}  // namespace oauthentic::mock
