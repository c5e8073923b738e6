/** A certificate that a listener may present. */
export interface PresentableCertificate {
  readonly arn: string
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly notAfter: number
}

/**
 * The certificate that a listener presents to a client that asks for a server name ("SSL certificates for your Application
 * Load Balancer"): of the certificate list those that cover the name, an exact name before a wildcard, a valid one before an
 * expired one, then the one that lives longest; if none covers it, or without a server name, the default one.
 */
export function chooseCertificate<T extends PresentableCertificate>(
  serverName: string | undefined,
  listener: { readonly default: T | undefined; readonly extra: readonly T[] },
  now: number,
): T | undefined {
  if (serverName === undefined) return listener.default
  const rank = ({ names, notAfter }: T) => (coversExactly(names, serverName) ? 0 : 2) + (notAfter > now ? 0 : 1)
  const [best] = listener.extra
    .filter(({ names }) => names.some((name) => covers(name, serverName)))
    .toSorted(
      (left, right) => rank(left) - rank(right) || right.notAfter - left.notAfter || (left.arn < right.arn ? -1 : 1),
    )
  return best ?? listener.default
}

function coversExactly(names: readonly string[], serverName: string): boolean {
  return names.some((name) => name.toLowerCase() === serverName.toLowerCase())
}

/** `*.example.com` covers one label and no more. */
function covers(name: string, serverName: string): boolean {
  if (coversExactly([name], serverName)) return true
  const rest = serverName.slice(serverName.indexOf('.'))
  return serverName.includes('.') && name.startsWith('*.') && name.slice(1).toLowerCase() === rest.toLowerCase()
}
