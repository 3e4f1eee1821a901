/* The regular HMI by nodes7: reads a set of variables each second, and may write some.
 *   s7_poll.js ADDRESS ROUNDS [ROUND:NAME=VALUE ...]
 */
'use strict';
const Nodes7 = require('nodes7');

const [address, rounds, ...orders] = process.argv.slice(2);
const variables = {
  level: 'DB1,REAL0',
  temperature: 'DB1,INT4',
  setpoint: 'DB1,REAL8',
  pump: 'DB1,X12.0',
  recipe: 'DB2,INT20.8',
  flags: 'MB0',
  inputs: 'IB0',
};
const period = 1000;
const connection = new Nodes7({ silent: true });

function written(round) {
  return orders
    .filter((order) => order.startsWith(`${round}:`))
    .map((order) => order.slice(order.indexOf(':') + 1).split('='));
}

function value(text) {
  return text === 'true' || text === 'false' ? text === 'true' : Number(text);
}

const read = () => new Promise((done) => connection.readAllItems((bad, values) => done(values)));
const write = (name, to) => new Promise((done) => connection.writeItems(name, to, done));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function main() {
  connection.setTranslationCB((name) => variables[name]);
  connection.addItems(Object.keys(variables));
  for (let round = 0; round < Number(rounds); round += 1) {
    await read();
    for (const [name, text] of written(round)) await write(name, value(text));
    await sleep(period);
  }
  connection.dropConnection(() => process.exit(0));
}

connection.initiateConnection({ port: 102, host: address, rack: 0, slot: 2 }, (error) => {
  if (error !== undefined) {
    console.error(`s7_poll: ${address} does not answer: ${error}`);
    process.exit(1);
  }
  main();
});
