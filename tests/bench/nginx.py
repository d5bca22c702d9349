# SPDX-License-Identifier: Apache-2.0
"""A real nginx in front of a real nginx on another host, with and without upstream `keepalive`."""
import json
import os
import shutil
import subprocess
import tempfile
import time

import bench_common as bench
import two_hosts

# A port for each way to reach the upstream: the TIME_WAITs of one are not in the way of the next.
PLAIN_PORT = 8081
KEPT_PORT = 8082
PROXY_PORT = 8080
CONNECTIONS = 16
NO_PORT = "(99: Cannot assign requested address)"

COMMON = """
user root root;
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path {folder}/t1;
  proxy_temp_path {folder}/t2;
  fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4;
  scgi_temp_path {folder}/t5;
"""
UPSTREAM = COMMON + """
  server {{
    listen {remote}:{plain_port} backlog=4096;
    listen {remote}:{kept_port} backlog=4096;
    location / {{ return 200 "ok\\n"; }}
  }}
}}
"""
PROXY = COMMON + """
  upstream app {{ {servers} }}
  server {{
    listen 127.0.0.1:{proxy_port};
    location / {{
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


def program():
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


class Nginx:
    """One nginx, ended with this or after `seconds`."""

    def __init__(self, template, seconds, enter=(), servers=""):
        self.folder = tempfile.mkdtemp(prefix="tcptune-bench-")
        self.log = os.path.join(self.folder, "error.log")
        settings = os.path.join(self.folder, "nginx.conf")
        with open(settings, "w", encoding="ascii") as file:
            file.write(template.format(folder=self.folder, remote=two_hosts.REMOTE,
                                       plain_port=PLAIN_PORT, kept_port=KEPT_PORT,
                                       proxy_port=PROXY_PORT, servers=servers))
        self.process = subprocess.Popen(
            [*enter, "timeout", "-k", "2", str(int(seconds)), program(), "-e", self.log, "-p",
             self.folder, "-c", settings],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.enter = enter

    def wait_ready(self, port):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            shown = two_hosts.run(*self.enter, "ss", "-Hltn", "sport", "=", f":{port}").stdout
            if shown.strip():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        with open(self.log, encoding="utf-8", errors="replace") as file:
            raise RuntimeError("nginx does not listen: " + file.read()[-2000:])

    def failures(self):
        """Connects that found no local port, by its own error log."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return sum(NO_PORT in line for line in file)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def measure(seconds, before, port, keepalive="", meanwhile=None):
    """Asks the proxy for `seconds`, counts after `before`. `meanwhile` is called with the driver
    and the proxy while they run."""
    proxy = Nginx(PROXY, seconds + 60, servers=f"server {two_hosts.REMOTE}:{port}; {keepalive}")
    try:
        proxy.wait_ready(PROXY_PORT)
        driver = subprocess.Popen(
            [bench.HTTP_LOAD, "127.0.0.1", str(PROXY_PORT), str(CONNECTIONS), str(seconds),
             str(before)], stdout=subprocess.PIPE, text=True)
        if meanwhile:
            meanwhile(driver, proxy)
        counted = json.loads(driver.communicate(timeout=seconds + 30)[0])
        counted["no_port"] = proxy.failures()
        counted["time_waits"] = two_hosts.time_waits_towards(port)
        return counted
    finally:
        proxy.close()


def start_upstream(peer, seconds):
    upstream = Nginx(UPSTREAM, seconds, enter=peer.enter)
    upstream.wait_ready(PLAIN_PORT)
    return upstream


def row(name, counted):
    span = counted["seconds"]
    good = counted["status"].get("200", 0) / span
    bad = counted["status"].get("502", 0) / span
    return (f"{name:24} {good:10,.0f} {bad:8,.1f} {counted['no_port']:10,} "
            f"{counted['time_waits']:10,}")


HEAD = f"{'nginx to nginx':24} {'200 /s':>10} {'502 /s':>8} {'errno 99':>10} {'TIME_WAIT':>10}"
