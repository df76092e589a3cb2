#pragma once
// Requests as a fuzz input writes them. The first line is the stance of the provider; each other one is one of
//
//   +60                     so many seconds pass
//   > Name: value           a header field of the next request
//   as confidential         the next request is authenticated as this client usually does it
//   basic USER:PASSWORD     the next request has these Basic credentials
//   assert KEY CLAIMS       the next request has a client assertion, see Stage::assertion
//   POST /token FORM        a request: method, target, body
//
// $(NAME) stands for a value of the stage, or for what the last page and cookie gave: $(transaction), $(csrf),
// $(session). In a target and a body it is form-encoded.
#include <functional>
#include <string>
#include <string_view>

#include "fuzz/stage.hpp"

namespace oauthentic::fuzz {

struct Turn {
  Request request;
  std::string path;  ///< of the target, without query
  Time now;
  Response response;
};

class Conversation {
 public:
  /// `is_meant`: whether requests to this path are sent; others are left out. `look` sees each turn.
  Conversation(Stage& stage, bool (*is_meant)(std::string_view path), std::function<void(const Turn&)> look)
      : stage_(stage), is_meant_(is_meant), look_(std::move(look)) {}

  /// All but the first line, which is for the stage.
  void play(std::string_view lines);

 private:
  enum class Encoding { none, form };
  void play_line(std::string_view line);
  void send(std::string_view line);
  std::string filled(std::string_view text, Encoding encoding);
  std::string value(std::string_view name);

  Stage& stage_;
  bool (*is_meant_)(std::string_view path);
  std::function<void(const Turn&)> look_;
  Request next_;
  const mock::Client* author_ = nullptr;
  std::string transaction_;
  std::string csrf_;
  std::string session_;
};

}  // namespace oauthentic::fuzz
