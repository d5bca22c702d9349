// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/error.hpp>

#include <system_error>
#include <utility>

namespace tcptune {

Error::Error(ErrorCode code, std::string object, std::string reason)
    : std::runtime_error(object.empty() ? reason : object + ": " + reason),
      code_(code),
      object_(std::move(object)),
      reason_(std::move(reason)) {}

SystemError::SystemError(ErrorCode code, std::string object, int error_number)
    : Error(code, std::move(object), std::generic_category().message(error_number)),
      error_number_(error_number) {}

}  // namespace tcptune
