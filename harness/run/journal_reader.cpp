#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory>
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

/// A line of the file. What is longer than any of ours is not kept, and refused when it is parsed.
struct Line {
  std::string text;
  std::streamoff octets = 0;  ///< with its line feed
  bool whole = false;         ///< it ends with a line feed; if not, the run was killed while it wrote

  /// False at the end of the file.
  bool read(std::streambuf& file) {
    constexpr auto kEnd = std::char_traits<char>::eof();
    *this = {};
    for (auto octet = file.sbumpc(); octet != kEnd; octet = file.sbumpc()) {
      ++octets;
      whole = octet == '\n';
      if (whole) return true;
      if (text.size() <= kLineLimits.octets) text += static_cast<char>(octet);
    }
    return octets > 0;
  }
};

/// Where each exchange stands in the file.
struct ExchangeIndex {
  explicit ExchangeIndex(std::unique_ptr<std::istream> octets) : file(std::move(octets)) {}
  std::unordered_map<std::string, std::streamoff> offsets;
  std::mutex mutex;
  std::unique_ptr<std::istream> file;

  std::optional<Exchange> find(const std::string& id) {
    const auto at = offsets.find(id);
    if (at == offsets.end()) return std::nullopt;
    const std::lock_guard lock(mutex);
    file->clear();
    file->seekg(at->second);
    Line line;
    if (!*file || !line.read(*file->rdbuf())) return std::nullopt;
    const auto event = oauth::parse_json(line.text, nullptr, kLineLimits);
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

/// Throws what is wrong with it.
void take_line(const std::string& line, bool first, RunRecord& run) {
  const auto event = oauth::parse_json(line, nullptr, kLineLimits);
  if (first && (!event || oauth::string_member(*event, "format") != "oauthentic-journal")) {
    throw std::runtime_error("it is no journal of oauthentic");
  }
  if (!event) throw std::runtime_error(event.error());
  take(*event, run);
}

}  // namespace

std::unique_ptr<RunRecord> read_journal(const std::string& path, std::string& error) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) {
    error = fmt::format("cannot read {}: {}", path, std::strerror(errno));
    return nullptr;
  }
  std::error_code code;
  if (!std::filesystem::is_regular_file(path,
                                        code)) {  // a device or a pipe may never end, and cannot be read twice
    error = fmt::format("cannot read {}: it is no regular file", path);
    return nullptr;
  }
  return read_journal(std::move(file), path, error);
}

std::unique_ptr<RunRecord> read_journal(std::unique_ptr<std::istream> octets, const std::string& name,
                                        std::string& error) {
  auto run = std::make_unique<RunRecord>();
  auto index = std::make_shared<ExchangeIndex>(std::move(octets));
  Line line;
  std::size_t number = 0;
  for (std::streamoff offset = 0; line.read(*index->file->rdbuf()); offset += line.octets) {
    ++number;
    const auto id = exchange_id(line.text);
    if (id && number > 1) {
      index->offsets[*id] = offset;
      continue;
    }
    try {
      take_line(line.text, number == 1, *run);
    } catch (const std::exception& what) {
      if (!line.whole && number > 1) break;
      error = fmt::format("{}:{}: {}", name, number, what.what());
      return nullptr;
    }
  }
  if (number == 0) {
    error = fmt::format("{} is empty", name);
    return nullptr;
  }
  run->exchange_count = index->offsets.size();
  run->exchange = [index](const std::string& id) { return index->find(id); };
  return run;
}

}  // namespace oauthentic::run
