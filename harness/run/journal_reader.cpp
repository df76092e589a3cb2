#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "oauth/json_document.hpp"
#include "run/journal.hpp"
#include "run/journal_event.hpp"

namespace oauthentic::run {

using nlohmann::json;

namespace {

constexpr oauth::JsonLimits kLineLimits{64 * 1024 * 1024, 64};

/// Where each exchange stands in the file.
struct ExchangeIndex {
  std::string path;
  std::unordered_map<std::string, std::streamoff> offsets;
  std::mutex mutex;
  std::ifstream file;

  std::optional<Exchange> find(const std::string& id) {
    const auto at = offsets.find(id);
    if (at == offsets.end()) return std::nullopt;
    const std::lock_guard lock(mutex);
    if (!file.is_open()) file.open(path, std::ios::binary);
    file.clear();
    file.seekg(at->second);
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    const auto event = oauth::parse_json(line, nullptr, kLineLimits);
    if (!event) return std::nullopt;
    try {
      return exchange_from(*event);
    } catch (const json::exception&) {
      return std::nullopt;  // the file was changed since it was indexed
    }
  }
};

void downgrade(const json& event, RunRecord& run) {
  const auto scenario = event.at("scenario").get<std::string>();
  const auto row = event.at("row").get<std::string>();
  const auto variant = event.at("variant").get<std::string>();
  for (auto& outcome : run.outcomes) {
    const bool meant = outcome.scenario == scenario && outcome.row == row && outcome.variant == variant;
    if (!meant || (outcome.result != Result::satisfied && outcome.result != Result::violated)) continue;
    outcome.result = Result::inconclusive;
    outcome.observed += fmt::format(" (not counted: {})", event.at("reason").get<std::string>());
  }
}

void take(const json& event, RunRecord& run) {
  const auto kind = event.at("event").get<std::string>();
  if (kind == "run") {
    run_from(event, run);
  } else if (kind == "outcome") {
    run.outcomes.push_back(outcome_from(event));
  } else if (kind == "scenario") {
    run.scenarios.push_back(scenario_from(event));
  } else if (kind == "downgrade") {
    downgrade(event, run);
  } else if (kind == "problem") {
    run.problems.push_back(event.at("text").get<std::string>());
  } else if (kind == "end") {
    run.finished = time_from(event.at("finished"));
  }
}

/// The id of an exchange event without parsing all of it; nothing for another event.
std::optional<std::string> exchange_id(const std::string& line) {
  if (line.find("\"event\":\"exchange\"") == std::string::npos) return std::nullopt;
  const auto event = oauth::parse_json(line, nullptr, kLineLimits);
  if (!event || oauth::string_member(*event, "event") != "exchange") return std::nullopt;
  return oauth::string_member(*event, "id");
}

}  // namespace

std::unique_ptr<RunRecord> read_journal(const std::string& path, std::string& error) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    error = fmt::format("cannot read {}: {}", path, std::strerror(errno));
    return nullptr;
  }
  auto run = std::make_unique<RunRecord>();
  auto index = std::make_shared<ExchangeIndex>();
  index->path = path;
  std::string line;
  std::size_t number = 0;
  for (std::streamoff offset = 0; std::getline(file, line); offset = file.tellg()) {
    ++number;
    const bool cut_short = file.eof();  // no line feed: the run was killed while it wrote
    if (auto id = exchange_id(line)) {
      index->offsets[*id] = offset;
      continue;
    }
    const auto event = oauth::parse_json(line, nullptr, kLineLimits);
    try {
      if (!event) throw std::runtime_error(event.error());
      take(*event, *run);
      if (number == 1 && oauth::string_member(*event, "format") != "oauthentic-journal") {
        throw std::runtime_error("it is no journal of oauthentic");
      }
    } catch (const std::exception& what) {
      if (cut_short && number > 1) break;
      error = fmt::format("{}:{}: {}", path, number, what.what());
      return nullptr;
    }
    if (cut_short) break;
  }
  if (number == 0) {
    error = fmt::format("{} is empty", path);
    return nullptr;
  }
  run->exchange_count = index->offsets.size();
  run->exchange = [index](const std::string& id) { return index->find(id); };
  return run;
}

}  // namespace oauthentic::run
