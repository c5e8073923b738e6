/**
 * Splits `host:port`, with the host in brackets where it is an IPv6 address; an absent host means all interfaces.
 * @returns `undefined` for anything else
 */
export const readAddress = (
  address: string,
): { readonly host: string | undefined; readonly port: number } | undefined => {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(address) ?? []
  if (port === undefined || Number(port) > 65_535) return undefined
  const host = bracketed ?? plain ?? ''
  return { host: host === '' ? undefined : host, port: Number(port) }
}
