import { creation } from './chapters/creation.ts'
import { admittedWithWarnings, mistakesOfTheIngress, serviceWithoutNodePort } from './chapters/mistakes.ts'
import { year2017 } from './chapters/year-2017.ts'
import type { Step } from './step.ts'

/** The walk through the main job, from an application to a load balancer and back. */
export const story: readonly Step[] = [
  year2017,
  serviceWithoutNodePort,
  mistakesOfTheIngress,
  admittedWithWarnings,
  creation,
]
