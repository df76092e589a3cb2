#pragma once
// Which differences from an honest request go with something costly: hangs, memory that grows.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace oauthentic::fuzz {

class LabelWatch {
 public:
  /// One of the labels (see deviations()) went with it at least every second time, and at least `least` times.
  bool suspects(const std::vector<std::string>& labels, unsigned least) const {
    return std::ranges::any_of(labels, [&](const std::string& label) {
      const auto at = records_.find(label);
      return at != records_.end() && at->second.hits >= least && at->second.hits * 2 >= at->second.runs;
    });
  }
  /// An input with these labels was run. Labels are counted from their first hit on.
  void note(const std::vector<std::string>& labels, bool hit) {
    for (const auto& label : labels) {
      const auto at = hit ? records_.try_emplace(label).first : records_.find(label);
      if (at == records_.end()) continue;
      ++at->second.runs;
      at->second.hits += hit;
    }
  }
  bool empty() const { return records_.empty(); }

 private:
  struct Record {
    unsigned hits = 0, runs = 0;
  };
  std::map<std::string, Record> records_;
};

}  // namespace oauthentic::fuzz
