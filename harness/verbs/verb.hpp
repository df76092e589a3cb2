#pragma once
// What a step can do. Each verb composes the complete request that a conformant client would send to this
// target, lets the deviation act on it, sends it, and tells what came of it. A verb knows nothing of
// requirements.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "script/scenario.hpp"
#include "session/draft.hpp"
#include "session/facts.hpp"
#include "session/session.hpp"

namespace oauthentic::verbs {

/// One step, its placeholders replaced.
struct Call {
  const script::Step* step = nullptr;
  nlohmann::json arguments = nlohmann::json::object();
  nlohmann::json deviation;   ///< null: honest
  bool check_effect = false;  ///< a token that is issued is tried out: an answer alone is no acceptance

  std::string text(std::string_view argument) const;  ///< empty if it was not given
  bool has(std::string_view argument) const { return arguments.contains(argument); }
};

using Perform = session::StepResult (*)(session::Session&, const Call&);

/// The code of a verb; nothing if the vocabulary knows it but there is none.
Perform find(std::string_view verb);

/// Composes and sends; secrets in the request are named for redaction. `parameters` is what was sent.
struct Sent {
  std::vector<http::Answer> answers;  ///< one, or as many as `together` says
  nlohmann::json parameters;
};
Sent send(session::Session& session, const Call& call, const session::Draft& draft);

/// Says in `facts` which secrets of the request the answer repeats (`echoed`), and how the client proved who it
/// is (`client_authentication`).
void note_request(session::Session& session, const Call& call, const session::Draft& draft, const Sent& sent,
                  nlohmann::json& facts);

/// The client that a step uses: its argument, or the flow instance's. Throws HarnessError if the target lacks
/// it.
const script::Client& client_of(session::Session& session, const Call& call);

/// A step that could not be tried for lack of a value.
session::StepResult impossible(std::string why);

/// A refusal by an endpoint that tells its errors in JSON (RFC 6749 §5.2): status and error are among the
/// facts.
void refuse_by_json(session::StepResult& result);

session::StepResult authorize(session::Session&, const Call&);
session::StepResult redeem(session::Session&, const Call&);
session::StepResult refresh(session::Session&, const Call&);
session::StepResult request_token(session::Session&, const Call&);
session::StepResult call_api(session::Session&, const Call&);
session::StepResult userinfo(session::Session&, const Call&);
session::StepResult introspect(session::Session&, const Call&);
session::StepResult revoke(session::Session&, const Call&);
session::StepResult fetch_metadata(session::Session&, const Call&);
session::StepResult fetch_jwks(session::Session&, const Call&);
session::StepResult offer_sign_in(session::Session&, const Call&);
session::StepResult register_client(session::Session&, const Call&);
session::StepResult read_registration(session::Session&, const Call&);
session::StepResult unregister(session::Session&, const Call&);
session::StepResult wait(session::Session&, const Call&);

}  // namespace oauthentic::verbs
