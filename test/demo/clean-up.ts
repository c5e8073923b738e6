import { isOurs } from './aws-view.ts'
import { namespace } from './places.ts'
import type { Stage } from './step.ts'

/** Has what a broken story left deleted as a user would, and tells what would not go. */
export async function cleanUp(stage: Stage): Promise<void> {
  console.log('Cleaning up what the demo left.')
  await stage.run('kubectl', 'delete', 'namespace', namespace, '--ignore-not-found', '--timeout=30s')
  const left = await leftInAws(stage)
  if (left.length > 0) console.log(`Left in AWS, and gone with the emulated account: ${left.join(', ')}`)
}

/** Names of what carries our tags. */
export async function leftInAws({ emulator }: Pick<Stage, 'emulator'>): Promise<readonly string[]> {
  const { loadBalancers, targetGroups, securityGroups } = await emulator.snapshot()
  return [...loadBalancers, ...targetGroups, ...securityGroups].flatMap(({ name, tags }) =>
    isOurs(tags) ? [name] : [],
  )
}
