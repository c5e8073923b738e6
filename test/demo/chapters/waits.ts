import type { Stage } from '../step.ts'
import { eventsOfIngress, readIngress } from './ingress.ts'

export const reconciled = 'SuccessfullyReconciled: Successfully reconciled'

/** Until the Ingress has an address and an event of success. */
export async function untilReconciled(stage: Stage): Promise<void> {
  await stage.waitFor('an address in the status of the Ingress', async () => {
    const { status } = await readIngress(stage)
    return status.loadBalancer.ingress[0]?.hostname
  })
  await stage.waitFor(`the event ${reconciled}`, async () =>
    (await eventsOfIngress(stage)).includes(reconciled) ? reconciled : undefined,
  )
}
