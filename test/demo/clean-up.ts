import { isOurs } from './aws-view.ts'
import { bystander, namespace } from './places.ts'
import type { DemoStack } from './stack.ts'
import type { Stage } from './step.ts'

/**
 * Has what a broken story left deleted as a user would, and tells what would not go. A controller that does not do it
 * in time may have died, so another one gets the chance.
 */
export async function cleanUp(stage: Stage, stack: Pick<DemoStack, 'startController'>): Promise<void> {
  console.log('Cleaning up what the demo left.')
  if (!(await deleted(stage)) && stack.startController !== undefined) {
    console.log('Something holds it back. Another controller is started.')
    await stack.startController()
    await deleted(stage)
  }
  const left = await leftInAws(stage)
  const told =
    left.length === 0 ? 'Nothing is left in AWS.' : `Left, and gone with the emulated account: ${left.join(', ')}`
  console.log(told)
}

async function deleted(stage: Stage): Promise<boolean> {
  const command = ['kubectl', 'delete', 'namespace', namespace, bystander, '--ignore-not-found', '--timeout=30s']
  const { code } = await stage.run(...command)
  return code === 0
}

/** Names of what carries our tags. */
export async function leftInAws({ emulator }: Pick<Stage, 'emulator'>): Promise<readonly string[]> {
  const { loadBalancers, targetGroups, securityGroups } = await emulator.snapshot()
  return [...loadBalancers, ...targetGroups, ...securityGroups].flatMap(({ name, tags }) =>
    isOurs(tags) ? [name] : [],
  )
}
