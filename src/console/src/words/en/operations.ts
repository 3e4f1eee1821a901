// Operations.
export const operations = {
  operations: {
    kind: 'Kind of operation',
    kinds: { write: 'Write', control: 'Control', program: 'Program', run: 'Run and stop', firmware: 'Firmware' },
    matrix: 'Operations by who sent them and to which device',
    corner: 'From ↓ to →',
    cell_one: '{{src}} to {{dst}}: {{count}} operation',
    cell_other: '{{src}} to {{dst}}: {{count}} operations',
    objects: 'Objects of the pair',
    object: 'Object',
    count: 'Operations',
    least: 'Smallest',
    most: 'Largest',
    over: '{{object}} over time',
    chart: '{{object}}: {{count}} values, {{outside}} outside the usual band',
    band: 'Usual band, of the week before: {{least}} to {{most}} in {{count}} operations.',
    noBand: 'No value in the week before, so there is no usual band.',
    noNumbers: 'These values are no numbers.',
    emptyTitle: 'No such operation',
    emptyText: 'Nothing of this kind was seen in this range. Take a longer range or another kind.',
  },
} as const;
