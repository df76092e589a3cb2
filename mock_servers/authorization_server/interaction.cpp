// Sign-in and consent: from a good request to the user's decision (RFC 6749 §3.1, §10.2, §10.12; RFC 9700
// §4.11, §4.12).
#include <fmt/format.h>

#include <algorithm>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

/// After a POST the user agent goes on with GET (RFC 9700 §4.12); after a GET any redirect does.
int status_after(const Incoming& in) {
  return in.is("POST") ? 303 : 302;
}

}  // namespace

Response AuthorizationServer::proceed(const Incoming& in, AuthorizationRequest request,
                                      std::shared_ptr<Session> session, bool signed_in_anew) {
  const auto status = status_after(in);
  const bool silent = request.prompt.contains("none");
  const bool signed_in = counts_as_signed_in(request, session.get(), signed_in_anew, in.now);
  if (request.error) {
    // A link to the provider must not turn into a redirect before its user has done something (RFC 9700
    // §4.11.2). FAULT: error_redirect_before_sign_in
    const bool late =
        stance().sign_in_before_error_redirect || deployment_.options.manners.has(Manner::late_errors);
    const bool at_once = signed_in || silent || !late || broken(Fault::error_redirect_before_sign_in);
    if (!at_once) return ask_to_sign_in(in, std::move(request), std::move(session));
    return deliver_error(request, *request.error, status);
  }
  if (!signed_in) {
    // FAULT: prompt_none_shows_page, silent_error_misnamed
    if (silent && !broken(Fault::prompt_none_shows_page)) {
      return deliver_error(request,
                           {broken(Fault::silent_error_misnamed) ? "access_denied" : "login_required",
                            "The user is not signed in."},
                           status);
    }
    // FAULT: sign_in_skipped
    if (!broken(Fault::sign_in_skipped)) return ask_to_sign_in(in, std::move(request), std::move(session));
    session = start_session(&deployment_.registry.users().front(), in.now);
    Response response = ask_to_consent(in, std::move(request), *session);
    set_session_cookie(in, response, *session);
    return response;
  }
  // Never for anybody else (OpenID Connect Core §3.1.2.2).
  if (!request.openid.wanted_sub.empty() && request.openid.wanted_sub != session->user->sub)
    return deliver_error(request, {"login_required", "Another user is signed in."}, status);
  // FAULT: prompt_none_needs_hint
  if (silent && request.openid.wanted_sub.empty() && broken(Fault::prompt_none_needs_hint))
    return deliver_error(request, {"login_required", "The parameter id_token_hint is missing."}, status);
  if (needs_consent(request, *session)) {
    if (silent) return deliver_error(request, {"consent_required", "The user has not consented."}, status);
    return ask_to_consent(in, std::move(request), *session);
  }
  return deliver_code(request, *session, in.now, status);
}

bool AuthorizationServer::needs_consent(const AuthorizationRequest& request, Session& session) const {
  // FAULT: prompt_consent_ignored
  if (request.prompt.contains("consent") && !broken(Fault::prompt_consent_ignored)) return true;
  // Anybody can pose as a client that cannot authenticate: its user is asked each time (RFC 6749 §10.2).
  // FAULT: public_client_served_silently
  if (request.client->is_public() && !broken(Fault::public_client_served_silently)) return true;
  const std::scoped_lock lock(session.mutex);
  const auto granted = session.consented.find(request.client->id);
  if (granted == session.consented.end()) return true;
  return !std::ranges::all_of(request.scopes,
                              [&](const auto& scope) { return granted->second.contains(scope); });
}

Response AuthorizationServer::ask_to_sign_in(const Incoming& in, AuthorizationRequest request,
                                             std::shared_ptr<Session> session) {
  const bool fresh = session == nullptr;
  if (fresh) session = start_session(nullptr, in.now);
  const auto transaction = start_transaction(std::move(request), *session, in.now);
  auto response = pages_.sign_in(*transaction, "");
  if (fresh) set_session_cookie(in, response, *session);
  return response;
}

Response AuthorizationServer::ask_to_consent(const Incoming& in, AuthorizationRequest request,
                                             const Session& session) {
  const auto transaction = start_transaction(std::move(request), session, in.now);
  return pages_.consent(*transaction, *session.user);
}

Response AuthorizationServer::sign_in(const Incoming& in) {
  if (!in.is("POST")) return method_not_allowed("POST");
  const Form form(in.has_form() ? std::string_view(in.request.body) : std::string_view());
  const auto transaction = store_.transaction(form.value("transaction"));
  const auto session = session_of(in);
  const bool own = transaction && session && transaction->session == session->id &&
                   form.value("csrf") == transaction->csrf && !form.repeats() && !form.malformed();
  if (!own || transaction->expires < in.now) {
    return pages_.error(403, "This page has expired. Please start again from the application.");
  }
  const auto* user = deployment_.registry.user(form.value("username"));
  // FAULT: password_unchecked
  if (!user || (form.value("password") != user->password && !broken(Fault::password_unchecked))) {
    // FAULT: failed_reauthentication_accepted
    if (session->user && broken(Fault::failed_reauthentication_accepted))
      return proceed(in, transaction->request, session, true);
    return pages_.sign_in(*transaction, "The username or the password is wrong.");
  }
  store_.end_transaction(transaction->id);
  if (session) store_.end_session(session->id);
  // A new session for a new person: whoever planted the old cookie does not get in with it.
  const auto signed_in = start_session(user, in.now);
  const auto next = start_transaction(transaction->request, *signed_in, in.now);
  // FAULT: credentials_forwarded_by_307, redirect_302_after_credentials
  const int status = broken(Fault::credentials_forwarded_by_307)     ? 307
                     : broken(Fault::redirect_302_after_credentials) ? 302
                                                                     : 303;
  auto response = redirect_answer(status, "/continue?transaction=" + next->id);
  set_session_cookie(in, response, *signed_in);
  return response;
}

Response AuthorizationServer::resume(const Incoming& in) {
  // POST as well: that is how a user agent arrives after the fault credentials_forwarded_by_307.
  if (!in.is("GET") && !in.is("POST")) return method_not_allowed("GET, POST");
  const auto transaction = store_.transaction(Form(in.query).value("transaction"));
  const auto session = session_of(in);
  if (!transaction || transaction->expires < in.now || !session || transaction->session != session->id) {
    return pages_.error(403, "This page has expired. Please start again from the application.");
  }
  store_.end_transaction(transaction->id);
  return proceed(in, transaction->request, session, true);
}

Response AuthorizationServer::consent(const Incoming& in) {
  if (!in.is("POST")) return method_not_allowed("POST");
  const Form form(in.has_form() ? std::string_view(in.request.body) : std::string_view());
  const auto transaction = store_.transaction(form.value("transaction"));
  const auto session = session_of(in);
  // Another's page would be a decision that this user never took (RFC 6749 §10.12).
  // FAULT: consent_not_bound_to_session
  const bool own = transaction && session && session->user &&
                   (transaction->session == session->id || broken(Fault::consent_not_bound_to_session));
  if (!own || transaction->expires < in.now || form.value("csrf") != transaction->csrf || form.repeats() ||
      form.malformed()) {
    return pages_.error(403, "This page has expired. Please start again from the application.");
  }
  const auto decision = form.value("decision");
  if (decision != "allow" && decision != "deny") return pages_.consent(*transaction, *session->user);
  store_.end_transaction(transaction->id);
  const auto& request = transaction->request;
  // FAULT: refusal_ignored
  if (decision == "deny" && !broken(Fault::refusal_ignored)) {
    return deliver_error(request, {"access_denied", "The user refused."}, 303);
  }
  {
    const std::scoped_lock lock(session->mutex);
    session->consented[request.client->id].insert(request.scopes.begin(), request.scopes.end());
  }
  return deliver_code(request, *session, in.now, 303);
}

std::shared_ptr<Session> AuthorizationServer::session_of(const Incoming& in) const {
  const auto id = in.cookie("session");
  if (!id) return nullptr;
  auto session = store_.session(*id);
  return session && session->expires >= in.now ? session : nullptr;
}

std::shared_ptr<Session> AuthorizationServer::start_session(const User* user, Time now) {
  auto session = std::make_shared<Session>();
  session->id = deployment_.random.base64url(32);
  session->user = user;
  session->authenticated = now;
  session->expires = now + kSessionLife;
  store_.put(session->id, session);
  return session;
}

void AuthorizationServer::set_session_cookie(const Incoming& in, Response& response, const Session& session) {
  const auto secure = in.request.url.starts_with("https://") ? "; Secure" : "";
  response.headers.add("Set-Cookie",
                       fmt::format("session={}; Path=/; HttpOnly; SameSite=Lax{}", session.id, secure));
}

std::shared_ptr<Transaction> AuthorizationServer::start_transaction(AuthorizationRequest request,
                                                                    const Session& session, Time now) {
  auto transaction = std::make_shared<Transaction>();
  transaction->id = deployment_.random.base64url(16);
  transaction->session = session.id;
  transaction->csrf = deployment_.random.base64url(16);
  transaction->request = std::move(request);
  transaction->expires = now + kTransactionLife;
  store_.put(transaction->id, transaction);
  return transaction;
}

}  // namespace oauthentic::mock
