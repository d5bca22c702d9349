// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace tcptune {

/// What kind of failure ended an operation. Each kind has one exit status (cli/exit_status.hpp);
/// nothing else decides the status of a failed command.
enum class ErrorCode {
    operational,     ///< the world said no; nothing was changed (exit 1)
    usage,           ///< the command line is wrong (64)
    bad_data,        ///< a rule, profile, policy, facts or plan file is malformed or newer (65)
    no_input,        ///< an input file or directory cannot be read (66)
    unavailable,     ///< a needed part of the system is not there (69)
    internal,        ///< a fault of tcptune itself (70)
    not_authorized,  ///< (77)
    configuration,   ///< tcptune's own installed configuration is wrong (78)
};

/// The only exception family: a failure that stops an operation. What a person should read and
/// mend in a file is a Diagnostic instead. Reads "object: reason" after the program's name.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, std::string object, std::string reason);

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& object() const noexcept { return object_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

private:
    ErrorCode code_;
    std::string object_;
    std::string reason_;
};

/// An Error made of an errno value; `reason` is the system's own text for it.
class SystemError : public Error {
public:
    SystemError(ErrorCode code, std::string object, int error_number);
    [[nodiscard]] int error_number() const noexcept { return error_number_; }

private:
    int error_number_;
};

}  // namespace tcptune
