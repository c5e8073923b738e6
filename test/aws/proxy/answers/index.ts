import type { Service } from '../errors.ts'
import type { Handler } from './answer.ts'
import { describeAnswers } from './describes.ts'
import { ec2Answers } from './ec2.ts'
import { loadBalancingAnswers } from './load-balancing.ts'
import { targetAnswers } from './targets.ts'

const elasticloadbalancing = { ...loadBalancingAnswers, ...describeAnswers, ...targetAnswers }

/** How a call is answered: as listed, else as moto does. */
export function handlerOf(service: Service, action: string): Handler {
  const listed: Readonly<Record<string, Handler>> =
    service === 'elasticloadbalancing' ? elasticloadbalancing : service === 'ec2' ? ec2Answers : {}
  return listed[action] ?? ((context) => context.forward())
}
