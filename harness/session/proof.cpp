#include <fmt/format.h>

#include <algorithm>

#include "oauth/client_authentication.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "session/basic_form.hpp"
#include "session/draft.hpp"
#include "session/shapes.hpp"

namespace oauthentic::session {

using nlohmann::json;
using oauth::AuthenticationMethod;

namespace {

constexpr std::chrono::seconds kAssertionLifetime{60};

std::string text(const json& value) {
  return value.is_string() ? value.get<std::string>() : oauth::dump(value);
}

/// `set` and `remove` of a JSON object.
void edit(json& object, const json& operations) {
  for (const auto& [name, value] : oauth::member(operations, "set").items())
    object[name] = value;
  const auto& remove = oauth::member(operations, "remove");
  if (remove.is_string()) object.erase(remove.get<std::string>());
  if (!remove.is_array()) return;
  for (const auto& name : remove)
    object.erase(name.get<std::string>());
}

/// A key of the same kind that the client did not register; made once.
const oauth::Key& stranger_key(const script::Client& client) {
  if (client.private_key->default_algorithm() == "RS256") {
    static const auto rsa = oauth::Key::generate_rsa();
    return rsa;
  }
  if (client.private_key->default_algorithm() == "EdDSA") {
    static const auto ed = oauth::Key::generate_ed25519();
    return ed;
  }
  static const auto ec = oauth::Key::generate_p256();
  return ec;
}

/// Changes one bit in the middle of the signature, so that its form stays what it was.
std::string break_signature(std::string jwt) {
  const auto dot = jwt.rfind('.');
  if (dot == std::string::npos || dot + 2 >= jwt.size()) return jwt;
  auto& c = jwt[dot + 1 + (jwt.size() - dot) / 2];
  c = c == 'A' ? 'B' : 'A';
  return jwt;
}

class Prover {
 public:
  Prover(Session& session, const script::Client& client, const json& deviation)
      : session_(session), client_(client), deviation_(deviation.is_object() ? deviation : json::object()) {
    id_ = deviation_.contains("client_id") ? text(deviation_.at("client_id")) : client.client_id;
    secret_ =
        deviation_.contains("client_secret") ? text(deviation_.at("client_secret")) : client.client_secret;
  }

  ClientProof run() {
    prove(method("method", client_.authentication), true);
    if (deviation_.contains("also")) prove(method("also", client_.authentication), false);
    if (deviation_.contains("authorization"))
      proof_.headers.set("Authorization", text(deviation_.at("authorization")));
    for (const auto& field : proof_.headers)
      proof_.fingerprint += field.value + "\n";
    return std::move(proof_);
  }

 private:
  AuthenticationMethod method(const char* key, AuthenticationMethod usual) const {
    if (!deviation_.contains(key)) return usual;
    const auto name = text(deviation_.at(key));
    const auto found = oauth::authentication_method_from(name);
    if (!found) throw HarnessError(fmt::format("there is no client authentication method \"{}\"", name));
    return *found;
  }

  /// The word at `key`, one of `known`; empty if there is none.
  std::string word(const char* key, std::initializer_list<std::string_view> known) const {
    if (!deviation_.contains(key)) return {};
    auto found = text(deviation_.at(key));
    if (std::ranges::find(known, found) != known.end()) return found;
    throw HarnessError(fmt::format("there is no {}: {} in a deviation of authentication", key, found));
  }

  void prove(AuthenticationMethod method, bool first) {
    switch (method) {
      case AuthenticationMethod::none:
        if (first) add("client_id", id_);
        break;
      case AuthenticationMethod::client_secret_basic:
        proof_.headers.set("Authorization", basic());
        break;
      case AuthenticationMethod::client_secret_post:
        add("client_id", id_);
        add("client_secret", secret_);
        break;
      case AuthenticationMethod::client_secret_jwt:
      case AuthenticationMethod::private_key_jwt:
        prove_by_assertion(method);
        break;
    }
  }

  std::string basic() const {
    if (deviation_.contains("form")) return basic_in_form(id_, secret_, text(deviation_.at("form")));
    if (deviation_.contains("shape")) {
      return "Basic " + oauth::base64_encode(oauth::form_encode(id_) + ":" +
                                             encoded_in_shape(secret_, text(deviation_.at("shape"))));
    }
    const bool raw = word("encoding", {"none"}) == "none";
    return raw ? "Basic " + oauth::base64_encode(id_ + ":" + secret_)
               : oauth::basic_authorization(id_, secret_);
  }

  void add(std::string name, std::string value) {
    proof_.fingerprint += name + "=" + value + "\n";
    proof_.parameters.push_back({std::move(name), std::move(value)});
  }

  oauth::Key secret_key(std::string_view wanted) {
    return oauth::Key::from_secret(wanted.empty() ? secret_ : session_.random().base64url(32));
  }

  /// What signs, or with `public_...` what a server that confuses keys would take for a secret (RFC 8725 §2.1).
  oauth::Key asymmetric_key(std::string_view wanted) const {
    if (wanted == "other") return stranger_key(client_);
    if (wanted == "public_pem") return oauth::Key::from_secret(client_.private_key->public_pem());
    if (wanted == "public_jwk") return oauth::Key::from_secret(oauth::dump(client_.private_key->public_jwk()));
    return *client_.private_key;
  }

  void prove_by_assertion(AuthenticationMethod method) {
    const bool symmetric = method == AuthenticationMethod::client_secret_jwt;
    if (!symmetric && !client_.private_key) {
      throw HarnessError(fmt::format("client \"{}\" of the target file has no private_key", client_.name));
    }
    const auto wanted = word("key", {"other", "public_pem", "public_jwk"});
    const auto key = symmetric ? secret_key(wanted) : asymmetric_key(wanted);
    const auto now = session_.now().time_since_epoch().count();
    json header = {{"alg", key.default_algorithm()}, {"typ", "JWT"}};
    if (!symmetric) header["kid"] = client_.private_key->kid();
    json claims = {{"iss", id_},
                   {"sub", id_},
                   {"aud", client_.audience.empty() ? session_.target().issuer : client_.audience},
                   {"iat", now},
                   {"exp", now + kAssertionLifetime.count()},
                   {"jti", session_.random().base64url(16)}};
    const auto usual = claims;
    edit(header, deviation_.value("header", json::object()));
    edit(claims, deviation_.value("claims", json::object()));
    auto assertion =
        deviation_.contains("assertion") ? text(deviation_.at("assertion")) : sign_jwt(header, claims, key);
    const auto signature = word("signature", {"none", "broken"});
    if (signature == "none") assertion.resize(assertion.rfind('.') + 1);
    if (signature == "broken") assertion = break_signature(std::move(assertion));
    // jti and the times differ from one composition to the next by themselves: only a change of theirs counts.
    auto compared = claims;
    for (const auto* name : {"jti", "iat", "exp"}) {
      if (claims.contains(name) && claims.at(name) == usual.at(name)) compared[name] = "usual";
    }
    proof_.fingerprint += oauth::dump(header) + oauth::dump(compared) + signature + wanted +
                          (symmetric ? secret_ : std::string()) +
                          (deviation_.contains("assertion") ? assertion : std::string());
    session_.secret("client_assertion", assertion);
    // RFC 7521 §4.2: not needed beside the assertion, but permitted, and some servers look for it.
    add("client_id", id_);
    proof_.assertions.push_back(assertion);
    proof_.parameters.push_back({"client_assertion_type", std::string(oauth::kJwtBearerAssertion)});
    proof_.parameters.push_back({"client_assertion", std::move(assertion)});
  }

  Session& session_;
  const script::Client& client_;
  json deviation_;
  std::string id_;
  std::string secret_;
  ClientProof proof_;
};

}  // namespace

ClientProof prove_client(Session& session, const script::Client& client, const json& deviation) {
  return Prover(session, client, deviation).run();
}

}  // namespace oauthentic::session
