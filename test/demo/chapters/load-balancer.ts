import type { AwsState, LoadBalancerState } from '../../aws/state.ts'
import { describeAws, isOurs } from '../aws-view.ts'
import { difference } from '../observations.ts'
import { host, ingress, namespace, nodePorts } from '../places.ts'
import type { Stage, Step } from '../step.ts'
import { eventsOfIngress, readIngress } from './ingress.ts'
import { reconciled } from './waits.ts'

export const loadBalancer: Step = {
  title: 'The load balancer',
  async run(stage) {
    stage.say('What the account holds now, read from AWS:')
    const state = await stage.emulator.snapshot()
    stage.show(describeAws(state))
    const [found, ...others] = state.loadBalancers
    if (found === undefined) throw new Error('there is no load balancer')
    stage.observe(
      'one load balancer, internet-facing, in the three public subnets',
      isWanted(found) && others.length === 0,
    )
    observeTags(stage, found)
    observeListener(stage, found)
    observeTargets(stage, state)
    observeSecurityGroups(stage, state)

    stage.say('The same in Kubernetes: the address for people and for external-dns, and an event.')
    const { stdout } = await stage.run('kubectl', 'get', 'ingress', '-n', namespace)
    const address = found.dnsName.toLowerCase()
    stage.observe('the address is the DNS name of the load balancer', stdout.includes(` ${address} `), stdout)
    const { status, metadata } = await readIngress(stage)
    const ports = status.loadBalancer.ingress[0]?.ports.map(({ port }) => port).join()
    stage.observe('the status tells the port of the listener', ports === '80', ports)
    await stage.run('kubectl', 'describe', 'ingress', '-n', namespace, ingress)
    const events = await eventsOfIngress(stage)
    stage.observe('one event, and it tells of success', events.join('\n') === reconciled, events.join('\n'))
    const finalizers = metadata.finalizers.join()
    const finalizer = 'ingress.k8s.aws/resources'
    stage.observe('a finalizer holds the Ingress while AWS holds something of it', finalizers === finalizer, finalizers)
  },
}

function isWanted({ name, scheme, ipAddressType, subnets }: LoadBalancerState): boolean {
  return (
    /^k8s-echoserv-echoserv-[0-9a-f]{10}$/.test(name) &&
    scheme === 'internet-facing' &&
    ipAddressType === 'ipv4' &&
    subnets.length === 3
  )
}

function observeTags(stage: Stage, { tags }: LoadBalancerState): void {
  const wanted = {
    Environment: 'dev',
    Team: 'test',
    'elbv2.k8s.aws/cluster': 'demo',
    'ingress.k8s.aws/resource': 'LoadBalancer',
    'ingress.k8s.aws/stack': `${namespace}/${ingress}`,
  }
  const [text, seen] = [JSON.stringify(wanted), JSON.stringify(tags)]
  stage.observe(
    'it carries the tags of the Ingress and those that tell whose it is',
    text === seen,
    difference(text, seen),
  )
}

function observeListener(stage: Stage, { listeners }: LoadBalancerState): void {
  const seen = JSON.stringify(
    listeners.map(({ protocol, port, rules, defaultActions }) => ({
      listener: `${protocol}:${port}`,
      rules: rules.map(({ priority, conditions }) => [
        priority,
        ...conditions.map(({ field, values }) => `${field} ${values.map(String).join()}`).sort(),
      ]),
      otherwise: defaultActions.map((action) => (action.type === 'fixed-response' ? action.statusCode : action.type)),
    })),
  )
  const wanted = JSON.stringify([
    { listener: 'HTTP:80', rules: [[1, `host-header ${host}`, 'path-pattern /*']], otherwise: ['404'] },
  ])
  stage.observe('one listener, one rule, and 404 for all else', wanted === seen, difference(wanted, seen))
}

function observeTargets(stage: Stage, { targetGroups }: AwsState): void {
  const seen = targetGroups.flatMap(({ targets }) => targets.map(({ port }) => port)).join()
  const wanted = Array.from({ length: 3 }, () => nodePorts.echoserver).join()
  stage.observe(
    'one target group with the three nodes at the node port',
    targetGroups.length === 1 && wanted === seen,
    seen,
  )
}

function observeSecurityGroups(stage: Stage, { securityGroups }: AwsState): void {
  const [ours, others] = [
    securityGroups.filter(({ tags }) => isOurs(tags)),
    securityGroups.filter(({ tags }) => !isOurs(tags)),
  ]
  const entries = ours.flatMap(({ inbound }) => inbound.map(({ from, to, source }) => `${from}-${to} ${source}`)).join()
  stage.observe(
    'of two security groups one opens port 80, and nothing else is open',
    ours.length === 2 && entries === '80-80 0.0.0.0/0',
    entries,
  )
  const backend = ours.find(({ name }) => name.startsWith('k8s-traffic-demo-'))?.id
  const onNodes = others
    .flatMap(({ name, inbound }) => inbound.map(({ from, to, source }) => `${name} ${from}-${to} ${source}`))
    .join()
  const wanted = `nodes ${nodePorts.echoserver}-${nodePorts.echoserver} ${backend}`
  stage.observe(
    'the nodes let in the node port from the load balancer only',
    onNodes === wanted,
    difference(wanted, onNodes),
  )
}
