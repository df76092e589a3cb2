#pragma once
// The requests that a conformant client of the target sends: where fuzzing begins, and what findings are
// compared with.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fuzz/network/input.hpp"
#include "script/target.hpp"
#include "session/world.hpp"

namespace oauthentic::fuzz {

class Honest {
 public:
  /// `wanted`: surfaces; empty: all that the target has.
  Honest(const script::Target& target, const session::Discovery& discovery, const std::set<Surface>& wanted);

  /// One request for each surface and client, then some with optional parameters, and sequences. Empty: there
  /// is nothing to speak to.
  const std::vector<Input>& inputs() const { return inputs_; }
  /// The honest request of that client; a surface or client that the target lacks gives an empty step.
  Step step(Surface surface, const std::string& client) const;
  const std::string& url(Surface surface) const;
  const std::vector<std::string>& clients() const { return clients_; }
  const std::vector<Surface>& surfaces() const { return surfaces_; }

 private:
  void choose_clients(const script::Target& target);
  void choose_surfaces(const session::Discovery& discovery, const std::set<Surface>& wanted);
  bool is_honest(const Step& step) const;
  void add_options();
  void add_sequences();
  void authenticate(Step& step) const;
  bool has(Surface surface) const;
  Step revocation_of_refresh(const std::string& client) const;

  const script::Target& target_;
  std::map<Surface, std::string> urls_;
  std::vector<Surface> surfaces_;
  std::vector<std::string> clients_;
  std::vector<Input> inputs_;
};

/// A host that would be spoken to and is not this machine; empty if there is none.
std::string foreign_host(const session::World& world);

}  // namespace oauthentic::fuzz
