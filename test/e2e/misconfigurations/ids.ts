/** Ids of the table of common misconfigurations: the numbers of each area. */
const numbers = {
  CLS: '01 03 04 05 06 08 09 10 11 12 13 14 15',
  GRP: '01 04 05 07 10',
  PRS: '01 02 04 05 06 07',
  LSN: '01 02 05 11 13 14 17 18 20 21 22 23 24 27 28 29',
  SSL: '01 03 04 05',
  CRT: '01 02 03 04 05 06 07 10 13 16',
  MTL: '02 03 04 05 06 07 08 09 11 13 15',
  LB: '01 02 03 04 06 07 08 09 11 12 13 14 15 16 19 22 24 27 28 29 30 31',
  SUB: '01 02 03 04 06 08 09 10 11 12 13 14 16 18 19 21',
  SG: '04 05',
  TAG: '01 03 04 06 07',
  WAF: '01 03 04 06 09 10 11',
  RUL: '01 02 03 04 06 07 08 09 10 11 17 18 19 23',
  ACT: '01 04 05 06 07 09 11 12 13 15 16 18 19 20 22 23 24 25 26 28 29 30 31 32 33',
  TRF: '03 04 05',
  CND: '01 03 04 05 06 07 08 10 13 14 15',
  AUT: '04 05 08 09 12 13 14 15 16 17 18 20 21',
  SVC: '01 03 06 07 08 12 13 15 18 19 20 23 24',
  HC: '01 04 05 06 07 10 11 12 13 14 15',
  TGA: '03 04 05 07 09 10 12',
  FNL: '01 02 03 05 06 07 08 09',
}

/** `CLS-01`, … */
export const tableIds: readonly string[] = Object.entries(numbers).flatMap(([area, list]) =>
  list.split(' ').map((number) => `${area}-${number}`),
)

/** Rows that this file cannot bring about, and where they are held instead. */
export const elsewhere: Readonly<Record<string, string>> = {
  'LB-28': 'the bucket of access logs is not looked up yet',
  'SUB-06': 'the emulated region has no Local Zone: test/shared/group/mistakes-in-subnets.test.ts',
}
