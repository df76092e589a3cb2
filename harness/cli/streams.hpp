#pragma once
// Standard output carries results, standard error everything else. A disk that is full behind either of them,
// or a reader that has left, never ends a run: what was recorded matters more.
#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace oauthentic::cli {

/// To standard error; never throws. May be called from several threads.
void say_text(std::string_view text);

template <typename... T>
void say(fmt::format_string<T...> format, T&&... values) {
  say_text(fmt::format(format, std::forward<T>(values)...));
}

/// To standard output; a failure is told by finish_output.
void print_results(std::string_view text);

/// The exit status once all results have left: `status`, or kOurFault, told, if some could not be written. A
/// reader that closed its end of a pipe (`oauthentic run ... | head`) has what it wanted.
int finish_output(int status);

/// Where standard input, output or error is closed it becomes /dev/null: else the journal would be opened in
/// its place, and messages would end up in it.
void fill_closed_streams();

}  // namespace oauthentic::cli
