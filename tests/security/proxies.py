"""Real proxies in front of a server: nginx and HAProxy, from the system's packages."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.debian import program
from tests.system.conftest import free_port

NGINX = """daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream privity {{ server {behind}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://privity; proxy_http_version 1.1; proxy_request_buffering off;
      proxy_set_header Connection ""; proxy_set_header Host 127.0.0.1;
    }}
  }}
}}
"""
HAPROXY = """global
  maxconn 100
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  http-reuse always
frontend everyone
  bind 127.0.0.1:{port}
  default_backend privity
backend privity
  server one {behind}
"""


@contextmanager
def nginx(behind: str, folder: Path) -> Iterator[str]:
    file = folder / "nginx.conf"
    port = _written(file, NGINX, behind)
    command = [program("nginx", "nginx-light"), "-c", file, "-e", folder / "error", "-p", folder]
    with _running(command, port) as url:
        yield url


@contextmanager
def haproxy(behind: str, folder: Path) -> Iterator[str]:
    file = folder / "haproxy.cfg"
    port = _written(file, HAPROXY, behind)
    with _running([program("haproxy", "haproxy"), "-db", "-q", "-f", file], port) as url:
        yield url


def _written(file: Path, text: str, behind: str) -> int:
    port = free_port()
    address = urlsplit(behind).netloc
    file.write_text(text.format(folder=file.parent, port=port, behind=address))
    return port


@contextmanager
def _running(command: list[str | Path], port: int) -> Iterator[str]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(200):
        assert process.poll() is None, "the proxy did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the proxy does not listen")
