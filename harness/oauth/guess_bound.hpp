#pragma once
// How many bits a random-looking value can hold at the most.
#include <optional>
#include <string_view>

namespace oauthentic::oauth {

/// An upper bound of the entropy of the value, in bits, by its length and the smallest usual alphabet that it
/// may be written in: a value below it can be guessed more easily than the bound says, never less. A random
/// UUID holds 122 (RFC 9562 §5.4). Nothing for an empty value, and for a JWT, which is protected by its
/// signature.
std::optional<double> most_bits(std::string_view value);

}  // namespace oauthentic::oauth
