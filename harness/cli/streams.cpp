#include "cli/streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/command.hpp"

namespace oauthentic::cli {

namespace {

std::atomic<int> output_error = 0;

}  // namespace

void say_text(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void print_results(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) output_error = errno;
}

int finish_output(int status) {
  if (std::fflush(stdout) != 0 && output_error == 0) output_error = errno;
  if (output_error == 0 || output_error == EPIPE) return status;
  say("cannot write to standard output: {}\n", std::strerror(output_error));
  return kOurFault;
}

void fill_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest number that is free is taken: in this order, just the one that was closed.
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;
  }
}

}  // namespace oauthentic::cli
