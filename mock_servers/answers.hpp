#pragma once
// The responses of the mock servers, each built in one place.
#include <string>
#include <string_view>

#include "core/message.hpp"

namespace oauthentic::mock {

Response json_answer(int status, std::string body);
Response text_answer(int status, std::string_view text);
/// `status` is 302, 303 or 307; Location is `url` as it stands.
Response redirect_answer(int status, std::string url);
/// 405 with the methods that there are (RFC 9110 §15.5.6).
Response method_not_allowed(std::string_view allowed);
Response not_found();

/// The text as a JSON string, quotes and all. Expects UTF-8.
std::string json_text(std::string_view text);

}  // namespace oauthentic::mock
