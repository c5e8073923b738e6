import type { Aws } from './client.ts'
import { describeVpcs } from './ec2.ts'

/** The CIDR blocks of a VPC, of both families; those that are being taken away no longer count. */
export class VpcBlocks {
  readonly #aws: Aws
  readonly #vpcId: string
  readonly #maxAgeMs: number
  #known: { readonly at: number; readonly blocks: readonly string[] } | undefined

  constructor(aws: Aws, vpcId: string, settings: { readonly maxAgeMs: number }) {
    this.#aws = aws
    this.#vpcId = vpcId
    this.#maxAgeMs = settings.maxAgeMs
  }

  /** One call while the answer is not known or too old. @throws AwsError */
  async read(signal?: AbortSignal): Promise<readonly string[]> {
    const now = this.#aws.clock.monotonic()
    if (this.#known !== undefined && now - this.#known.at <= this.#maxAgeMs) return this.#known.blocks
    const { Vpcs: [vpc] = [] } = await this.#aws.call(describeVpcs, { VpcIds: [this.#vpcId] }, signal)
    const blocks = [
      ...(vpc?.CidrBlockAssociationSet ?? []).flatMap((one) =>
        one.CidrBlockState?.State === 'associated' ? (one.CidrBlock ?? []) : [],
      ),
      ...(vpc?.Ipv6CidrBlockAssociationSet ?? []).flatMap((one) =>
        one.Ipv6CidrBlockState?.State === 'associated' ? (one.Ipv6CidrBlock ?? []) : [],
      ),
    ]
    this.#known = { at: now, blocks }
    return blocks
  }
}
