import { again } from './chapters/again.ts'
import { controllerLog } from './chapters/controller-log.ts'
import { creation } from './chapters/creation.ts'
import { deletion } from './chapters/deletion.ts'
import { certificate, redirect } from './chapters/https.ts'
import { installation } from './chapters/installation.ts'
import { loadBalancer } from './chapters/load-balancer.ts'
import {
  denialWhileServing,
  mistakesOfTheIngress,
  serviceWithoutNodePort,
  twoMistakenObjects,
} from './chapters/mistakes.ts'
import { otherScheme } from './chapters/other-scheme.ts'
import { plan } from './chapters/plan.ts'
import { requests } from './chapters/requests.ts'
import { secondPath } from './chapters/second-path.ts'
import { serviceChange } from './chapters/service-change.ts'
import { subnetsNotFound } from './chapters/subnets.ts'
import { admittedWithWarnings, otherClass } from './chapters/warnings.ts'
import { webhookAway, wrongSinceLong } from './chapters/webhook-away.ts'
import { year2017 } from './chapters/year-2017.ts'
import type { Step } from './step.ts'

/** The walk through the main job, from an application to a load balancer and back. */
export const story: readonly Step[] = [
  installation,
  year2017,
  serviceWithoutNodePort,
  mistakesOfTheIngress,
  twoMistakenObjects,
  subnetsNotFound,
  plan,
  creation,
  loadBalancer,
  controllerLog,
  requests,
  denialWhileServing,
  again,
  certificate,
  redirect,
  admittedWithWarnings,
  otherClass,
  secondPath,
  serviceChange,
  webhookAway,
  wrongSinceLong,
  otherScheme,
  deletion,
]
