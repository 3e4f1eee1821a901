"""ClickHouse servers for tests: shards of one cluster on loopback, each a process with its own folder. Shards of several replicas have a
ZooKeeper beside them."""
import collections
import fcntl
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import patience  # noqa: E402

cluster = "langyan_test"
config = """<yandex>
  <logger><level>warning</level><log>{folder}/server.log</log><errorlog>{folder}/error.log</errorlog></logger>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{between}</interserver_http_port>
  <listen_host>127.0.0.1</listen_host><interserver_http_host>127.0.0.1</interserver_http_host>
  <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><user_files_path>{folder}/files/</user_files_path>
  <users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size><max_concurrent_queries>100</max_concurrent_queries>
  <timezone>UTC</timezone><mlock_executable>false</mlock_executable>{keeper}
  <remote_servers><{cluster}>{shards}</{cluster}></remote_servers>
</yandex>
"""
with_keeper = """
  <zookeeper><node><host>127.0.0.1</host><port>{port}</port></node><session_timeout_ms>{session}</session_timeout_ms></zookeeper>
  <macros><shard>{shard}</shard><replica>{replica}</replica></macros>
  <merge_tree><zookeeper_session_expiration_check_period>1</zookeeper_session_expiration_check_period></merge_tree>"""
keeper_jar = pathlib.Path("/usr/share/java/zookeeper.jar")
keeper_config = """tickTime=500
dataDir={folder}/data
clientPort={port}
clientPortAddress=127.0.0.1
admin.enableServer=false
"""
users = """<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</yandex>
"""


def installed():
    return shutil.which("clickhouse-server") is not None


def keeper_installed():
    return keeper_jar.exists() and shutil.which("java") is not None


class Ports:
    """Of servers that end and start again on the same ones. They lie below those the kernel gives to whoever connects, which may be any
    of that range at the moment one is wanted again; a lock keeps them from other tests."""
    each = 16

    def __init__(self):
        end = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        for first in range(end - self.each, 1024, -self.each):
            self.all = range(first, first + self.each)
            self.lock = open(pathlib.Path(tempfile.gettempdir()) / f"langyan-ports-{first}", "w")
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for port in self.all:
                    socket.create_server(("127.0.0.1", port)).close()
                return
            except OSError:  # somebody has them
                self.lock.close()
        sys.exit(f"FAILED: no {self.each} ports below {end} are free")


class Keeper:
    def __init__(self, folder, port):
        self.folder, self.port, self.process = folder, port, None
        folder.mkdir(parents=True)
        (folder / "zoo.cfg").write_text(keeper_config.format(folder=folder, port=port))

    def serves(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as asked:
                asked.sendall(b"srvr")
                return b"Mode: standalone" in asked.recv(4096)
        except OSError:
            return False

    def start(self):
        with open(self.folder / "out.log", "ab") as log:
            self.process = subprocess.Popen(
                ["java", "-Xmx128m", "-cp", keeper_jar, "org.apache.zookeeper.server.ZooKeeperServerMain", self.folder / "zoo.cfg"],
                stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + patience
        while not self.serves():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"FAILED: ZooKeeper does not start: {(self.folder / 'out.log').read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Server:
    def __init__(self, folder, ports):
        self.folder, (self.http, self.tcp, self.between) = folder, ports
        self.url = f"http://127.0.0.1:{self.http}"
        self.process = None

    def write(self, shards, keeper):
        replicas = ["".join(f"<replica><host>127.0.0.1</host><port>{each.tcp}</port></replica>" for each in shard) for shard in shards]
        shards = "".join(f"<shard><internal_replication>true</internal_replication>{each}</shard>" for each in replicas)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.xml").write_text(config.format(
            folder=self.folder, http=self.http, tcp=self.tcp, between=self.between, cluster=cluster, shards=shards, keeper=keeper))
        (self.folder / "users.xml").write_text(users)

    def start(self):
        with open(self.folder / "out.log", "ab") as log:
            self.process = subprocess.Popen(["clickhouse-server", f"--config-file={self.folder}/config.xml"],
                                            stdout=log, stderr=log, cwd=self.folder)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                return urllib.request.urlopen(self.url + "/ping", timeout=30).read()
            except OSError:
                time.sleep(0.1)
        said = "".join(each.read_text()[-2000:] for each in self.folder.glob("*.log"))
        sys.exit(f"FAILED: clickhouse-server does not start: {said}")

    def ask(self, sql):
        return urllib.request.urlopen(self.url + "/", data=sql.encode(), timeout=patience).read().decode()

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
    """with Cluster(2) as servers: ... ; everything is gone at the end. Servers are in the order of clickhouse.nodes."""

    def __init__(self, shards, replicas=1, session=30_000):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clickhouse-"))
        count = shards * replicas
        self.ports = Ports()
        ports = self.ports.all
        self.servers = [Server(self.folder / str(i), ports[3 * i:3 * i + 3]) for i in range(count)]
        self.shards = [self.servers[i:i + replicas] for i in range(0, count, replicas)]
        self.keeper = Keeper(self.folder / "keeper", ports[-1]) if replicas > 1 else None
        self.session = session  # milliseconds, after which a replica that died counts as dead

    def __enter__(self):
        if self.keeper:
            self.keeper.start()
        for number, shard in enumerate(self.shards):
            for replica, server in enumerate(shard):
                keeper = with_keeper.format(port=self.keeper.port, session=self.session, shard=f"s{number}", replica=f"r{replica}") if self.keeper else ""
                server.write(self.shards, keeper)
                server.start()
        return self.servers

    def __exit__(self, *_):
        for each in [*self.servers, *([self.keeper] if self.keeper else [])]:
            each.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
