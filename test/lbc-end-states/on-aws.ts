import { type LbcCase, parseCase, readCase } from './case.ts'

/**
 * The cases as they can be on AWS. Of the differences on purpose none touches what these cases show. One value AWS itself
 * refuses, though the emulator that LBC ran on took it: a tag value has no comma (ELBv2 API, `Tag`).
 */
export const onAws = (name: string): LbcCase => {
  const lbc = readCase(name)
  return name === 'tags' ? replaceText(replaceText(lbc, 'a\\\\,b=c', 'a+b=c'), 'a,b=c', 'a+b=c') : lbc
}

const replaceText = (lbc: LbcCase, from: string, to: string): LbcCase => {
  const before = JSON.stringify(lbc)
  const after = before.replaceAll(from, to)
  if (after === before) throw new Error(`the case does not hold ${from}`)
  return parseCase(JSON.parse(after))
}
