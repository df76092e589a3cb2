#pragma once
// What the network fuzzer changes: a short sequence of requests as typed parts, not octets. Values hold
// placeholders ("{{code}}") for what has to be fresh, so that an input holds no secret and can be repeated.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.hpp"

namespace oauthentic::fuzz {

/// What of a provider is spoken to.
enum class Surface : std::uint8_t {
  code_token,     ///< token endpoint, authorization_code (RFC 6749 §4.1.3)
  refresh_token,  ///< token endpoint, refresh_token (§6)
  client_token,   ///< token endpoint, client_credentials (§4.4)
  authorization,
  introspection,
  revocation,
  device_authorization,
  pushed_authorization,
  registration,
  userinfo,
  api,
};
inline constexpr std::size_t kSurfaces = 11;
std::string_view to_string(Surface surface);  ///< "code_token", ...
std::optional<Surface> surface_from(std::string_view text);
bool is_token_surface(Surface surface);

enum class Place : std::uint8_t { body, query };
/// How parameters become a body.
enum class Coding : std::uint8_t { form, json, multipart };
/// How an octet is escaped in a form: as browsers do, every octet, or with small hexadecimal digits.
enum class Escapes : std::uint8_t { usual, every, small };

struct Part {
  std::string name;
  std::string value;
  Place where = Place::body;
  bool raw = false;  ///< stands in the form as it is, unescaped
  bool operator==(const Part&) const = default;
};

/// One request.
struct Step {
  Surface surface = Surface::code_token;
  std::string client;  ///< of the target file: who sends it
  std::string grant;   ///< the client whose codes and tokens the placeholders are
  std::string method = "POST";
  std::vector<Part> parts;
  Coding coding = Coding::form;
  Escapes escapes = Escapes::usual;
  Framing framing = Framing::length;
  std::string content_type;  ///< empty: that of the coding
  /// HTTP Basic (RFC 6749 §2.3.1): scheme, form-encoded user and password in Base64, and what stands behind it.
  bool basic = false;
  std::string scheme = "Basic ";
  std::string user = "{{client_id}}";
  std::string password = "{{client_secret}}";
  std::string behind;
  std::vector<Header> headers;
  std::string tail;  ///< octets behind the encoded form
  bool operator==(const Step&) const = default;
};

inline constexpr std::size_t kMaxSteps = 4;
inline constexpr std::size_t kMaxParts = 40;
inline constexpr std::size_t kMaxHeaders = 12;
inline constexpr std::size_t kMaxText = 16 * 1024;    ///< octets of one name or value
inline constexpr std::size_t kMaxInput = 128 * 1024;  ///< octets of a serialised input

struct Input {
  std::vector<Step> steps;
  bool operator==(const Input&) const = default;
};

/// Compact, for the corpus; what parse_input takes. Parts over the limits are left out.
std::string serialise(const Input& input);
/// Nothing if the octets are no input.
std::optional<Input> parse_input(std::string_view octets);

/// For findings; texts that are not UTF-8 are written as {"base64": ...}.
nlohmann::json to_json(const Input& input);
/// The error names the member that is wrong.
std::optional<Input> input_from_json(const nlohmann::json& json, std::string& error);

}  // namespace oauthentic::fuzz
