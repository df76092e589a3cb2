#pragma once
// What is wrong with a file that a user wrote, and where.
#include <string>
#include <vector>

namespace oauthentic::script {

struct Place {
  std::string file;
  int line = 0;                   ///< from 1; 0 if the whole file is meant
  int column = 0;                 ///< from 1
  std::string to_string() const;  ///< "profiles/x.yaml:12:5"
  std::string file_and_line() const;
};

struct Diagnostic {
  Place place;
  std::string message;  ///< what is wrong, and what was probably meant
  std::string to_string() const { return place.to_string() + ": " + message; }
};

/// Mistakes in the order in which they were found; a loader goes on after a mistake to tell as many as it can.
class Diagnostics {
 public:
  void add(Place place, std::string message) { all_.push_back({std::move(place), std::move(message)}); }
  bool empty() const { return all_.empty(); }
  const std::vector<Diagnostic>& all() const { return all_; }
  std::string to_string() const;  ///< one a line

 private:
  std::vector<Diagnostic> all_;
};

}  // namespace oauthentic::script
