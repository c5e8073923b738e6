import { difference } from '../observations.ts'
import { examples, host, ingress, manifests, namespace } from '../places.ts'
import { statusOf } from '../request.ts'
import type { Step } from '../step.ts'
import { listenerUrl } from './ingress.ts'
import { nothingHappened } from './plan.ts'
import { refused, showDifference } from './refusal.ts'

const key = (name: string): string => `metadata.annotations[alb.ingress.kubernetes.io/${name}]`
const invalid = 'The Ingress "echoserver" is invalid:'
/** Several faults are a list, after a blank. */
const listed = (faults: readonly string[]): string => [`${invalid} `, ...faults.map((fault) => `* ${fault}`)].join('\n')

const withoutNodePort =
  `${invalid} spec.rules[0].http.paths[0].backend.service.name: Invalid value: "echoserver": Service type is ClusterIP, ` +
  'but target-type is instance (default) and needs a node port; make the Service type: NodePort, or set ' +
  'alb.ingress.kubernetes.io/target-type: ip [ServiceWithoutNodePort]'

/** Each file differs from the example in few lines. */
const mistakes: readonly { readonly file: string; readonly wanted: string }[] = [
  {
    file: `${manifests}/listen-ports-not-json.yaml`,
    wanted:
      `${invalid} ${key('listen-ports')}: Invalid value: "80,443": not JSON (line 1, column 3: unexpected ","); ` +
      `write '[{"HTTP":80},{"HTTPS":443}]' instead [JsonSyntax]`,
  },
  {
    file: `${manifests}/scheme-and-subnets.yaml`,
    wanted: listed([
      `${key('scheme')}: Unsupported value: "public": supported values: "internal", "internet-facing"; ` +
        'did you mean "internet-facing"? [SchemeUnknown]',
      `${key('subnets')}: Invalid value: "subnet-0a1b2c3d": 1 subnet, but a load balancer needs 2 Availability Zones; ` +
        'add a subnet of another zone, or remove the key to have subnets found by tag [SubnetsTooFew]',
    ]),
  },
  {
    file: `${manifests}/port-twice-and-certificate-elsewhere.yaml`,
    wanted: listed([
      `${key('listen-ports')}[1].HTTPS: Duplicate value: 80: port 80 is already taken by HTTP; write 443 [ListenPortTwice]`,
      `${key('certificate-arn')}: Invalid value: "arn:aws:acm:eu-west-1:123456789012:certificate/...4b3c2d1e": ` +
        'is in eu-west-1, the load balancer is in ap-northeast-1; ' +
        'request or import the certificate there [CertificateRegion]',
    ]),
  },
  {
    file: `${manifests}/certificate-not-there.yaml`,
    wanted:
      `${invalid} ${key('certificate-arn')}: Not found: ` +
      '"arn:aws:acm:ap-northeast-1:123456789012:certificate/...00000000": no such certificate in this account and ' +
      `region; write an ARN that 'aws acm list-certificates' shows [CertificateNotFound]`,
  },
  {
    file: `${manifests}/redirect-without-certificate.yaml`,
    wanted: listed([
      `${key('ssl-redirect')}: Invalid value: "80": port 80 is an HTTP listener; ` +
        'write the port of the HTTPS listener, 443 [SslRedirectNotHttps]',
      `${key('certificate-arn')}: Required value: HTTPS:443 has no certificate, and no rule or spec.tls names a host ` +
        'to find one by; set certificate-arn or a host [CertificateMissing]',
    ]),
  },
  {
    file: `${manifests}/port-and-health-check.yaml`,
    wanted: listed([
      'spec.rules[0].http.paths[0].backend.service.port.number: Not found: 81: Service "echoserver" has port 80; ' +
        'write 80 [ServicePortNotFound]',
      `${key('healthcheck-interval-seconds')}: Invalid value: "1": must be 5 to 300; write "15" [OutOfRange]`,
      `${key('success-codes')}: Invalid value: "2xx": must be codes or ranges within 200-499; ` +
        'write "200-299" [SuccessCodesSyntax]',
    ]),
  },
  {
    file: `${manifests}/name-and-tags.yaml`,
    wanted: listed([
      `${key('load-balancer-name')}: Invalid value: "internal-shop_1": must not begin with "internal-" and may hold ` +
        'only letters, digits and hyphens; write "shop-1" [LoadBalancerName]',
      `${key('tags')}.aws:owner: Forbidden: keys that begin with "aws:" belong to AWS; write "owner=me" [TagKeyReserved]`,
    ]),
  },
  {
    file: `${manifests}/wildcard-in-exact-path.yaml`,
    wanted:
      `${invalid} spec.rules[0].http.paths[1].path: Invalid value: "/img/*": Exact takes no wildcard; ` +
      'write path: /img with pathType: Prefix [PathWildcard]',
  },
  {
    file: `${manifests}/class-misspelt.yaml`,
    wanted:
      `${invalid} spec.ingressClassName: Not found: "albb": no such IngressClass; ` +
      'did you mean "alb"? [ClassNotFound]',
  },
]

export const serviceWithoutNodePort: Step = {
  title: 'A mistake in another object',
  async run(stage) {
    stage.say('The Ingress is right, but its Service has no node port. The webhook knows the Service.')
    await refused(stage, `${examples}/echoserver-ingress.yaml`, withoutNodePort)
    stage.say('The text names the remedy; here it is.')
    const { code } = await stage.run('kubectl', 'apply', '-f', `${examples}/echoserver-service.yaml`)
    stage.observe('the Service has a node port now', code === 0)
  },
}

export const mistakesOfTheIngress: Step = {
  title: 'Mistakes in the Ingress are told by kubectl apply, all at once',
  async run(stage) {
    for (const { file, wanted } of mistakes) {
      await showDifference(stage, file)
      await refused(stage, file, wanted)
    }
    await nothingHappened(stage)
  },
}

const twoMistaken = `${manifests}/two-mistaken.yaml`
const unknownScheme =
  `${key('scheme')}: Unsupported value: "intern": supported values: "internal", "internet-facing"; ` +
  'did you mean "internal"? [SchemeUnknown]'
const denied =
  `Error from server (Invalid): error when creating "${twoMistaken}": ` +
  'admission webhook "validate.ingress.k8s.aws" denied the request: '
const bothDenied = [
  `${denied}Ingress "a" is invalid, 1 fault: (1) ${unknownScheme}`,
  `${denied}Ingress "b" is invalid, 2 faults: (1) ${unknownScheme}; (2) ${key('tags')}.aws:owner: Forbidden: ` +
    'keys that begin with "aws:" belong to AWS; write "owner=me" [TagKeyReserved]',
].join('\n')

export const twoMistakenObjects: Step = {
  title: 'Two mistaken objects in one file',
  async run(stage) {
    stage.say('kubectl prints the message of each; it holds all faults on one line.')
    await refused(stage, twoMistaken, bothDenied)
    await nothingHappened(stage)
  },
}

export const denialWhileServing: Step = {
  title: 'A mistake leaves what serves alone',
  async run(stage) {
    const [mistake] = mistakes
    if (mistake === undefined) throw new Error('there are mistakes')
    const before = await stage.kubectl('get', 'ingress', ingress, '-n', namespace, '-o', 'yaml')
    await refused(stage, mistake.file, mistake.wanted)
    const after = await stage.kubectl('get', 'ingress', ingress, '-n', namespace, '-o', 'yaml')
    stage.observe('the Ingress is as it was', before.stdout === after.stdout, difference(before.stdout, after.stdout))
    const { stdout } = await stage.request({ url: `${await listenerUrl(stage)}/`, host })
    stage.observe('and serves', statusOf(stdout) === 200, stdout)
  },
}
