#pragma once
// Changes inputs with the grammar of OAuth in mind: what it makes is mostly a request that gets past the first
// check.
#include <cstdint>

#include "fuzz/network/honest.hpp"

namespace oauthentic::fuzz {

/// The quick generator of the mutator (SplitMix64): the same numbers for the same seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// 0 to `count` - 1; 0 if there is nothing to choose from.
  std::size_t below(std::size_t count) { return count < 2 ? 0 : next() % count; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class List>
  decltype(auto) pick(const List& list) {
    return list[below(list.size())];
  }

 private:
  std::uint64_t state_;
};

class Mutator {
 public:
  explicit Mutator(const Honest& honest) : honest_(honest) {}

  /// One change, seldom more.
  void mutate(Input& input, Dice& dice) const;
  /// Steps and parts of both.
  Input cross(const Input& one, const Input& other, Dice& dice) const;

 private:
  Input begin(Dice& dice) const;
  void change(Input& input, Dice& dice) const;
  void change_sequence(Input& input, Dice& dice) const;
  void change_carriage(Step& step, Dice& dice) const;
  void change_client(Step& step, Dice& dice) const;
  const Honest& honest_;
};

}  // namespace oauthentic::fuzz
