"""A gateway signs in with a password and will, publishes with QoS 0, 1 and 2 and a retained value;
a screen subscribes in version 5, commands a valve and is refused with a wrong password; a laptop
without a user asks for every topic and for the broker's own.

kind: R
stack: mosquitto 2.0.11, broker and clients
expect: mqtt.msgtype == 1 => 9
expect: mqtt.msgtype == 3 => 8+
expect: mqtt.msgtype == 7 => 2
expect: mqtt.topic == "#" => 1
"""

import tempfile
import time
from pathlib import Path

from tools import lab
from tools.lab import Lab, output
from tools.session import hmi, laptop, rtu, server

folder = Path(tempfile.mkdtemp(dir=lab.work))
(folder / "users").touch()
(folder / "users").chmod(0o600)
conf = "listener 1883\nallow_anonymous true\nuser root\n"
(folder / "conf").write_text(conf + f"password_file {folder}/users\npersistence false\nsys_interval 1\n")
user = ["-u", "gateway", "-P", "example"]
pub = ["mosquitto_pub", "-h", server.ip]

with Lab(server, rtu, hmi, laptop) as made:
    made.run(server, ["mosquitto_passwd", "-b", folder / "users", "gateway", "example"])
    made.start(server, ["mosquitto", "-c", folder / "conf"], port=1883)
    with made.capture(server, "tcp port 1883") as capture:
        screen = ["mosquitto_sub", "-h", server.ip, "-V", "mqttv5", "-i", "screen", *user, "-q", "2", "-k", "5"]
        watching = made.spawn(hmi, [*screen, "-t", "tank/+/level", "-t", "tank/1/valve/set", "-C", "5"])
        time.sleep(0.5)
        will = ["--will-topic", "tank/1/state", "--will-payload", "lost", "--will-qos", "1"]
        made.run(rtu, [*pub, "-i", "gateway", *user, *will, "-t", "tank/1/level", "-m", "3.25"])
        made.run(rtu, [*pub, "-i", "gateway", *user, "-q", "1", "-t", "tank/1/level", "-m", "3.5"])
        made.run(rtu, [*pub, "-i", "gateway", *user, "-q", "2", "-r", "-t", "tank/1/level", "-m", "3.75"])
        alias = ["-D", "publish", "content-type", "application/json", "-D", "publish", "user-property", "line", "2"]
        made.run(rtu, [*pub, "-V", "mqttv5", "-i", "g5", *user, *alias, "-t", "tank/2/level", "-m", '{"m":1.5}'])
        made.run(hmi, [*pub, "-i", "panel", *user, "-q", "1", "-t", "tank/1/valve/set", "-m", "open"])
        wrong = [*pub, "-i", "panel", "-u", "gateway", "-P", "guess", "-t", "tank/1/valve/set", "-m", "close"]
        made.run(hmi, wrong, check=False)
        watching.wait(20)
        explore = ["mosquitto_sub", "-h", server.ip, "-i", "explorer"]
        made.run(laptop, [*explore, "-t", "#", "-W", "1"], check=False)
        made.run(laptop, [*explore, "-t", "$SYS/broker/version", "-t", "$SYS/broker/clients/total", "-C", "1"])
capture.save(output())
