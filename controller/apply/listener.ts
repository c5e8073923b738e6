import { readDetails } from '../../shared/aws/details.ts'
import {
  addListenerCertificates,
  createListener,
  deleteListener,
  modifyListener,
  removeListenerCertificates,
} from '../../shared/aws/elastic-load-balancing.ts'
import { hasRemedy } from '../../shared/aws/errors.ts'
import type { AwsError } from '../../shared/aws/errors.ts'
import type { ListenerDefaults } from '../../shared/plan/step.ts'
import { actionsInput, isSameAction, usedBy } from './actions.ts'
import { tagsOnceShown } from './adopt.ts'
import type { ApplyIo, Made, StepOf, StepResult } from './io.ts'
import { isNew, resolve } from './references.ts'
import { remove, whileInvisible } from './retry.ts'
import { completeTags, foreign, isOurs, tagList } from './tags.ts'

/** Creates the listener, or takes the one that an earlier attempt made: same port, protocol, action and tags. */
export const runCreateListener = async (
  io: ApplyIo,
  step: StepOf<'create-listener'>,
  made: Made,
): Promise<StepResult> => {
  const loadBalancerArn = resolve(step.loadBalancer, made)
  const input = {
    LoadBalancerArn: loadBalancerArn,
    Port: step.port,
    Protocol: step.protocol,
    ...tlsInput(step.tls),
    DefaultActions: actionsInput(step.defaultAction, made),
    Tags: tagList(step.tags),
  }
  try {
    const output = await whileInvisible(io, [step.loadBalancer, ...usedBy(step.defaultAction)], () =>
      io.aws.call(createListener, input, io.signal),
    )
    const arn = output.Listeners?.[0]?.ListenerArn
    if (arn === undefined) throw foreign({ ...call, code: 'NoAnswer', message: 'CreateListener answered no listener' })
    // AWS answers a create of equal settings with the listener that is there; a new load balancer has none.
    if (!isNew(step.loadBalancer)) {
      const tags = await tagsOnceShown(io, arn, step.tags)
      if (tags === undefined) throw taken(step)
      await completeTags(io, arn, tags, step.tags)
    }
    return { made: arn, written: [] }
  } catch (error) {
    if (!hasRemedy(error, 'duplicate')) throw error
    return adopt(io, step, loadBalancerArn, made)
  }
}

const call = { service: 'elasticloadbalancing', action: 'CreateListener' } as const

const taken = (step: StepOf<'create-listener'>): AwsError =>
  foreign({
    ...call,
    code: 'DuplicateListener',
    message: `a listener on port ${step.port} exists and is not as it should be`,
  })

const adopt = async (
  io: ApplyIo,
  step: StepOf<'create-listener'>,
  loadBalancerArn: string,
  made: Made,
): Promise<StepResult> => {
  const listeners = await readDetails(io.aws, loadBalancerArn, io.signal)
  const found = listeners.find((listener) => listener.port === step.port)
  const isSame =
    found !== undefined &&
    isOurs(found.tags, step.tags) &&
    found.protocol === step.protocol &&
    found.tls?.defaultCertificate === step.tls?.defaultCertificate &&
    found.tls?.sslPolicy === step.tls?.sslPolicy &&
    isSameAction(found.defaultActions, step.defaultAction, made)
  if (!isSame) throw taken(step)
  await completeTags(io, found.arn, found.tags, step.tags)
  return { made: found.arn, written: [] }
}

export const runModifyListener = async (
  io: ApplyIo,
  step: StepOf<'modify-listener'>,
  made: Made,
): Promise<StepResult> => {
  const input = {
    ListenerArn: resolve(step.listener, made),
    Port: step.port,
    Protocol: step.protocol,
    ...tlsInput(step.tls),
    DefaultActions: actionsInput(step.defaultAction, made),
  }
  await whileInvisible(io, [step.listener, ...usedBy(step.defaultAction)], () =>
    io.aws.call(modifyListener, input, io.signal),
  )
  return { written: [] }
}

const tlsInput = (tls: ListenerDefaults | undefined) =>
  tls === undefined ? {} : { Certificates: [{ CertificateArn: tls.defaultCertificate }], SslPolicy: tls.sslPolicy }

/** Adding what is there already changes nothing. */
export const runAddListenerCertificate = async (
  io: ApplyIo,
  step: StepOf<'add-listener-certificate'>,
  made: Made,
): Promise<StepResult> => {
  const ListenerArn = resolve(step.listener, made)
  const Certificates = [{ CertificateArn: step.certificate }]
  await whileInvisible(io, [step.listener], () =>
    io.aws.call(addListenerCertificates, { ListenerArn, Certificates }, io.signal),
  )
  return { written: [] }
}

export const runRemoveListenerCertificate = async (
  io: ApplyIo,
  step: StepOf<'remove-listener-certificate'>,
  made: Made,
): Promise<StepResult> => {
  const ListenerArn = resolve(step.listener, made)
  const Certificates = [{ CertificateArn: step.certificate }]
  await remove(io, { step, id: ListenerArn }, () =>
    io.aws.call(removeListenerCertificates, { ListenerArn, Certificates }, io.signal),
  )
  return { written: [] }
}

export const runDeleteListener = async (
  io: ApplyIo,
  step: StepOf<'delete-listener'>,
  made: Made,
): Promise<StepResult> => {
  const arn = resolve(step.listener, made)
  await remove(io, { step, id: arn }, () => io.aws.call(deleteListener, { ListenerArn: arn }, io.signal))
  return { written: [] }
}
