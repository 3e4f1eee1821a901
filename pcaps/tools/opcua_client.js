/* An OPC UA client that does what it is told, in order.
 *   opcua_client.js ADDRESS None|Basic256Sha256 '[["open"],["read","ns=1;s=Pump1.Level"], ...]'
 * Calls: endpoints · open [USER PASSWORD] · browse NODE · read NODE... · write NODE TYPE VALUE · call OBJECT METHOD TYPE VALUE...
 *        watch MS NODE... · pause MS · close. What the server refuses is printed and passed over.
 */
'use strict';
const opcua = require('node-opcua');

const [address, policy, calls] = process.argv.slice(2);
const secure = policy !== 'None';
const client = opcua.OPCUAClient.create({
  endpointMustExist: false,
  keepSessionAlive: false,
  securityPolicy: opcua.SecurityPolicy[policy],
  securityMode: opcua.MessageSecurityMode[secure ? 'SignAndEncrypt' : 'None'],
  connectionStrategy: { maxRetry: 0 },
  applicationName: 'Engineering tool',
  clientCertificateManager: new opcua.OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: `${process.env.HOME}/opcua-pki-client` }),
});
const wait = (ms) => new Promise((done) => setTimeout(done, Number(ms)));
const variant = (type, value) => new opcua.Variant({ dataType: opcua.DataType[type], value });
let session;

const does = {
  endpoints: () => client.getEndpoints(),
  open: async (userName, password) => {
    session = await client.createSession(userName ? { type: opcua.UserTokenType.UserName, userName, password } : undefined);
  },
  browse: (node) => session.browse(node),
  read: (...nodes) => session.read(nodes.map((nodeId) => ({ nodeId, attributeId: opcua.AttributeIds.Value }))),
  write: (nodeId, type, value) =>
    session.write({ nodeId, attributeId: opcua.AttributeIds.Value, value: { value: variant(type, value) } }),
  call: (objectId, methodId, ...words) => {
    const inputArguments = [];
    for (let i = 0; i + 1 < words.length; i += 2) inputArguments.push(variant(words[i], words[i + 1]));
    return session.call({ objectId, methodId, inputArguments });
  },
  watch: async (ms, ...nodes) => {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 250, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 4, maxNotificationsPerPublish: 10, publishingEnabled: true, priority: 1,
    });
    for (const nodeId of nodes)
      await subscription.monitor({ nodeId, attributeId: opcua.AttributeIds.Value }, { samplingInterval: 250, queueSize: 1, discardOldest: true }, opcua.TimestampsToReturn.Both);
    await wait(ms);
    await subscription.terminate();
  },
  pause: wait,
  close: () => session.close(),
};

async function main() {
  await client.connect(`opc.tcp://${address}:4840`);
  for (const [name, ...words] of JSON.parse(calls)) {
    if (!does[name]) throw new Error(`no such call: ${name}`);
    try {
      await does[name](...words);
    } catch (error) {
      console.error(`${name}: ${error.message}`);
    }
  }
  await client.disconnect();
  process.exit(0);
}

main().catch((error) => {
  console.error(`opcua_client: ${error.message}`);
  process.exit(1);
});
