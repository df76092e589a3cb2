#include "mock_servers/manners.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mock_servers/incoming.hpp"

namespace oauthentic::mock {

namespace {

constexpr MannerInfo kManners[] = {
    {Manner::other_words, "other-words", "Describes every error in the same words."},
    {Manner::status_400, "status-400",
     "Answers failed client authentication in the body with 400 rather than 401."},
    {Manner::html_errors, "html-errors", "Has HTML in the body of errors whose body nobody has specified."},
    {Manner::more_cookies, "more-cookies", "Sets the cookies of a load balancer with each answer."},
    {Manner::more_members, "more-members", "Has members of its own in metadata, tokens and claims."},
    {Manner::see_other, "see-other", "Redirects with 303 rather than 302."},
    {Manner::lower_case, "lower-case", "Writes header names and the token type in lower case."},
    {Manner::late_errors, "late-errors", "Checks what stands in an authorization request after the sign-in."},
    {Manner::jwt_tokens, "jwt-tokens", "Issues access tokens that are JWTs."},
};

constexpr std::string_view kWords = "This cannot be done (E4711).";

bool has_json(const Response& response) {
  return response.media_type() == "application/json" && response.body.ends_with('}') &&
         response.body.size() > 2;
}

void say_in_other_words(Response& response) {
  if (has_json(response)) {
    auto body = nlohmann::ordered_json::parse(response.body, nullptr, false);
    if (body.is_object() && body.contains("error_description")) {
      body["error_description"] = kWords;
      response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
  }
  const auto* challenge = response.headers.find("WWW-Authenticate");
  constexpr std::string_view kName = "error_description=\"";
  if (!challenge || !challenge->contains(kName)) return;
  auto text = *challenge;
  const auto begin = text.find(kName) + kName.size();
  text.replace(begin, text.find('"', begin) - begin, kWords);
  response.headers.set("WWW-Authenticate", text);
}

/// RFC 6749 §5.2 asks for 401 only of who came with an Authorization field.
void answer_400(const Request& request, std::string_view path, Response& response) {
  if (response.status != 401 || (path != "/token" && path != "/revoke")) return;
  if (request.headers.has("Authorization")) return;
  response.status = 400;
  response.reason = "Bad Request";
  response.headers.remove("WWW-Authenticate");
}

void tell_in_html(std::string_view path, Response& response) {
  const bool of_api = path == "/profile" || path == "/admin" || path == "/userinfo";
  if (response.status < 400 || (!of_api && response.media_type() != "text/plain")) return;
  response.headers.set("Content-Type", "text/html; charset=ISO-8859-1");
  response.body =
      "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>That went wrong</h1></body></html>";
}

/// An inactive token has no member but `active` (RFC 7662 §2.2), and errors have a form of their own.
void add_members(std::string_view path, Response& response) {
  const bool may = path == "/token" || path == "/userinfo" || path.starts_with("/.well-known/");
  if (may && response.status == 200 && has_json(response))
    response.body.insert(response.body.size() - 1, ",\"x_vendor\":{\"build\":[4,7,11]}");
}

void write_in_lower_case(std::string_view path, Response& response) {
  Headers fields;
  for (const auto& field : response.headers)
    fields.add(to_lower(field.name), field.value);
  response.headers = std::move(fields);
  constexpr std::string_view kType = "\"token_type\":\"Bearer\"";
  const auto at = path == "/token" ? response.body.find(kType) : std::string::npos;
  if (at != std::string::npos) response.body.replace(at, kType.size(), "\"token_type\":\"bearer\"");
}

}  // namespace

std::span<const MannerInfo> manners() {
  return kManners;
}

std::optional<Manner> manner_from(std::string_view name) {
  const auto found = std::ranges::find(kManners, name, &MannerInfo::name);
  return found == std::end(kManners) ? std::nullopt : std::optional(found->manner);
}

MannerSet MannerSet::all() {
  MannerSet set;
  for (const auto& info : kManners)
    set.add(info.manner);
  return set;
}

Response in_manner(const MannerSet& manners, const Request& request, Response response) {
  const Incoming in(request, {});
  if (manners.has(Manner::other_words)) say_in_other_words(response);
  if (manners.has(Manner::status_400)) answer_400(request, in.path, response);
  if (manners.has(Manner::html_errors)) tell_in_html(in.path, response);
  if (manners.has(Manner::more_members)) add_members(in.path, response);
  if (manners.has(Manner::see_other) && response.status == 302) {
    response.status = 303;
    response.reason = "See Other";
  }
  if (manners.has(Manner::more_cookies)) {
    response.headers.add("Set-Cookie", "lb=node-3; Path=/");
    response.headers.add("Set-Cookie", "visit=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
  }
  if (manners.has(Manner::lower_case)) write_in_lower_case(in.path, response);
  return response;
}

}  // namespace oauthentic::mock
