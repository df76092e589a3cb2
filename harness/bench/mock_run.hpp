#pragma once
// Scenarios against the mock provider in this process, as the kill matrix runs them: no sockets, no journal.
#include <memory>
#include <string>

#include "mock_servers/provider.hpp"
#include "run/runner.hpp"
#include "script/library.hpp"

namespace oauthentic::bench {

/// The program's own, loaded once.
const script::Library& library();

/// A clean mock of one stance, with its metadata read. Throws std::logic_error for a mistake of ours.
class MockRun {
 public:
  explicit MockRun(const std::string& stance);

  session::World& world() { return world_; }
  const script::Target& target() const { return target_; }
  /// What the profiles of its stance ask for; `only`: a glob over scenario ids, empty for all.
  run::Plan plan(const std::string& only) const;
  /// Runs it in one thread. Returns the number of requests; throws std::runtime_error where an honest flow
  /// failed or the harness erred, since the time would be that of something else.
  std::size_t run(const run::Plan& plan);

 private:
  std::string stance_;
  mock::Provider provider_;
  script::Target target_;
  std::unique_ptr<http::Transport> transport_;
  session::World world_;
};

}  // namespace oauthentic::bench
