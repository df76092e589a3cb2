#pragma once
// How an input differs from what a conformant client sends: the cause of a finding, once it is as small as it
// gets.
#include <functional>
#include <string>
#include <vector>

#include "fuzz/network/honest.hpp"

namespace oauthentic::fuzz {

/// Each difference as a label that names the place and the kind, such as "client_id: nul" or "method: GET";
/// sorted. Two inputs that differ in the same way have the same labels, whatever the octets.
std::vector<std::string> deviations(const Input& input, const Honest& honest);

/// The label without the name of the parameter: what else a cause may be an instance of.
std::string generalised(std::string_view cause);
/// Each of them, sorted.
std::vector<std::string> generalised(const std::vector<std::string>& causes);

/// What kinds of text `text` is where `usual` is meant: "empty", "altered", "nul", "long", "other text", ...
std::vector<std::string_view> kinds_of_change(std::string_view text, std::string_view usual);

/// The smallest input for which `still` holds that is found with at most `budget` tries: first without steps
/// and differences, then with shorter texts. `still` holds for `input`.
Input minimise(Input input, const Honest& honest, const std::function<bool(const Input&)>& still,
               std::size_t budget);

}  // namespace oauthentic::fuzz
