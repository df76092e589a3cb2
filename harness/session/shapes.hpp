#pragma once
// Parameters in shapes that no honest client gives them (script/shapes.hpp names them).
#include <string>
#include <string_view>
#include <vector>

#include "session/draft.hpp"

namespace oauthentic::session {

/// Octets that are not to be encoded: `stand_in` is what stands for them until everything else is.
struct RawValue {
  std::string stand_in;
  std::string octets;
};

/// Gives each parameter of that name the shape. Those that cannot be encoded as other values are go into `raw`.
/// Throws HarnessError if there is no such shape.
void reshape(std::vector<PlacedParameter>& parameters, std::string_view name, std::string_view shape,
             std::vector<RawValue>& raw);

/// The value in that shape, already form-encoded; in a header field, where little room is. Throws as above, and
/// for shapes that are no matter of a value.
std::string encoded_in_shape(std::string value, std::string_view shape);

/// Puts the octets in the place of what stands for them.
void put_raw(std::string& text, const std::vector<RawValue>& raw);

}  // namespace oauthentic::session
