import type { Aws } from './client.ts'
import { getCallerIdentity } from './sts.ts'

/** The account in which the controller acts, as an ARN's parts. */
export interface Account {
  readonly accountId: string
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
}

/** Where we act. Region and VPC are settings; the account is asked of STS when it is first needed, and kept. */
export class Identity {
  readonly region: string
  readonly vpcId: string
  readonly #aws: Aws
  #account: Promise<Account> | undefined

  constructor(aws: Aws, settings: { readonly vpcId: string }) {
    this.region = aws.region
    this.vpcId = settings.vpcId
    this.#aws = aws
  }

  /** One call for all who ask; a failure is not kept. */
  account(): Promise<Account> {
    this.#account ??= this.#ask().catch((error: unknown) => {
      this.#account = undefined
      throw error
    })
    return this.#account
  }

  async #ask(): Promise<Account> {
    const output = await this.#aws.call(getCallerIdentity, {})
    return { accountId: output.Account ?? '', partition: output.Arn?.split(':')[1] ?? 'aws' }
  }
}
