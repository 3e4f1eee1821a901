// What can be done to alerts, and by which key: the bar over chosen ones, the menu of the key . and the
// list of keys read this.
export const commands = [
  { name: 'ack', key: 'e' },
  { name: 'false-positive', key: 'f' },
  { name: 'mute', key: 'm' },
  { name: 'assign', key: 'i' },
  { name: 'comment', key: 'c' },
  { name: 'notice', key: 's' },
  { name: 'close', key: 'd' },
  { name: 'unack', key: 'r' },
] as const;
export type CommandName = (typeof commands)[number]['name'];
