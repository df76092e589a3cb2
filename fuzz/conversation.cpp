#include "fuzz/conversation.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "fuzz/target.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr int kMostLines = 24;
constexpr int kLongestWait = 40 * 24 * 3600;  // seconds; longer than any token lives

bool take_word(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  line.remove_prefix(word.size());
  return true;
}

}  // namespace

void Conversation::play(std::string_view lines) {
  for (int i = 0; i < kMostLines && !lines.empty(); ++i)
    play_line(take_until(lines, '\n'));
}

void Conversation::play_line(std::string_view line) {
  if (take_word(line, "+")) {
    int seconds = 0;
    std::from_chars(line.data(), line.data() + line.size(), seconds);
    stage_.let_pass(std::chrono::seconds(std::clamp(seconds, 0, kLongestWait)));
  } else if (take_word(line, "> ")) {
    const auto name = trim(take_until(line, ':'));
    const auto value = filled(trim(line), Encoding::none);
    // No others come over a wire.
    if (!name.empty() && value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos)
      next_.headers.add(std::string(name), value);
  } else if (take_word(line, "as ")) {
    author_ = stage_.client_of_role(line);
  } else if (take_word(line, "basic ")) {
    next_.headers.add("Authorization", "Basic " + oauth::base64_encode(filled(line, Encoding::none)));
  } else if (take_word(line, "assert ")) {
    const auto key = take_until(line, ' ');
    next_.body +=
        (next_.body.empty() ? "" : "&") +
        oauth::form_encode({{"client_assertion_type", std::string(oauth::kJwtBearerAssertion)},
                            {"client_assertion", stage_.assertion(key, filled(line, Encoding::none))}});
  } else {
    send(line);
  }
}

void Conversation::send(std::string_view line) {
  auto request = std::exchange(next_, {});
  const auto* author = std::exchange(author_, nullptr);
  request.method = take_until(line, ' ');
  const auto target = filled(take_until(line, ' '), Encoding::form);
  auto path = target.substr(0, target.find_first_of("?#"));
  if (!target.starts_with('/') || !is_meant_(path)) return;
  const bool to_api = path == "/profile" || path == "/admin";
  const auto& options = stage_.deployment().options;
  request.url = (to_api ? options.api : options.issuer) + target;
  const auto body = filled(line, Encoding::form);
  request.body = body + (body.empty() || request.body.empty() ? "" : "&") + request.body;
  if (author) stage_.authenticate(request, *author);
  if (!request.headers.has("Content-Type") && request.method == "POST")
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  if (!request.headers.has("Cookie") && !session_.empty()) request.headers.add("Cookie", "session=" + session_);

  const auto now = stage_.now(request);
  auto response = stage_.send(request);
  if (auto field = hidden_field(response, "transaction"); !field.empty()) {
    transaction_ = std::move(field);
    csrf_ = hidden_field(response, "csrf");
  } else if (const auto next = response.headers.value("Location"); next.starts_with("/continue?transaction=")) {
    transaction_ = next.substr(next.find('=') + 1);
  }
  if (auto session = session_cookie(response); !session.empty()) session_ = std::move(session);
  look_({std::move(request), std::move(path), now, std::move(response)});
}

std::string Conversation::filled(std::string_view text, Encoding encoding) {
  std::string out;
  for (auto at = text.find("$("); at != std::string_view::npos; at = text.find("$(")) {
    const auto end = text.find(')', at);
    if (end == std::string_view::npos) break;
    const auto found = value(text.substr(at + 2, end - at - 2));
    out += text.substr(0, at);
    out += encoding == Encoding::form ? oauth::form_encode(found) : found;
    text.remove_prefix(end + 1);
  }
  return out += text;
}

std::string Conversation::value(std::string_view name) {
  if (name == "transaction") return transaction_;
  if (name == "csrf") return csrf_;
  if (name == "session") return session_;
  return stage_.value(name);
}

}  // namespace oauthentic::fuzz
