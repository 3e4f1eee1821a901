import type { operations as english } from '../en/operations';
import type { Words } from '../words';

export const operations: Words<typeof english> = {
  operations: {
    kind: '操作类别',
    kinds: { write: '写', control: '遥控', program: '程序', run: '启停', firmware: '固件' },
    matrix: '按操作来源与设备统计',
    corner: '来源 ↓ 设备 →',
    cell_one: '{{src}} 至 {{dst}}：{{count}}',
    cell_other: '{{src}} 至 {{dst}}：{{count}}',
    objects: '该对通信的对象',
    object: '对象',
    count: '操作数',
    least: '最小值',
    most: '最大值',
    over: '{{object}} 随时间的变化',
    chart: '{{object}}：{{count}} 个值，其中 {{outside}} 个超出常用范围',
    band: '此前一周的常用范围：{{least}} 至 {{most}}，共 {{count}} 次操作。',
    noBand: '此前一周没有数值，因此没有常用范围。',
    noNumbers: '这些值不是数字。',
    emptyTitle: '没有此类操作',
    emptyText: '该时间范围内没有发现此类操作。请扩大时间范围或选择其他类别。',
  },
};
