#pragma once
// HTTP messages as plain values (RFC 9110). They know nothing of sockets: the wire is harness/http.
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

/// Header fields in the order in which they stood on the wire; names compare without case (RFC 9110 §5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  void add(std::string name, std::string value);
  /// Replaces every field of that name by one; the first one's place is kept.
  void set(std::string_view name, std::string value);
  /// Returns how many fields were removed.
  std::size_t remove(std::string_view name);
  /// The first value, or nothing.
  const std::string* find(std::string_view name) const;
  /// The first value, or an empty text.
  std::string_view value(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  void clear() { fields_.clear(); }
  bool operator==(const Headers&) const = default;

 private:
  std::vector<Header> fields_;
};

/// How a request is put on the wire (RFC 9112).
enum class Framing {
  length,    ///< with Content-Length, if it has a body
  chunked,   ///< in chunks (§7.1)
  http_1_0,  ///< as HTTP/1.0, with Content-Length
};
std::string_view to_string(Framing framing);  ///< "length", "chunked" or "http_1_0"
std::optional<Framing> framing_from(std::string_view text);

struct Request {
  std::string method = "GET";
  std::string url;  ///< absolute, without fragment
  Headers headers;
  std::string body;  ///< never in chunks
  /// When set, exactly these octets go over the wire; the members above then only describe them.
  std::optional<std::string> octets;
  Framing framing = Framing::length;
};

struct Response {
  int status = 0;  ///< RFC 9110 §15
  std::string reason;
  Headers headers;
  std::string body;
  /// Status line and header section as they were received; empty when the message never was octets.
  std::string head_octets;

  /// The media type in lower case without parameters, such as `application/json`; empty if there is none.
  std::string media_type() const;
};

/// `a` equals `b` but for the case of ASCII letters.
bool iequals(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);
/// Without leading and trailing space, tab, CR and LF.
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace oauthentic
