// A real center and sensors for the browser test, in a folder of their own that goes with them.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const top = resolve(import.meta.dirname, '../../..');
export const patience = 120_000; // ms, for what must come: only a hang takes this long, on busy processors too
const batch = 5000; // lines of one delivery

export class Plant {
  constructor(bin, assets, settings = []) {
    this.bin = bin;
    this.folder = mkdtempSync(join(tmpdir(), 'langyan-console-'));
    this.data = join(this.folder, 'center');
    this.center = spawn(
      join(bin, 'langyan-center'),
      ['-q', '--data', this.data, '--listen', '127.0.0.1:18443', '--next-free-port', '--console', assets, ...settings.flatMap((one) => ['--set', one])],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
  }

  async ready() {
    for (const end = Date.now() + patience; Date.now() < end; await wait(50)) {
      if (this.center.exitCode !== null) throw new Error(`langyan-center ended with ${this.center.exitCode}`);
      if (existsSync(join(this.data, 'address')) && existsSync(join(this.data, 'admin.sock'))) {
        this.url = readFileSync(join(this.data, 'address'), 'utf8').trim();
        if (!this.url) continue;
        this.analyst = this.langyan('token', 'add', '--role', 'analyst', '--name', 'test');
        return;
      }
    }
    throw new Error(`langyan-center did not start within ${patience / 1000} s`);
  }

  langyan(...words) {
    return execFileSync(join(this.bin, 'langyan'), [...words, '--data', this.data], { encoding: 'utf8' }).trim();
  }

  // The command line without this center's folder.
  tool(...words) {
    return execFileSync(join(this.bin, 'langyan'), words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  }

  write(name, text) {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  // A token with which `source` delivers; its file.
  grant(source, ...words) {
    const token = join(this.folder, `${source}.token`);
    if (!existsSync(token)) writeFileSync(token, this.langyan('token', 'add', '--role', 'ingest', '--source', source, '--name', source, ...words), { mode: 0o600 });
    return token;
  }

  // A sensor reads captures as if they happened now, and delivers before it ends.
  replay(sensor, captures, ...settings) {
    const token = this.grant(sensor);
    const done = spawnSync(
      join(this.bin, 'langyan-sensor'),
      ['-q', '-c', 'config/demo.yaml', '--as-now', ...captures.flatMap((capture) => ['-r', capture]), '--set', `sensor.name=${sensor}`,
        '--set', `spool.folder=${join(this.folder, sensor)}`, '--set', `uplink.url=${this.url}`, '--set', `uplink.token_file=${token}`, ...settings],
      { cwd: top, encoding: 'utf8' },
    );
    if (done.status !== 0) throw new Error(`langyan-sensor ended with ${done.status}: ${done.stderr}`);
  }

  // `count` alerts as a sensor of that name would deliver them: of `groups` sources, `apart` milliseconds apart up to now.
  async deliver(sensor, count, { groups = count, apart = 1000 } = {}) {
    const token = this.langyan('token', 'add', '--role', 'ingest', '--source', sensor, '--name', sensor);
    const now = Date.now();
    const line = (seq) => {
      const time = new Date(now - (count - seq) * apart).toISOString().replace('Z', '000+0000');
      const source = seq % groups;
      return JSON.stringify({
        timestamp: time, event_type: 'alert', src_ip: `10.${100 + (source >> 16)}.${(source >> 8) & 255}.${source & 255}`, src_port: 50000, dest_ip: '10.30.1.4', dest_port: 502, proto: 'TCP',
        app_proto: 'modbus', direction: 'to_server', alert: { gid: 1, signature_id: 9100000 + (seq % 7), rev: 1, signature: `Delivered alert ${seq % 7}`, severity: 1 + (seq % 4) },
        ot: { verb: 'write', object: String(40001 + (seq % 50)), value: seq % 1000, unit: 1, result: 'ok' }, packet: 'AAECAwQFBgcICQoLCAAB'.repeat(5), origin: { sensor, epoch: '00000000000000e1', lane: 'alert', seq },
      });
    };
    for (let first = 1; first <= count; first += batch) {
      const size = Math.min(batch, count - first + 1);
      const body = `${Array.from({ length: size }, (_, i) => line(first + i)).join('\n')}\n`;
      const answer = await fetch(`${this.url}/api/v1/ingest`, {
        method: 'POST', body,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson', 'Langyan-Source': sensor, 'Langyan-Epoch': '00000000000000e1', 'Langyan-Lane': 'alert', 'Langyan-First': String(first), 'Langyan-Count': String(size) },
      });
      if (!answer.ok) throw new Error(`ingest: ${answer.status} ${await answer.text()}`);
    }
  }

  async api(path, options = {}) {
    const answer = await fetch(this.url + path, { ...options, headers: { Authorization: `Bearer ${this.analyst}`, ...options.headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  // Its folder goes when it has ended: until then it writes.
  async stop() {
    const ended = this.center.exitCode === null && once(this.center, 'exit');
    this.center.kill('SIGTERM');
    const late = setTimeout(() => this.center.kill('SIGKILL'), patience);
    await ended;
    clearTimeout(late);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
