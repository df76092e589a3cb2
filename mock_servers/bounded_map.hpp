#pragma once
// State that hostile peers can make a server keep, within a limit.
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace oauthentic::mock {

/// Values by random name. The oldest entries are dropped when the limit is reached or when they are older than
/// `life` by the machine's steady clock: the time that requests claim to be sent at does not count, since one
/// scenario must not end what another holds. Not for several threads at once.
template <class Value>
class BoundedMap {
 public:
  BoundedMap(std::size_t limit, std::chrono::seconds life) : limit_(limit), life_(life) {}

  void put(std::string name, std::shared_ptr<Value> value) {
    const auto now = std::chrono::steady_clock::now();
    while (!order_.empty() && (order_.size() >= limit_ || order_.front().added + life_ < now)) {
      values_.erase(order_.front().name);
      order_.pop_front();
    }
    order_.push_back({name, now});
    values_.insert_or_assign(std::move(name), std::move(value));
  }

  std::shared_ptr<Value> get(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? nullptr : at->second;
  }

  /// As `get`, but a name of which one half is right will do: what a comparison of a part lets pass. Looks at
  /// everything.
  std::shared_ptr<Value> get_by_half(std::string_view name) const {
    constexpr std::size_t kHalf = 16;
    if (name.size() < kHalf) return nullptr;
    for (const auto& [known, value] : values_) {
      if (name.starts_with(std::string_view(known).substr(0, kHalf))) return value;
      if (known.size() >= kHalf && name.ends_with(std::string_view(known).substr(known.size() - kHalf)))
        return value;
    }
    return nullptr;
  }

  void erase(std::string_view name) {
    if (const auto at = values_.find(name); at != values_.end()) values_.erase(at);
  }

  std::size_t size() const { return values_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Entry {
    std::string name;
    std::chrono::steady_clock::time_point added;
  };
  std::size_t limit_;
  std::chrono::seconds life_;
  std::unordered_map<std::string, std::shared_ptr<Value>, Hash, std::equal_to<>> values_;
  std::deque<Entry> order_;
};

}  // namespace oauthentic::mock
