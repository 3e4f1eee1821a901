#!/usr/bin/env python3
"""A nation to look at: the centers of 31 provinces and of a works as programs of their own, each reporting to the one above. One
province is offline since hours, one lags behind; enterprises are registered, and notices stand in every state, issued at the nation and
worked on at the centers they are for. A sensor reads 36 hours of the works (tests/plant); what it told, the sensors of the
other enterprises retell at addresses and times of their own. The same each time, but for the time it is. Data: nation_data.py.

usage: nation.py BIN_FOLDER [--once]     Stays up until Ctrl-C; --once ends after the summary.
"""
import argparse
import collections
import concurrent.futures
import datetime
import json
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import nation_data as data
from tiers import Tier, clock, faketime, patience, wait_for
from kit import Link, Sensor, root

silent_since, behind_since = 8 * 3600, 3 * 3600  # seconds ago: the province that is offline, the one that lags
heartbeat, stats_every = "10s", 60
at_once = 6  # centers that are started, and notices that are worked on
console = root / "build" / "console"
stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")
form = "%Y-%m-%dT%H:%M:%S.%f"
utc, china = datetime.timezone.utc, datetime.timezone(datetime.timedelta(hours=8))
begun = time.monotonic()


def say(text):
    print(f"{time.monotonic() - begun:5.1f} s  {text}", flush=True)


def moment(text):
    return datetime.datetime.strptime(text[:26], form).replace(tzinfo=utc).timestamp()


def ago(seconds):
    return time.time() - seconds


class NarrowLink(Link):
    """Once it is narrow, alerts and heartbeats pass and the rest does not."""
    narrow = False

    def passes(self, block):
        return not (self.narrow and b"Langyan-Lane: bulk" in block)


class Voice:
    """A sensor of an enterprise that retells what the works' sensor told, over the API that sensors use."""

    def __init__(self, tier, enterprise, number):
        self.tier, self.enterprise = tier, enterprise
        self.name = f"{enterprise.organisation.rsplit('/', 1)[1]}-{number}"
        self.epoch = f"{enterprise.number * 16 + number:016x}"
        self.secret = tier.token(self.name, "--organisation", enterprise.organisation, name=f"token-{self.name}").read_text().strip()
        self.told = collections.Counter()
        self.chance = random.Random(self.name)

    def retold(self, line, at):
        """The line as this sensor makes it, with the other times in it as far apart."""
        networks = {"3": 20 + self.enterprise.number, "8": 120 + self.enterprise.number}
        text = re.sub(r"\b10\.([38])\.(?=\d+\.\d)", lambda found: f"10.{networks[found[1]]}.", line)
        text = text.replace("02:4c:59:", f"02:4c:{self.enterprise.number:02x}:")
        shift = at - moment(json.loads(line)["timestamp"])
        return json.loads(stamp.sub(lambda found: datetime.datetime.fromtimestamp(moment(found[0]) + shift, utc).strftime(form), text))

    def say(self, lines):
        """(line, time) each."""
        lanes = collections.defaultdict(list)
        for line, at in sorted(lines, key=lambda each: each[1]):
            event = self.retold(line, at)
            lane = event["origin"]["lane"]
            self.told[lane] += 1
            event["origin"] = {"sensor": self.name, "epoch": self.epoch, "lane": lane, "seq": self.told[lane]}
            lanes[lane].append(json.dumps(event, ensure_ascii=False))
        for lane, events in lanes.items():
            urllib.request.urlopen(urllib.request.Request(
                f"http://127.0.0.1:{self.tier.port}/api/v1/ingest", "\n".join((*events, "")).encode(), {
                    "Authorization": "Bearer " + self.secret, "Langyan-Source": self.name, "Langyan-Epoch": self.epoch, "Langyan-Lane": lane,
                    "Langyan-First": str(self.told[lane] - len(events) + 1), "Langyan-Count": str(len(events)),
                    "Content-Type": "application/x-ndjson"}), timeout=patience).read()

    def some_alerts(self, story, until):
        """Of two days, more of them at work; few sensors have many, and some none."""
        count = min(40, round(4 * self.chance.paretovariate(1.1))) if self.chance.random() < 0.8 else 0
        hours = [until - 3600 * hour for hour in range(48)]
        weights = [3 if 8 <= datetime.datetime.fromtimestamp(hour, china).hour < 18 else 1 for hour in hours]
        return [(self.chance.choice(story["alert"]), hour - self.chance.uniform(0, 3600)) for hour in self.chance.choices(hours, weights, k=count)]

    def begin(self, story, until):
        alerts = self.some_alerts(story, until)
        self.say(alerts + [(line, until - 3600) for line in self.chance.sample(story["asset"], 12)] + [(story["stats"][-1], until)])


class Nation:
    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        self.top = self.tier("nation", "cn", "nation")
        self.provinces = {letters: self.tier(letters, f"cn/{letters}", "province") for letters in data.provinces}
        self.works = self.tier(data.works, f"cn/{data.real}/{data.works}", "enterprise")
        self.voices, self.reader = [], None

    def tier(self, name, organisation, kind):
        shown = (f"console.folder={console}",) if console.is_dir() else ()
        return Tier(self.programs, self.folder, name, organisation, (f"center.tier={kind}", *shown))

    def tiers(self):
        return (self.top, *self.provinces.values(), self.works)

    def build(self):
        self.read_story()
        self.hours_ago()
        self.report()
        self.work_on_notices()

    def read_story(self):
        """The works alone, with a sensor that reads its 36 hours."""
        capture = self.folder / "works.pcap"
        subprocess.run([sys.executable, root / "tests" / "plant" / "make_plant.py", capture, "--hours", "36", "--thin", "200", "--act", "story",
                        "--until", "now", "--settings"], check=True, capture_output=True)
        self.works.start()
        name, folder = "qingxi-1", self.folder / "qingxi-1"
        folder.mkdir()
        shutil.copy(self.works.token(name, "--organisation", self.works.organisation, name=f"token-{name}"), folder / "token")
        self.reader = Sensor(self.programs, folder, self.works.port, settings=(f"sensor.name={name}",))
        self.reader.start(["-r", capture], options=("-c", capture.with_suffix(".yaml")))
        if (status := self.reader.process.wait(timeout=patience)) != 0:
            sys.exit(f"FAILED: sensor {name} ended with {status}: {self.reader.log.read_text()[-1000:]}")
        self.story = collections.defaultdict(list)
        for line in sorted(self.works.lines(), key=lambda each: (each["timestamp"], each.get("alert", {}).get("signature_id", 0))):
            self.story[line["event_type"]].append(json.dumps(line, ensure_ascii=False))
        self.works.kill(signal.SIGTERM)
        say(f"{data.by_organisation[self.works.organisation].name}: a sensor read 36 hours of it, {len(self.story['alert'])} alerts")

    def hours_ago(self):
        """Some hours ago by their clocks: the registry is taken in, a province is heard for the last time, notices are issued."""
        silent = self.provinces[data.offline]
        for tier in (self.top, silent):
            tier.environment.update(clock(silent_since))
        self.top.start()
        self.register(self.top)
        say(f"the nation is up, {len(data.enterprises)} enterprises are registered")
        self.open_province(data.offline, ago(silent_since), beat="1s")
        self.reported(silent)
        wait_for("its heartbeat tells of its sensors", lambda: any(
            (each["heartbeat"] or {}).get("sensors") for each in self.top.ask("/api/v1/platforms")["platforms"]), every=0.2)
        silent.kill(signal.SIGTERM)
        self.notices = {notice: self.write(notice) for notice in data.notices if notice.earlier}
        self.top.kill(signal.SIGTERM)
        self.top.environment.update(clock(0))
        self.top.start()

    def register(self, tier):
        """The enterprises of its part of the tree, as a table."""
        table = tier.data.parent / "enterprises.csv"
        table.write_text(data.table(each for each in data.enterprises if each.organisation.startswith(tier.organisation + "/")), encoding="utf-8")
        tier.langyan("enterprises", "import", table)

    def report(self):
        self.works_reports()
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            done = [pool.submit(self.lag)] + [pool.submit(self.open_province, each, time.time()) for each in data.provinces
                                              if each not in (data.offline, data.lagging, data.real)]
            for each in done:
                each.result()
        for letters, tier in self.provinces.items():
            if letters not in (data.offline, data.lagging):
                self.reported(tier)
        wait_for("the links are as they should be", lambda: self.links() == {"ok": len(data.provinces) - 1, "lagging": 1, "silent": 1}, every=0.3)
        wait_for("the nation is told what rules and fields are called", lambda: {"fields", "detections"} <= {
            each["kind"] for each in self.top.ask("/api/v1/catalogues")["catalogues"]}, every=0.3)
        say(f"{len(data.provinces)} provinces report")

    def works_reports(self):
        province = self.provinces[data.real]
        self.open_province(data.real, time.time())
        self.register(province)
        self.works.report_to(province, heartbeat=heartbeat)
        self.works.start()

    def open_province(self, letters, until, link=None, beat=heartbeat):
        tier = self.provinces[letters]
        tier.report_to(self.top, link, beat)
        tier.start()
        mine = [each for each in data.enterprises if each.province == letters]
        voices = [Voice(tier, each, number + 1) for each in mine if each.organisation != self.works.organisation for number in range(each.sensors)]
        for voice in voices:
            voice.begin(self.story, until)
        self.voices += voices

    def lag(self):
        """Since some hours its link carries alerts and heartbeats, and the rest waits."""
        tier, link = self.provinces[data.lagging], NarrowLink()
        link.target = self.top.port
        tier.environment.update(clock(behind_since))
        self.open_province(data.lagging, ago(behind_since), link)
        self.reported(tier)
        link.narrow = True
        for voice in self.voices:
            if voice.tier is tier:
                voice.say([(line, ago(behind_since - 60)) for line in self.story["asset"][-5:] + self.story["stats"][-1:]])
        tier.kill(signal.SIGTERM)
        tier.environment.update(clock(0))
        tier.start()

    def reported(self, tier):
        """Waits until what its sensors told is at the nation."""
        names = {voice.name for voice in self.voices if voice.tier is tier}

        def at(one):
            return sum(row[0] in names and row[4] in ("alert", "stats") for row in one.rows())
        wanted = at(tier)
        wait_for(f"{wanted} events of {tier.organisation} are at the nation", lambda: at(self.top) >= wanted, every=0.2)

    def links(self):
        return collections.Counter(each["link"] for each in self.top.ask("/api/v1/platforms")["platforms"])

    def write(self, notice):
        """Drafted at the nation, with alerts of whom it is for; issued if it ever is. Its id."""
        deadline = datetime.datetime.fromtimestamp(time.time() + 3600 * notice.deadline, utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        alerts = self.top.ask(f"/api/v1/alerts?organisation={notice.organisation}&from=-3d&limit=3")["alerts"]
        made = self.top.ask("/api/v1/notices", {
            "kind": notice.kind, "severity": notice.severity, "title": notice.title, "text": "虚构，仅供演示。Fictional, for the demo.", "deadline": deadline,
            "enterprise": data.by_organisation[notice.organisation].uscc, "evidence": [each["id"] for each in alerts]})
        if notice.steps:
            self.top.ask(f"/api/v1/notices/{made['id']}/transitions", {"action": "issue"})
        return made["id"]

    def work_on(self, notice, number):
        """Each step where it is to be done, by whose it is, once what came before it is known there."""
        province = self.provinces[notice.organisation.split("/")[1]]
        below = self.works if notice.organisation == self.works.organisation else province
        for is_below, action, reason in notice.steps[1:]:
            tier, organisation = (below, notice.organisation) if is_below else (self.top, self.top.organisation)

            def may():
                known = tier.ask("/api/v1/notices?limit=100", organisation=organisation)["notices"]
                return any(each["id"] == number and action in [one["word"] for one in each["actions"]] for each in known)
            wait_for(f"{notice.title}: {action} may be done at {tier.name}", may, every=0.1)
            tier.ask(f"/api/v1/notices/{number}/transitions", {"action": action, "reason": reason}, organisation=organisation)

    def work_on_notices(self):
        self.notices |= {notice: self.write(notice) for notice in data.notices if not notice.earlier}
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            for each in [pool.submit(self.work_on, notice, number) for notice, number in self.notices.items()]:
                each.result()
        wanted = {state: sum(notice.state == state for notice in data.notices) for state in data.ways}
        wait_for("the nation knows how far each notice came", lambda: self.states() == wanted)
        say(f"{len(data.notices)} notices, in every state")

    def states(self):
        return {each["word"]: each["count"] for each in self.top.ask("/api/v1/notices/overview")["states"]}

    def summary(self):
        """What the nation's center answers."""
        kpi, units = self.top.ask("/api/v1/situation/kpi"), self.top.ask("/api/v1/situation/units?limit=200")["units"]
        by_link = collections.defaultdict(list)
        for unit in units:
            by_link[unit["link"]].append(unit["province"]["en"])
        notices = self.top.ask("/api/v1/notices/overview")
        first = ", ".join(f"{unit['province']['en']} {unit['risk']}" for unit in units[:3])
        return "\n".join((
            f"provinces    {len(units)}: {len(by_link['ok'])} report, {len(by_link['silent'])} offline ({', '.join(by_link['silent'])}), "
            f"{len(by_link['lagging'])} lagging ({', '.join(by_link['lagging'])})",
            f"enterprises  {kpi['enterprises']}: {kpi['enterprises_covered']} watched, by {kpi['sensors']} sensors",
            f"alerts       {kpi['alerts']} in a day, {kpi['alerts_before']} the day before; highest risk: {first}",
            f"notices      {sum(self.states().values())}: " + ", ".join(f"{count} {word}" for word, count in self.states().items()) +
            f"; {notices['overdue']} overdue"))

    def show(self):
        say("see it in a browser (a link signs you in once, within ten minutes):")
        for tier in (self.top, self.provinces[data.real], self.works):
            print(f"  {tier.name:9} {tier.langyan('link', '--data', tier.data, '--user', 'demo', '--role', 'engineer').splitlines()[-1]}")
        print(f"another: {self.programs / 'langyan'} link --user demo --data {self.top.data}\nCtrl-C ends all of it.", flush=True)

    def stay(self):
        """Sensors go on telling that they are there."""
        while self.top.alive():
            time.sleep(stats_every)
            for voice in self.voices:
                if voice.tier.alive():
                    voice.say([(self.story["stats"][-1], time.time())])

    def complaints(self):
        return "\n".join(f"{tier.name}: {line}" for tier in self.tiers() if tier.log.exists()
                         for line in tier.log.read_text().splitlines()[-20:] if " info " not in line)

    def stop(self):
        if self.reader:
            self.reader.kill_all()
        running = [tier for tier in self.tiers() if tier.alive()]
        for tier in running:
            tier.process.send_signal(signal.SIGTERM)
        for tier in running:
            tier.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--once", action="store_true")
    args = parser.parse_args()
    if not faketime:
        print("SKIPPED: libfaketime is not here; ./install.sh tiers installs it")
        sys.exit(77)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="langyan-nation-"))
    nation = Nation(args.bin.resolve(), folder)
    try:
        nation.build()
        print(nation.summary())
        if not args.once:
            nation.show()
            nation.stay()
    except KeyboardInterrupt:
        pass
    except BaseException:
        print(nation.complaints(), file=sys.stderr)
        raise
    finally:
        nation.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
