"""ClickHouse servers for tests: shards of one cluster on loopback, each a process with its own folder."""
import collections
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

cluster = "langyan_test"
config = """<yandex>
  <logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/error.log</errorlog></logger>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{between}</interserver_http_port>
  <listen_host>127.0.0.1</listen_host><interserver_http_host>127.0.0.1</interserver_http_host>
  <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/files/</user_files_path>
  <users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size><max_concurrent_queries>100</max_concurrent_queries>
  <timezone>UTC</timezone><mlock_executable>false</mlock_executable>
  <remote_servers><{cluster}>{shards}</{cluster}></remote_servers>
</yandex>
"""
users = """<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</yandex>
"""


def installed():
    return shutil.which("clickhouse-server") is not None


class Server:
    def __init__(self, folder, ports):
        self.folder, (self.http, self.tcp, self.between) = folder, ports
        self.url = f"http://127.0.0.1:{self.http}"
        self.process = None

    def write(self, servers):
        shards = "".join(f"<shard><replica><host>127.0.0.1</host><port>{each.tcp}</port></replica></shard>" for each in servers)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.xml").write_text(config.format(
            folder=self.folder, http=self.http, tcp=self.tcp, between=self.between, cluster=cluster, shards=shards))
        (self.folder / "users.xml").write_text(users)

    def start(self):
        with open(self.folder / "out.log", "ab") as log:
            self.process = subprocess.Popen(["clickhouse-server", f"--config-file={self.folder}/config.xml"],
                                            stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                return urllib.request.urlopen(self.url + "/ping", timeout=2).read()
            except OSError:
                time.sleep(0.1)
        said = "".join(each.read_text()[-2000:] for each in self.folder.glob("*.log"))
        sys.exit(f"FAILED: clickhouse-server does not start: {said}")

    def ask(self, sql):
        return urllib.request.urlopen(self.url + "/", data=sql.encode(), timeout=60).read().decode()

    def kill(self, number=signal.SIGKILL):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait()


def stored(server):
    """(epoch, lane) -> Counter of the positions of the source "tested", in all shards."""
    positions = collections.defaultdict(collections.Counter)
    answer = server.ask("SELECT lower(hex(epoch)), lane, last, count() FROM langyan.events WHERE source = 'tested' GROUP BY epoch, lane, last")
    for line in answer.splitlines():
        epoch, lane, last, count = line.split("\t")
        positions[epoch.rjust(16, "0"), ("alert", "bulk")[int(lane)]][int(last)] += int(count)
    return positions


class Cluster:
    """with Cluster(2) as servers: ... ; everything is gone at the end."""

    def __init__(self, shards):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clickhouse-"))
        held = [socket.create_server(("127.0.0.1", 0)) for _ in range(3 * shards)]
        ports = [each.getsockname()[1] for each in held]
        for each in held:
            each.close()
        self.servers = [Server(self.folder / str(i), ports[3 * i:3 * i + 3]) for i in range(shards)]

    def __enter__(self):
        for server in self.servers:
            server.write(self.servers)
            server.start()
        return self.servers

    def __exit__(self, *_):
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
