// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/kernel_write.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::sysctl {

/// One number as the kernel's sysctl handlers read it.
struct WrittenNumber {
    bool negative = false;
    std::uint64_t magnitude = 0;
    bool wraps = false;  ///< too large for 64 bits
    bool octal = false;  ///< and its decimal reading is another number
};

/// The bytes that reach the handler: a text and the line end that every loader adds. Positions
/// beyond the text are the line end, then nothing.
class WrittenText {
public:
    explicit WrittenText(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ >= size(); }
    [[nodiscard]] char peek() const { return byte(at_); }
    [[nodiscard]] std::string_view rest() const;
    void step() { ++at_; }
    /// Past all the kernel calls white space, which includes the no-break space of Latin-1.
    void skip_spaces();
    void skip_line_ends();
    /// The next number, when the kernel reads one here and the byte behind it is one of `enders`
    /// or the end. Nothing is consumed otherwise.
    [[nodiscard]] std::optional<WrittenNumber> number(std::string_view enders);

private:
    [[nodiscard]] std::size_t size() const { return text_.size() + 1; }
    [[nodiscard]] char byte(std::size_t at) const {
        return at < text_.size() ? text_[at] : at == text_.size() ? '\n' : '\0';
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// What ends a number of every handler but the port set's.
inline constexpr std::string_view number_enders = " \t\n";

/// From here on a number that does not fit is an error; older kernels cut its upper bits off.
inline constexpr KernelVersion no_more_wrapping{5, 2, 0};

inline constexpr std::string_view may_be_cut = "this kernel may cut a number that is too large";

/// Numbers a kernel form takes.
struct NumberBounds {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

WriteOutcome write_refused(std::string reason);
WriteOutcome write_unknown(std::string reason);
/// Refused for a word that is no number; names what is wrong with it.
WriteOutcome write_no_number(std::string_view word);
/// A reason for a refusal, or nothing when the kernel surely takes the number and keeps it as it
/// is. `sure` is false when an old kernel may wrap the number instead.
struct BoundsAnswer {
    std::optional<std::string> refused = {};
    bool sure = true;
    std::int64_t value = 0;
};
BoundsAnswer within_bounds(const WrittenNumber& number, const NumberBounds& bounds,
                           const KernelVersion& kernel);
/// The outcome of a write whose value is known: taken, or altered by octal digits or by text that
/// the kernel leaves alone.
WriteOutcome write_done(std::string reads_back, bool octal, std::string_view ignored,
                        const KernelVersion& kernel);

WriteOutcome write_single(const Parameter& parameter, const KernelForm& form,
                          const KernelVersion& kernel, std::string_view text,
                          const KernelState& before);
WriteOutcome write_port_start(const KernelForm& form, const KernelVersion& kernel,
                              std::string_view text, const KernelState& before);
WriteOutcome write_port_range(const KernelForm& form, const KernelVersion& kernel,
                              std::string_view text, const KernelState& before);
WriteOutcome write_port_set(const KernelVersion& kernel, std::string_view text);
WriteOutcome write_word(const Parameter& parameter, std::string_view text,
                        const KernelState& before);

}  // namespace tcptune::sysctl
