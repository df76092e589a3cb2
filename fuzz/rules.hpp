#pragma once
// What the targets of the mock provider have in common: the rules of an answer, and who sent a request. Written
// apart from the provider's own code, which they judge.
#include <initializer_list>
#include <string_view>

#include "fuzz/conversation.hpp"
#include "fuzz/stage.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

/// No request brings a server down, and none writes a header field of an answer: none has more than one line,
/// and none is named "Canary".
void require_answer(const Response& response);

/// The error shape of RFC 6749 §5.2 with one of these codes. Nothing that the request kept secret stands in it.
void require_error(const Turn& turn, std::initializer_list<std::string_view> codes);

/// The parameters of the body that have a value (RFC 6749 §3.1).
oauth::Parameters parameters_of(std::string_view form);
/// No parameter stands there twice (RFC 6749 §3.1); `resource` may (RFC 8707 §2).
void require_no_repetition(std::string_view form);

/// The client whose secret or assertion comes with the request, or a public client that names itself; nothing
/// if there is no proof, or more than one.
const mock::Client* proven_client(const Stage& stage, const Turn& turn);

/// An assertion is good for one request (RFC 7523 §3, item 7).
void spend_assertion(Stage& stage, const Turn& turn);

bool is_within(const mock::Scopes& scopes, const mock::Scopes& granted);

}  // namespace oauthentic::fuzz
