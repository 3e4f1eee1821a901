/* Calls snap7 client functions one after the other.
 *   s7_client.js ADDRESS PG|OP RACK SLOT PAUSE_MS '[["DBRead",1,0,16], ...]'
 * PG and OP are the kinds of connection a programming device and an operator panel ask for. A
 * string "hex:0102" becomes a Buffer. A call the CPU refuses is printed and passed over.
 */
'use strict';
const snap7 = require('node-snap7');

const [address, kind, rack, slot, pause, calls] = process.argv.slice(2);
const client = new snap7.S7Client();

function argument(value) {
  const isHex = typeof value === 'string' && value.startsWith('hex:');
  return isHex ? Buffer.from(value.slice(4), 'hex') : value;
}

async function main() {
  client.SetConnectionType(client[`CONNTYPE_${kind}`]);
  if (!client.ConnectTo(address, Number(rack), Number(slot))) {
    throw new Error(client.ErrorText(client.LastError()));
  }
  for (const [name, ...values] of JSON.parse(calls)) {
    if (typeof client[name] !== 'function') throw new Error(`no such call: ${name}`);
    const result = client[name](...values.map(argument));
    if (result === false) console.error(`${name}: ${client.ErrorText(client.LastError())}`);
    await new Promise((done) => setTimeout(done, Number(pause)));
  }
  client.Disconnect();
}

main().catch((error) => {
  console.error(`s7_client: ${error.message}`);
  process.exit(1);
});
