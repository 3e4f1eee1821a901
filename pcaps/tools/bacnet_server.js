/* A BACnet device by node-bacnet: number 1234 with one input, one output and a password.
 *   bacnet_server.js ADDRESS BROADCAST
 */
'use strict';
const Bacnet = require('node-bacnet');

const [address, broadcastAddress] = process.argv.slice(2);
const { enum: names } = Bacnet;
const device = new Bacnet({ port: 47808, interface: '0.0.0.0', broadcastAddress });
const text = (value) => [{ type: names.ApplicationTag.CHARACTER_STRING, value }];
const real = (value) => [{ type: names.ApplicationTag.REAL, value }];
const values = {
  '8,1234,77': text('Boiler house'),
  '8,1234,121': text('Example Controls'),
  '8,1234,70': text('BC-200'),
  '8,1234,44': text('2.1.7'),
  '0,1,85': real(68.5),
  '1,1,85': real(40),
};
const key = (object, property) => `${object.type},${object.instance},${property.id}`;
const refuse = ({ header, service, invokeId }, kind, code) =>
  device.errorResponse(header.sender, service, invokeId, kind, code);
const done = ({ header, service, invokeId }) => device.simpleAckResponse(header.sender, service, invokeId);

device.on('whoIs', () => {
  device.iAmResponse({ address: broadcastAddress }, 1234, names.Segmentation.NO_SEGMENTATION, 260);
});
device.on('readProperty', (asked) => {
  const { objectId, property } = asked.payload;
  const value = values[key(objectId, property)];
  if (!value) return refuse(asked, names.ErrorClass.PROPERTY, names.ErrorCode.UNKNOWN_PROPERTY);
  device.readPropertyResponse(asked.header.sender, asked.invokeId, objectId, property, value);
});
device.on('readPropertyMultiple', (asked) => {
  const answers = asked.payload.properties.map(({ objectId, properties }) => ({
    objectId,
    values: properties.map((property) => ({ property, value: values[key(objectId, property)] || text('') })),
  }));
  device.readPropertyMultipleResponse(asked.header.sender, asked.invokeId, answers);
});
device.on('writeProperty', (asked) => {
  const { objectId, value } = asked.payload;
  if (objectId.type !== names.ObjectType.ANALOG_OUTPUT) {
    return refuse(asked, names.ErrorClass.PROPERTY, names.ErrorCode.WRITE_ACCESS_DENIED);
  }
  values[key(objectId, value.property)] = value.value;
  done(asked);
});
device.on('subscribeCov', done);
const guarded = (asked) =>
  asked.payload.password === 'boiler'
    ? done(asked)
    : refuse(asked, names.ErrorClass.SECURITY, names.ErrorCode.PASSWORD_FAILURE);
device.on('reinitializeDevice', guarded);
device.on('deviceCommunicationControl', guarded);
device.on('timeSync', () => {});
device.on('error', (error) => console.error(`bacnet_server ${address}: ${error.message}`));
