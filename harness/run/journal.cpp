#include "run/journal.hpp"

#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "oauth/json_document.hpp"
#include "run/journal_event.hpp"

namespace oauthentic::run {

using nlohmann::json;

Journal::Journal(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "ab")) {
  if (!file_) throw std::runtime_error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  if (flock(fileno(file_), LOCK_EX | LOCK_NB) != 0) {
    std::fclose(file_);
    throw std::runtime_error(fmt::format("{} is being written by another run; choose another --out", path));
  }
  if (ftruncate(fileno(file_), 0) != 0 && errno != EINVAL) {  // EINVAL: a device has no length
    const auto why = fmt::format("cannot empty {}: {}", path, std::strerror(errno));
    std::fclose(file_);
    throw std::runtime_error(why);
  }
}

Journal::~Journal() {
  if (file_) std::fclose(file_);
}

void Journal::write(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (!failure_.empty()) return;
  const bool written =
      std::fwrite(line.data(), 1, line.size(), file_) == line.size() && std::fflush(file_) == 0;
  if (!written) failure_ = fmt::format("cannot write {}: {}", path_, std::strerror(errno));
}

bool Journal::failed() const {
  const std::lock_guard lock(mutex_);
  return !failure_.empty();
}

std::string Journal::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void Journal::run_started(const RunRecord& run) {
  write(event_line("run", to_json(run)));
}
void Journal::exchange(const Exchange& exchange) {
  write(event_line("exchange", to_json(exchange)));
}
void Journal::outcome(const Outcome& outcome) {
  write(event_line("outcome", to_json(outcome)));
}
void Journal::scenario(const ScenarioRun& scenario) {
  write(event_line("scenario", to_json(scenario)));
}

void Journal::downgrade(const std::string& scenario, const std::string& row, const std::string& variant,
                        const std::string& reason) {
  write(event_line("downgrade",
                   {{"scenario", scenario}, {"row", row}, {"variant", variant}, {"reason", reason}}));
}

void Journal::problem(const std::string& text) {
  write(event_line("problem", {{"text", text}}));
}

void Journal::run_finished() {
  write(event_line("end", {{"finished", to_json(std::chrono::system_clock::now())}}));
}

}  // namespace oauthentic::run
