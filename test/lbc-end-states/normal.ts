import type { EndState, EndStateBinding } from './case.ts'

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

const hashless = (name: string): string => name.replace(/-[0-9a-f]{10}$/, '-#')

/** Lists that AWS keeps without order are sorted; the hash of a name that holds a UID is `#`. */
export const normal = (
  aws: EndState,
  bindings: readonly EndStateBinding[],
): { readonly aws: EndState; readonly bindings: readonly EndStateBinding[] } => {
  return {
    aws: {
      loadBalancers: aws.loadBalancers.map((balancer) => ({
        ...balancer,
        groups: balancer.groups.toSorted(),
        subnets: balancer.subnets.toSorted(),
        listeners: balancer.listeners
          .map((listener) => ({
            ...listener,
            rules: listener.rules
              .map((rule) => ({ ...rule, conditions: rule.conditions.toSorted(byText) }))
              .toSorted((a, b) => a.priority - b.priority),
          }))
          .toSorted((a, b) => a.port - b.port),
      })),
      targetGroups: aws.targetGroups
        .map((group) => ({ ...group, name: hashless(group.name), targets: group.targets.toSorted(byText) }))
        .toSorted((a, b) => a.Port - b.Port),
      securityGroups: aws.securityGroups
        .map((group) => ({ ...group, inbound: group.inbound.toSorted(byText) }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    },
    bindings: bindings
      .map((binding) => ({ ...binding, name: hashless(binding.name) }))
      .toSorted((a, b) => byText(a.spec['networking'], b.spec['networking'])),
  }
}
