#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A program with a name that owns sockets: what `tcptune diagnose` is to find and to name.

Says "ready" when its sockets are there and ends with its standard input, or after two minutes.
"""
import argparse
import ctypes
import os
import resource
import select
import signal
import socket
import sys

PR_SET_DUMPABLE, PR_SET_NAME = 4, 15


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=("connect", "leak", "lazy", "churn"))
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--count", type=int, default=1, help="connect: open connections")
    parser.add_argument("--backlog", type=int, default=4096, help="leak, lazy: of listen()")
    parser.add_argument("--name", help="what the process calls itself")
    parser.add_argument("--nofile", type=int, help="soft limit of open files")
    parser.add_argument("--files", type=int, default=0, help="so many files open besides")
    parser.add_argument("--secret", action="store_true", help="not for other processes to look at")
    return parser.parse_args()


def over():
    return bool(select.select([sys.stdin], [], [], 0)[0])


def leak(server):
    """Accepts and never closes, whatever the other side does."""
    held = []
    while True:
        ready = select.select([server, sys.stdin], [], [])[0]
        if sys.stdin in ready:
            return
        held.append(server.accept()[0])


def churn(where):
    """Opens and closes, a few at a time, so that sockets and inodes come and go."""
    while not over():
        some = []
        try:
            some = [socket.create_connection(where) for _ in range(20)]
        except OSError:
            pass  # no port left: some come back
        for one in some:
            one.close()


def main():
    chosen = options()
    signal.alarm(120)
    prctl = ctypes.CDLL(None).prctl
    if chosen.name:
        prctl(PR_SET_NAME, os.fsencode(chosen.name)[:15], 0, 0, 0)
    if chosen.secret:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if chosen.nofile:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (chosen.nofile, hard))
    held = [open(os.devnull, "rb") for _ in range(chosen.files)]
    where = (chosen.address, chosen.port)
    if chosen.mode in ("leak", "lazy"):
        server = socket.socket()
        server.bind(where)
        server.listen(chosen.backlog)
        held.append(server)
    if chosen.mode == "connect":
        held += [socket.create_connection(where) for _ in range(chosen.count)]
    print("ready", flush=True)
    if chosen.mode == "leak":
        leak(server)
    elif chosen.mode == "churn":
        churn(where)
    else:
        sys.stdin.read()
    os._exit(0)  # the sockets go with the process, unclosed ones, too


if __name__ == "__main__":
    main()
