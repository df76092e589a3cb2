#pragma once
// The events of a journal as JSON, there and back.
#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/run_record.hpp"

namespace oauthentic::run {

/// `{"event": kind, ...}` and a line feed.
std::string event_line(std::string_view kind, nlohmann::json event);

nlohmann::json to_json(std::chrono::system_clock::time_point time);  ///< milliseconds since 1970
/// The nearest time that the clock can tell. Throws nlohmann::json::exception for what is no whole number.
std::chrono::system_clock::time_point time_from(const nlohmann::json& value);

nlohmann::json to_json(const Exchange& exchange);
nlohmann::json to_json(const Outcome& outcome);
nlohmann::json to_json(const ScenarioRun& scenario);
nlohmann::json to_json(const RunRecord& run);

/// These throw nlohmann::json::exception where a member is missing or of another type.
Exchange exchange_from(const nlohmann::json& event);
Outcome outcome_from(const nlohmann::json& event);
ScenarioRun scenario_from(const nlohmann::json& event);
void run_from(const nlohmann::json& event, RunRecord& run);

}  // namespace oauthentic::run
