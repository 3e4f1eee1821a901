/* A CPU by snap7: DB1 (64 bytes) and DB2 (256 bytes), inputs, outputs, flags, counters, timers. */
'use strict';
const snap7 = require('node-snap7');

const server = new snap7.S7Server();
const level = Buffer.alloc(64);
level.writeFloatBE(640.5, 0);
level.writeInt16BE(215, 4);
server.RegisterArea(server.srvAreaDB, 1, level);
server.RegisterArea(server.srvAreaDB, 2, Buffer.alloc(256, 0x11));
for (const area of ['srvAreaPE', 'srvAreaPA', 'srvAreaMK', 'srvAreaCT', 'srvAreaTM']) {
  server.RegisterArea(server[area], Buffer.alloc(32, 0x05));
}
if (!server.StartTo('0.0.0.0')) {
  console.error(`s7_server: ${server.ErrorText(server.LastError())}; port 102 needs root.`);
  process.exit(1);
}
setInterval(() => {}, 1000);
