// Property: any octets are read as a journal or refused with a reason, without an exception, and a record that
// was read is the same after it was written and read again. Input: a journal.
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "run/journal.hpp"
#include "run/journal_event.hpp"

namespace oauthentic::fuzz {

namespace {

std::unique_ptr<RunRecord> read(std::string text, std::string& error) {
  return run::read_journal(std::make_unique<std::istringstream>(std::move(text)), "journal", error);
}

/// The exchanges that the record refers to.
std::set<std::string> exchanges_of(const RunRecord& record) {
  std::set<std::string> ids;
  for (const auto& outcome : record.outcomes)
    ids.insert(outcome.exchanges.begin(), outcome.exchanges.end());
  for (const auto& scenario : record.scenarios)
    ids.insert(scenario.exchanges.begin(), scenario.exchanges.end());
  return ids;
}

std::string written(const RunRecord& record) {
  auto text = run::event_line("run", run::to_json(record));
  for (const auto& id : exchanges_of(record)) {
    if (const auto exchange = record.exchange(id)) {
      require(exchange->id == id, "an exchange is found by its id", id);
      text += run::event_line("exchange", run::to_json(*exchange));
    }
  }
  for (const auto& outcome : record.outcomes)
    text += run::event_line("outcome", run::to_json(outcome));
  for (const auto& scenario : record.scenarios)
    text += run::event_line("scenario", run::to_json(scenario));
  for (const auto& problem : record.problems)
    text += run::event_line("problem", {{"text", problem}});
  if (record.finished) text += run::event_line("end", {{"finished", run::to_json(*record.finished)}});
  return text;
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(journal, input) {
  std::string error;
  const auto record = read(std::string(input), error);
  require((record == nullptr) == !error.empty(), "a journal is read or refused with a reason", error);
  if (!record) return;
  const auto text = written(*record);
  const auto again = read(text, error);
  require(again != nullptr, "what is written is read", error);
  require(again->outcomes.size() == record->outcomes.size() &&
              again->scenarios.size() == record->scenarios.size() && again->problems == record->problems &&
              again->finished == record->finished,
          "nothing is lost", text);
  require(written(*again) == text, "a record is read as it was written", text);
}

}  // namespace oauthentic::fuzz
