// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <sys/uio.h>

/// The functions of libsystemd that we call beside sdbus-c++, which is built on it. They are
/// declared here, as sd-bus(3), sd_notify(3) and sd_journal_send(3) document them, because the
/// development package of sdbus-c++ brings the library and not its headers; their ABI has been the
/// same since systemd 240. All return a negative errno on failure.
extern "C" {

struct sd_bus;
struct sd_bus_error;
struct sd_bus_message;
struct sd_bus_slot;
using sd_bus_message_handler_t = int (*)(sd_bus_message*, void*, sd_bus_error*);

int sd_bus_add_filter(sd_bus* bus, sd_bus_slot** slot, sd_bus_message_handler_t callback,
                      void* userdata);
int sd_bus_set_allow_interactive_authorization(sd_bus* bus, int allow);
sd_bus_slot* sd_bus_slot_unref(sd_bus_slot* slot);

sd_bus* sd_bus_message_get_bus(sd_bus_message* message);
int sd_bus_message_get_allow_interactive_authorization(sd_bus_message* message);
int sd_bus_message_is_method_call(sd_bus_message* message, const char* interface,
                                  const char* member);
int sd_bus_message_peek_type(sd_bus_message* message, char* type, const char** contents);
int sd_bus_message_read_basic(sd_bus_message* message, char type, void* value);
int sd_bus_message_enter_container(sd_bus_message* message, char type, const char* contents);
int sd_bus_message_exit_container(sd_bus_message* message);
int sd_bus_message_skip(sd_bus_message* message, const char* types);
int sd_bus_message_rewind(sd_bus_message* message, int complete);
int sd_bus_reply_method_errorf(sd_bus_message* call, const char* name, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

int sd_notify(int unset_environment, const char* state);
int sd_journal_sendv(const struct iovec* fields, int count);

}  // extern "C"
