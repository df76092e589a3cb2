#pragma once
// A request as the mock servers read it: strictly, and in one place.
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/message.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::mock {

/// A request with its target taken apart. Refers to the request, which has to outlive it.
struct Incoming {
  Incoming(const Request& request, Time now);

  const Request& request;
  std::string_view path;
  std::string_view query;  ///< as written, without `?`
  Time now;                ///< kClockHeader counted in

  bool is(std::string_view method) const { return request.method == method; }
  /// The media type of the body is application/x-www-form-urlencoded, whatever its parameters.
  bool has_form() const;
  /// The same of application/json.
  bool has_json() const;
  /// The value of a cookie, or nothing.
  std::optional<std::string_view> cookie(std::string_view name) const;
};

/// How a form is read where a fault says so; the honest way is the default.
struct FormReading {
  bool empty_counts = false;  ///< a parameter without value is there (RFC 6749 §3.1: it is treated as omitted)
};

/// Decoded parameters of a query or body. What is wrong with it is told, not judged: an endpoint answers.
class Form {
 public:
  Form() = default;
  explicit Form(std::string_view text, FormReading reading = {});

  bool has(std::string_view name) const { return oauth::find(parameters_, name) != nullptr; }
  std::string_view value(std::string_view name) const { return oauth::value(parameters_, name); }
  const oauth::Parameters& parameters() const { return parameters_; }

  bool malformed() const { return malformed_; }  ///< a bad escape, or too many parameters
  bool repeats(std::string_view name) const;     ///< the name stands there more than once
  /// Any name stands there more than once; `resource` may (RFC 8707 §2).
  bool repeats() const { return !repeated_.empty(); }
  bool has_other_than(std::span<const std::string_view> names) const;
  /// One of these holds a control octet or is not UTF-8 (RFC 6749 Appendix A, B).
  bool unclean(std::span<const std::string_view> names) const;

 private:
  void note_repetitions();
  oauth::Parameters parameters_;
  std::vector<std::string> repeated_;
  bool malformed_ = false;
};

bool is_clean(std::string_view text);

}  // namespace oauthentic::mock
