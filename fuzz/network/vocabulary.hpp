#pragma once
// The words of the field, and the pieces of text that parsers of OAuth have stumbled over.
#include <span>
#include <string_view>

#include "core/message.hpp"
#include "fuzz/network/input.hpp"

namespace oauthentic::fuzz {

/// Names of parameters (RFC 6749 §11.2 and the registry of IANA), and such as frameworks read themselves.
std::span<const std::string_view> parameter_names();
/// Those that this endpoint reads, or may.
std::span<const std::string_view> parameter_names(Surface surface);
/// Values that mean something: grant types, scopes, response types, placeholders.
std::span<const std::string_view> parameter_values();
/// Those that a parameter of this name is known to take, and such as are near.
std::span<const std::string_view> parameter_values(std::string_view name);
/// What is put into a value: octets that some parser took for more than data.
std::span<const std::string_view> fragments();
/// Those of them that most often made a difference.
std::span<const std::string_view> likely_fragments();
/// What is put into a form as it stands, unescaped.
std::span<const std::string_view> raw_fragments();
/// What is put behind a parameter's name.
std::span<const std::string_view> name_endings();
std::span<const std::string_view> methods();
std::span<const std::string_view> media_types();
std::span<const std::string_view> schemes();  ///< of an Authorization field, with the blank behind it
std::span<const Header> header_fields();
std::span<const std::string_view> malformed_basic();  ///< whole values of an Authorization field

}  // namespace oauthentic::fuzz
