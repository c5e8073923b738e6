import { errorAnswer, refuse, type Service } from '../errors.ts'
import { acmAnswers } from './acm.ts'
import type { Handler } from './answer.ts'
import { describeAnswers } from './describes.ts'
import { ec2Answers } from './ec2.ts'
import { iamAnswers } from './iam.ts'
import { listenerAnswers } from './listeners.ts'
import { loadBalancingAnswers } from './load-balancing.ts'
import { targetAnswers } from './targets.ts'

const elasticloadbalancing = { ...loadBalancingAnswers, ...listenerAnswers, ...describeAnswers, ...targetAnswers }

/** How a call is answered: as listed; else as moto does, for the services whose objects it keeps. */
export function handlerOf(service: Service, action: string): Handler {
  switch (service) {
    case 'elasticloadbalancing':
      return pick(elasticloadbalancing, action) ?? ((context) => context.forward())
    case 'ec2':
      return pick(ec2Answers, action) ?? ((context) => context.forward())
    case 'sts':
      return (context) => context.forward()
    case 'acm':
      return pick(acmAnswers, action) ?? beyond
    case 'iam':
      return pick(iamAnswers, action) ?? beyond
    default:
      return service satisfies never
  }
}

function pick(answers: Readonly<Record<string, Handler>>, action: string): Handler | undefined {
  return Object.hasOwn(answers, action) ? answers[action] : undefined
}

const beyond: Handler = async ({ request, requestId }) =>
  errorAnswer(
    request.service,
    refuse('EmulatorLacksThis', `the emulator does not know ${request.service}:${request.action}`, 501),
    requestId,
  )
