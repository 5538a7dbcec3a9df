"""A real mail server, Debian's exim4, run by an ordinary user on loopback, into a maildir."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
from fakes.postoffice import free_port

USER, PASSWORD = "veille", "un mot de passe"
CONFIG = """
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {uid}
exim_group = {gid}
never_users =
keep_environment =
deliver_drop_privilege
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
smtputf8_advertise_hosts = *
tls_advertise_hosts = *
tls_certificate = {folder}/cert.pem
tls_privatekey = {folder}/key.pem
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_rcpt = to_us
acl_smtp_data = whatever
begin acl
to_us:
  accept authenticated = *
  deny message = authenticate first
whatever:
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  user = {uid}
  group = {gid}
  envelope_to_add
  return_path_add
"""


@dataclass(frozen=True)
class Exim:
    """A running server: where it listens, what it trusts, what it delivered."""

    folder: Path
    port: int

    @property
    def certificate(self) -> Path:
        return self.folder / "cert.pem"

    def delivered(self, expected: int, seconds: float = 60.0) -> list[bytes]:
        """Return the messages in the maildir, once there are as many as expected."""
        new = self.folder / "mail" / "new"
        until = monotonic() + seconds
        while monotonic() < until and len(_names(new)) < expected:
            sleep(0.1)
        sleep(0.2)  # one too many would come now
        return [(new / name).read_bytes() for name in _names(new)]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


@contextmanager
def exim():
    """Run the server; without its package the test is skipped, in CI it fails."""
    program = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        missing = "no exim4 here: « apt-get install exim4-daemon-light » to test on a real server"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
    folder = Path(tempfile.mkdtemp(prefix="veille-exim-"))
    try:
        port = free_port()
        _prepare(folder, port, account)
        process = _started(program, folder, account)
        try:
            _await(port, process)
            yield Exim(folder, port)
        finally:
            process.terminate()
            process.wait(10)
    finally:
        shutil.rmtree(folder)


def _prepare(folder: Path, port: int, account) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "conf").write_text(
        CONFIG.format(folder=folder, port=port, uid=account.pw_uid, gid=account.pw_gid,
                      user=USER, password=PASSWORD)
    )  # fmt: skip
    for name in ("spool", "log", "mail"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
        os.chown(folder / "conf", 0, 0)
    folder.chmod(0o755)


def _started(program: str, folder: Path, account) -> subprocess.Popen:
    as_user = {}
    if os.geteuid() == 0:
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with (folder / "out").open("w") as out:
        return subprocess.Popen(
            [program, "-bdf", "-C", folder / "conf"], stdout=out, stderr=out, cwd=folder, **as_user
        )


def _await(port: int, process: subprocess.Popen) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "exim4 did not start"
        sleep(0.1)
    raise AssertionError("exim4 does not listen")
