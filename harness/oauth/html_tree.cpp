#include "oauth/html_tree.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdlib>

#include "core/message.hpp"

namespace oauthentic::oauth {

/// Hands out memory in order and never takes any back. gumbo does not look at what its allocator returns, so
/// that the only way out of a parse that costs too much is a jump; it is C and holds nothing but memory of
/// ours.
class HtmlTree::Arena {
 public:
  explicit Arena(Limits limits) : limits_(limits), deadline_(std::chrono::steady_clock::now() + limits.time) {
    blocks_.reserve(limits.octets / kBlock + 1);
  }
  ~Arena() {
    for (void* block : blocks_) {
      std::free(block);
    }
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  static void* allocate(void* self, size_t octets) { return static_cast<Arena*>(self)->take(octets); }
  static void release(void*, void*) {}

  std::jmp_buf way_out;
  const char* passed = nullptr;

 private:
  static constexpr std::size_t kBlock = 256 * 1024;

  void* take(std::size_t octets) {
    constexpr std::size_t kAlign = alignof(std::max_align_t);
    octets = (octets + kAlign - 1) / kAlign * kAlign;
    if (++calls_ % 256 == 0 && std::chrono::steady_clock::now() > deadline_) leave("takes too long to parse");
    if (octets > left_) {
      const auto size = std::max(octets, kBlock);
      if (size > limits_.octets - taken_) leave("takes too much memory to parse");
      void* block = std::malloc(size);
      if (block == nullptr) leave("takes more memory to parse than there is");
      blocks_.push_back(block);
      taken_ += size;
      next_ = static_cast<char*>(block);
      left_ = size;
    }
    void* out = next_;
    next_ += octets;
    left_ -= octets;
    return out;
  }

  [[noreturn]] void leave(const char* reason) {
    passed = reason;
    std::longjmp(way_out, 1);
  }

  Limits limits_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<void*> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t taken_ = 0;
  std::size_t calls_ = 0;
};

void HtmlTree::Free::operator()(Arena* arena) const {
  delete arena;
}

namespace {

/// Nothing here has a destructor, so that the jump skips none.
const GumboOutput* run_parser(std::jmp_buf& way_out, const GumboOptions& options, const char* text,
                              size_t octets) {
  if (setjmp(way_out) != 0) return nullptr;
  return gumbo_parse_with_options(&options, text, octets);
}

}  // namespace

std::expected<HtmlTree, std::string> HtmlTree::parse(std::string text, Limits limits) {
  HtmlTree tree;
  tree.text_ = std::make_unique<std::string>(std::move(text));
  tree.arena_.reset(new Arena(limits));
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = Arena::allocate;
  options.deallocator = Arena::release;
  options.userdata = tree.arena_.get();
  options.max_errors = 0;
  const auto* output = run_parser(tree.arena_->way_out, options, tree.text_->data(), tree.text_->size());
  if (output == nullptr) return std::unexpected(std::string("the page ") + tree.arena_->passed);
  tree.root_ = output->root;
  return tree;
}

std::string_view attribute(const GumboNode* element, const char* name) {
  const auto* found = gumbo_get_attribute(&element->v.element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

bool has_attribute(const GumboNode* element, const char* name) {
  return gumbo_get_attribute(&element->v.element.attributes, name) != nullptr;
}

bool is_hidden_element(const GumboNode* element) {
  if (has_attribute(element, "hidden")) return true;
  auto style = to_lower(attribute(element, "style"));
  std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  return style.contains("display:none") || style.contains("visibility:hidden");
}

}  // namespace oauthentic::oauth
