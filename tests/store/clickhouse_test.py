#!/usr/bin/env python3
"""The behaviour suite of the stores over ClickHouse: one node, then two shards, then two replicas of a shard, on loopback.

The suite of the store, the questions of the query language (store_query_test), the situation of a center. What is asked does not depend
on replicas: with them the behaviour of the store alone, without questions at random.

usage: clickhouse_test.py BIN_FOLDER [GTEST_FILTER]
"""
import os
import pathlib
import subprocess
import sys

import clickhouse

if not clickhouse.installed() or not clickhouse.keeper_installed():
    sys.exit("FAILED: clickhouse-server or ZooKeeper is not installed; ./install.sh test")
wanted = sys.argv[2] if len(sys.argv) > 2 else "clickhouse/*"
whole = (("store_suite", wanted), ("store_query_test", wanted), ("center_test", "Situation.*"))
behaviour = (("store_suite", wanted if len(sys.argv) > 2 else "clickhouse/EventStoreSuite.*:clickhouse/SendersSuite.*:clickhouse/ClickHouseTables.*"),)
for shards, replicas, suites in ((1, 1, whole), (2, 1, whole), (1, 2, behaviour)):
    with clickhouse.Cluster(shards, replicas) as servers:
        environment = dict(os.environ, LANGYAN_CLICKHOUSE=",".join(server.url for server in servers), LANGYAN_CLICKHOUSE_REPLICAS=str(replicas))
        if shards > 1:
            environment["LANGYAN_CLICKHOUSE_CLUSTER"] = clickhouse.cluster
        version = servers[0].ask("SELECT version()").strip()
        for suite, tests in suites:
            done = subprocess.run([pathlib.Path(sys.argv[1]) / suite, "--gtest_brief=1", f"--gtest_filter={tests}"],
                                  env=environment, capture_output=True, text=True)
            print(f"ClickHouse {version}, {shards} shards, {replicas} replicas: {suite}: {done.stdout.strip().splitlines()[-1]}", flush=True)
            if done.returncode != 0 or (" 0 tests" in done.stdout and len(sys.argv) < 3):
                sys.exit("FAILED\n" + done.stdout[-6000:] + done.stderr[-2000:])
