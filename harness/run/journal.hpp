#pragma once
// The journal of a run: one JSON event a line (NDJSON), flushed as it happens. It is the single truth: every
// report is derived from it, also when the run was killed.
#include <cstdio>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/run_record.hpp"

namespace oauthentic::run {

/// Writes; may be used from several threads. After the first failure (disk full, say) nothing more is written.
class Journal {
 public:
  /// Throws std::runtime_error naming the path and the reason if the file cannot be created.
  explicit Journal(const std::string& path);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void run_started(const RunRecord& run);
  void exchange(const Exchange& exchange);
  void outcome(const Outcome& outcome);
  void scenario(const ScenarioRun& scenario);
  /// The outcomes of this scenario's row that were satisfied or violated are inconclusive after all.
  void downgrade(const std::string& scenario, const std::string& row, const std::string& variant,
                 const std::string& reason);
  void problem(const std::string& text);
  void run_finished();

  bool failed() const;
  std::string failure() const;  ///< "cannot write out/journal.ndjson: No space left on device"

 private:
  void write(const std::string& line);
  std::string path_;
  std::FILE* file_ = nullptr;
  mutable std::mutex mutex_;
  std::string failure_;
};

/// Reads a journal, also one that ends in the middle of a line. Exchanges stay in the file and are read on
/// demand, so that memory does not grow with them. The error names the line that is none of ours.
std::unique_ptr<RunRecord> read_journal(const std::string& path, std::string& error);
/// The same of octets that can be read again, a file or a text; the error calls them `name`.
std::unique_ptr<RunRecord> read_journal(std::unique_ptr<std::istream> octets, const std::string& name,
                                        std::string& error);

}  // namespace oauthentic::run
