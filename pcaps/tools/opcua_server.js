/* An OPC UA server as a small controller has it: a pump with a level, a set point and two methods.
 *   opcua_server.js ADDRESS [PASSWORD]
 * With a password the user `operator` may sign in, else anyone. Certificates go below HOME.
 */
'use strict';
const opcua = require('node-opcua');

const [address, password] = process.argv.slice(2);

async function main() {
  const server = new opcua.OPCUAServer({
    port: 4840,
    hostname: address,
    alternateHostname: [address],
    allowAnonymous: !password,
    userManager: { isValidUser: (name, given) => name === 'operator' && given === password },
    securityPolicies: [opcua.SecurityPolicy.None, opcua.SecurityPolicy.Basic256Sha256],
    securityModes: [opcua.MessageSecurityMode.None, opcua.MessageSecurityMode.SignAndEncrypt],
    disableDiscovery: true,
    serverInfo: { applicationUri: 'urn:plc:langyan:pump', productUri: 'urn:langyan:pump-station', applicationName: { text: 'Pump station' } },
    buildInfo: { productName: 'Pump station', manufacturerName: 'Langyan', softwareVersion: '1.4.2', buildNumber: '77', buildDate: new Date(2026, 0, 5) },
    serverCertificateManager: new opcua.OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: `${process.env.HOME}/opcua-pki` }),
  });
  await server.initialize();
  const space = server.engine.addressSpace.getOwnNamespace();
  const pump = space.addObject({ organizedBy: server.engine.addressSpace.rootFolder.objects, browseName: 'Pump1', nodeId: 's=Pump1' });
  let level = 40;
  space.addVariable({
    componentOf: pump, browseName: 'Level', nodeId: 's=Pump1.Level', dataType: 'Double', minimumSamplingInterval: 100,
    value: { get: () => new opcua.Variant({ dataType: opcua.DataType.Double, value: (level += 0.5) }) },
  });
  const setpoint = space.addVariable({ componentOf: pump, browseName: 'Setpoint', nodeId: 's=Pump1.Setpoint', dataType: 'Int32', accessLevel: 'CurrentRead | CurrentWrite' });
  setpoint.setValueFromSource({ dataType: opcua.DataType.Int32, value: 50 });
  const start = space.addMethod(pump, {
    browseName: 'Start', nodeId: 's=Pump1.Start', inputArguments: [{ name: 'speed', dataType: opcua.DataType.Int32 }], outputArguments: [],
  });
  start.bindMethod(async (inputs, context) => ({ statusCode: opcua.StatusCodes.Good, outputArguments: [] }));
  const stop = space.addMethod(pump, { browseName: 'Stop', nodeId: 's=Pump1.Stop', inputArguments: [], outputArguments: [] });
  stop.bindMethod(async (inputs, context) => ({ statusCode: opcua.StatusCodes.BadUserAccessDenied }));
  await server.start();
  console.log('ready');
}

main().catch((error) => {
  console.error(`opcua_server: ${error.message}`);
  process.exit(1);
});
