#include "fuzz/network/mutator.hpp"

#include <algorithm>

#include "fuzz/network/vocabulary.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kLengths[] = {2, 16, 63, 64, 65, 255, 256, 257, 1000, 1024, 4096, 8192};

std::string_view fragment_of(Dice& dice) {
  return dice.pick(dice.one_in(2) ? likely_fragments() : fragments());
}

/// One place of a text, never within a placeholder.
std::size_t place_in(std::string_view text, Dice& dice) {
  const auto at = dice.below(text.size() + 1);
  const auto open = text.rfind("{{", at);
  if (open == text.npos || at == open) return at;
  const auto close = text.find("}}", open);
  if (close == text.npos || at >= close + 2) return at;
  return dice.one_in(2) ? open : close + 2;
}

/// A filter on the first placeholder of the text.
bool alter_placeholder(std::string& text, Dice& dice) {
  const auto close = text.find("}}");
  if (close == text.npos) return false;
  const auto bar = text.find('|');
  if (bar != text.npos && bar < close) {
    text.erase(bar, close - bar);
    return true;
  }
  static constexpr std::string_view kFilters[] = {"|cut", "|half", "|upper", "|twice"};
  text.insert(close, dice.pick(std::span(kFilters)));
  return true;
}

/// `name`: of the parameter whose value it is; may be empty.
void change_text(std::string& text, Dice& dice, std::string_view name = {}) {
  const auto fragment = fragment_of(dice);
  switch (dice.below(10)) {
    case 0:
    case 1:
      text += fragment;
      break;
    case 3:
      text.insert(0, fragment);
      break;
    case 4:
      text.insert(place_in(text, dice), fragment);
      break;
    case 2:
    case 5:
      text = dice.pick(dice.one_in(4) ? parameter_values() : parameter_values(name));
      break;
    case 6:
      if (!alter_placeholder(text, dice)) text.resize(dice.below(text.size() + 1));
      break;
    case 7:
      if (dice.one_in(2))
        text.clear();
      else
        text = fragment;
      break;
    case 8: {
      const auto length = dice.pick(std::span(kLengths));
      const auto piece = dice.one_in(2) ? std::string_view("A") : fragment;
      std::string more;
      while (more.size() < length)
        more += piece;
      text += more.substr(0, length);
      break;
    }
    default:
      if (const auto at = place_in(text, dice); at < text.size() && text[at] != '{' && text[at] != '}')
        text[at] = static_cast<char>(dice.below(256));
      else
        text += static_cast<char>(dice.below(256));
  }
  if (text.size() > kMaxText) text.resize(kMaxText);
}

void change_name(std::string& name, Dice& dice) {
  switch (dice.below(5)) {
    case 0:
      name = dice.pick(parameter_names());
      break;
    case 1:
    case 2:
      name += dice.pick(name_endings());
      break;
    case 3: {
      const auto times = dice.pick(std::span(kLengths)) / 4 + 1;
      const auto ending = dice.one_in(2) ? std::string_view("[a]") : dice.pick(name_endings());
      for (std::size_t i = 0; i < times && name.size() < kMaxText / 2; ++i)
        name += ending;
      break;
    }
    default:
      for (auto& c : name)
        c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  }
}

Part new_part(const Step& step, Dice& dice) {
  Part part;
  part.name = dice.pick(dice.one_in(4) ? parameter_names() : parameter_names(step.surface));
  part.value = dice.pick(parameter_values(part.name));
  if (dice.one_in(3)) part.value = fragment_of(dice);
  if (dice.one_in(4)) part.value += fragment_of(dice);
  part.where = step.method == "GET" && !dice.one_in(8) ? Place::query : Place::body;
  return part;
}

void change_parts(Step& step, Dice& dice) {
  auto& parts = step.parts;
  const auto which = dice.below(parts.size());
  const auto choice = parts.empty() ? 0 : dice.below(17);
  switch (choice) {
    case 0:
    case 1:
    case 15:
    case 16:
      if (parts.size() < kMaxParts)
        parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(dice.below(parts.size() + 1)),
                     new_part(step, dice));
      break;
    case 2:
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(which));
      break;
    case 3: {
      if (parts.size() >= kMaxParts) break;
      auto copy = parts[which];
      if (dice.one_in(2)) change_text(copy.value, dice);
      parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(dice.below(parts.size() + 1)), std::move(copy));
      break;
    }
    case 4:
    case 14:
      change_name(parts[which].name, dice);
      break;
    case 5:
      parts[which].where = parts[which].where == Place::body ? Place::query : Place::body;
      break;
    case 6:
      parts[which].raw = true;
      parts[which].value += dice.pick(raw_fragments());
      break;
    case 7:
      std::swap(parts[which], parts[dice.below(parts.size())]);
      break;
    case 8:
      parts[which].value = parts[dice.below(parts.size())].value;
      break;
    default:
      change_text(parts[which].value, dice, parts[which].name);
  }
}

}  // namespace

std::uint64_t Dice::next() {
  auto z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

void Mutator::change_client(Step& step, Dice& dice) const {
  switch (dice.below(8)) {
    case 0:
      if (!honest_.clients().empty()) step.client = dice.pick(honest_.clients());
      break;
    case 1:
      step.basic = !step.basic;
      if (!step.basic && dice.one_in(2) && step.headers.size() < kMaxHeaders)
        step.headers.push_back({"Authorization", std::string(dice.pick(malformed_basic()))});
      break;
    case 2:
      step.basic = true;
      step.scheme = dice.pick(schemes());
      break;
    case 3:
    case 4:
      step.basic = true;
      change_text(step.user, dice);
      break;
    case 5:
    case 6:
      step.basic = true;
      change_text(step.password, dice);
      break;
    default:
      step.basic = true;
      step.behind += dice.one_in(2) ? std::string_view("!!!!") : fragment_of(dice);
  }
}

void Mutator::change_carriage(Step& step, Dice& dice) const {
  switch (dice.below(8)) {
    case 0:
      step.method = dice.pick(methods());
      if (step.method == "GET" && dice.one_in(2)) {
        for (auto& part : step.parts)
          part.where = Place::query;
      }
      break;
    case 1:
      step.coding = static_cast<Coding>(dice.below(3));
      break;
    case 2:
      step.content_type = dice.pick(media_types());
      break;
    case 3:
      step.framing = static_cast<Framing>(dice.below(3));
      break;
    case 4:
      step.escapes = static_cast<Escapes>(dice.below(3));
      break;
    case 5:
      if (step.headers.size() < kMaxHeaders) step.headers.push_back(dice.pick(header_fields()));
      break;
    case 6:
      if (!step.headers.empty()) {
        auto& header = step.headers[dice.below(step.headers.size())];
        change_text(header.value, dice);
      } else {
        step.parts.clear();
      }
      break;
    default:
      step.tail += dice.pick(raw_fragments());
  }
}

void Mutator::change_sequence(Input& input, Dice& dice) const {
  auto& steps = input.steps;
  const auto which = dice.below(steps.size());
  switch (dice.below(4)) {
    case 0:
      if (steps.size() < kMaxSteps)
        steps.insert(steps.begin() + static_cast<std::ptrdiff_t>(which), steps[which]);
      break;
    case 1:
      if (steps.size() > 1) steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(which));
      break;
    case 2: {
      const auto& other = dice.pick(honest_.inputs());
      if (steps.size() < kMaxSteps) steps.push_back(other.steps[dice.below(other.steps.size())]);
      break;
    }
    default:
      // Back to what a client sends: what was tried here is known by now.
      if (auto honest = honest_.step(steps[which].surface, steps[which].client); !honest.client.empty())
        steps[which] = std::move(honest);
  }
}

void Mutator::change(Input& input, Dice& dice) const {
  auto& step = input.steps[dice.below(input.steps.size())];
  const auto choice = dice.below(20);
  if (choice < 12) {
    change_parts(step, dice);
  } else if (choice < 15) {
    change_client(step, dice);
  } else if (choice < 19) {
    change_carriage(step, dice);
  } else {
    change_sequence(input, dice);
  }
}

void Mutator::mutate(Input& input, Dice& dice) const {
  if (input.steps.empty() || dice.below(5) < 2) input = begin(dice);
  do {
    change(input, dice);
  } while (dice.one_in(3));
}

/// An honest input; the surfaces come in equal shares, however many clients each has.
Input Mutator::begin(Dice& dice) const {
  const auto surface = dice.pick(honest_.surfaces());
  const auto& all = honest_.inputs();
  const auto first = dice.below(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& input = all[(first + i) % all.size()];
    if (input.steps.front().surface == surface) return input;
  }
  return all[first];
}

Input Mutator::cross(const Input& one, const Input& other, Dice& dice) const {
  Input out = one;
  auto& step = out.steps[dice.below(out.steps.size())];
  const auto& donor = other.steps[dice.below(other.steps.size())];
  switch (dice.below(16)) {
    case 0:
      if (out.steps.size() < kMaxSteps) out.steps.push_back(donor);
      break;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      if (!donor.parts.empty() && step.parts.size() < kMaxParts) step.parts.push_back(dice.pick(donor.parts));
      break;
    case 7:
    case 8:
    case 9:
    case 10:
      step.content_type = donor.content_type;
      step.coding = donor.coding;
      step.framing = donor.framing;
      step.headers = donor.headers;
      break;
    default:
      for (auto& part : step.parts) {
        const auto same = std::ranges::find(donor.parts, part.name, &Part::name);
        if (same != donor.parts.end()) part = *same;
      }
  }
  return out;
}

}  // namespace oauthentic::fuzz
