import { controllerLog } from './chapters/controller-log.ts'
import { creation } from './chapters/creation.ts'
import { deletion } from './chapters/deletion.ts'
import { certificate, redirect } from './chapters/https.ts'
import { loadBalancer } from './chapters/load-balancer.ts'
import { admittedWithWarnings, mistakesOfTheIngress, serviceWithoutNodePort } from './chapters/mistakes.ts'
import { requests } from './chapters/requests.ts'
import { secondPath } from './chapters/second-path.ts'
import { serviceChange } from './chapters/service-change.ts'
import { year2017 } from './chapters/year-2017.ts'
import type { Step } from './step.ts'

/** The walk through the main job, from an application to a load balancer and back. */
export const story: readonly Step[] = [
  year2017,
  serviceWithoutNodePort,
  mistakesOfTheIngress,
  admittedWithWarnings,
  creation,
  loadBalancer,
  controllerLog,
  requests,
  secondPath,
  serviceChange,
  certificate,
  redirect,
  deletion,
]
