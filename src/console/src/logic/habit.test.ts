import { describe, expect, it } from 'vitest';
import { approveCommand, deviationOf } from './habit';

describe('a deviation', () => {
  it('is what has a client in its baseline', () => {
    expect(deviationOf({ baseline: { client: '10.0.0.2', verb: 'write' } })?.verb).toBe('write');
    expect(deviationOf({})).toBeUndefined();
    expect(deviationOf({ baseline: 'x' })).toBeUndefined();
  });
  it('gives the command that calls it normal', () => {
    expect(approveCommand({ client: '10.0.0.2', server: '10.0.0.7', protocol: 'modbus', unit: 1, verb: 'write', object: '40001..40004' }, 9107606)).toBe(
      "langyan baseline approve /var/lib/langyan-sensor/spool/baseline.json --client 10.0.0.2 --server 10.0.0.7 --protocol modbus --unit 1 --verb write --object 40001..40004 --sid 9107606 --reason ''",
    );
  });
  it('lets no name from the wire out of its quotes', () => {
    expect(approveCommand({ client: '10.0.0.2', object: "x'; rm -rf / #" }, undefined)).toContain("--object 'x'\\''; rm -rf / #' --reason");
    expect(approveCommand({ object: '$(id)' }, undefined)).toContain("--object '$(id)'");
    expect(approveCommand({ object: 'a\nreboot\n' }, undefined)).toBeUndefined();
    expect(approveCommand({ object: '\u001b[201~' }, undefined)).toBeUndefined();
  });
});
