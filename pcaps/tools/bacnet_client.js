/* Calls node-bacnet's client functions one after the other.
 *   bacnet_client.js DEVICE BROADCAST PAUSE_MS '[["readProperty",{"type":0,"instance":1},85,{}], ...]'
 * whoIs and timeSync go to all, the rest to the device. A call the device refuses is printed and passed
 * over.
 */
'use strict';
const Bacnet = require('node-bacnet');

const [target, broadcastAddress, pause, calls] = process.argv.slice(2);
const client = new Bacnet({ port: 47808, interface: '0.0.0.0', broadcastAddress, apduTimeout: 3000 });
const wait = (ms) => new Promise((after) => setTimeout(after, ms));

function call(name, values) {
  if (name === 'whoIs') return client.whoIs({ address: broadcastAddress }, ...values);
  if (name === 'timeSync') return client.timeSync({ address: broadcastAddress }, new Date(values[0]));
  return new Promise((after) => {
    client[name]({ address: target }, ...values, (error) => {
      if (error) console.error(`${name}: ${error.message}`);
      after();
    });
  });
}

client.on('listening', async () => {
  for (const [name, ...values] of JSON.parse(calls)) {
    if (typeof client[name] !== 'function') throw new Error(`no such call: ${name}`);
    await call(name, values);
    await wait(Number(pause));
  }
  client.close();
  process.exit(0);
});
