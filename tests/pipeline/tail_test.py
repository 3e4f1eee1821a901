#!/usr/bin/env python3
"""`langyan alerts tail` prints each new alert once, also when the center is killed and started again.

usage: tail_test.py BIN_FOLDER
"""
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from kit import Center, Link, Sensor, industrial, patience, stored_in, wait_for

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-tail-"))


class Greeting(Link):
    """Knows whether a stream has begun: what came before is not the listener's business."""
    greeted = False

    def came(self, block):
        self.greeted = self.greeted or b"event: ready" in block


link = Greeting()
center = Center(programs, data / "center", link)
center.start()
center.token("tested")
viewer = data / "viewer"
viewer.touch(mode=0o600)
viewer.write_text(subprocess.run([programs / "langyan", "token", "add", "--data", center.data, "--role", "viewer"],
                                 check=True, capture_output=True, text=True).stdout)


def alerts_stored():
    return sum(len(positions) for (_, lane), positions in stored_in(center.data)[0].items() if lane == "alert")


def replay():
    sensor = Sensor(programs, data, link.port)
    if sensor.start(industrial).wait(timeout=patience) != 0:
        sys.exit(f"FAILED: the sensor: {sensor.log.read_text()[-1500:]}")
    shutil.rmtree(data / "spool")  # the next one is a new stream


replay()
before = alerts_stored()
printed = data / "printed"
errors = data / "errors"
with open(printed, "wb") as out, open(errors, "wb") as err:
    tail = subprocess.Popen([programs / "langyan", "alerts", "tail", "--json", "--center", f"http://127.0.0.1:{link.port}",
                             "--token-file", viewer], stdout=out, stderr=err)


def lines():
    return printed.read_text().splitlines()


wait_for("the tail is greeted", lambda: link.greeted)
replay()
wait_for("every alert of the first replay is printed", lambda: len(lines()) >= alerts_stored() - before)
center.kill()
center.start()
replay()
expected = alerts_stored() - before
wait_for("every alert of the second replay is printed", lambda: len(lines()) >= expected)
time.sleep(1)
tail.send_signal(signal.SIGINT)
tail.wait(timeout=patience)
ids = [json.loads(line)["id"] for line in lines()]
center.kill(signal.SIGTERM)
if len(ids) != expected or len(set(ids)) != len(ids) or not before:
    sys.exit(f"FAILED: {len(ids)} lines with {len(set(ids))} ids for {expected} alerts, {before} before: {errors.read_text()[-500:]}")
print(f"{expected} alerts printed once each over a killed center; the {before} from before not repeated")
shutil.rmtree(data)
