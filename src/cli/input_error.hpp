// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/error.hpp>

#include <string>
#include <utility>

namespace tcptune::cli {

/// A rule, profile, policy or facts file that cannot be used, with all that is wrong in it.
class InputError : public Error {
public:
    InputError(std::string object, std::string reason, Diagnostics diagnostics)
        : Error(ErrorCode::bad_data, std::move(object), std::move(reason)),
          diagnostics_(std::move(diagnostics)) {}

    [[nodiscard]] const Diagnostics& diagnostics() const noexcept { return diagnostics_; }

private:
    Diagnostics diagnostics_;
};

}  // namespace tcptune::cli
