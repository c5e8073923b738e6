import { AwsError } from '../../shared/aws/errors.ts'
import { isWithin } from '../../shared/aws/pods.ts'
import type { VpcBlocks } from '../../shared/aws/vpc.ts'
import type { TargetGroupBinding } from '../../shared/kubernetes/objects.ts'
import type { Io } from '../io.ts'

interface VpcIo extends Pick<Io, 'log' | 'signal'> {
  readonly vpc: Pick<VpcBlocks, 'read'>
}

/** Tells which addresses lie outside of the VPC. While EC2 does not tell its blocks, none is taken to. */
export const outsideOf = async (io: VpcIo, { spec }: TargetGroupBinding): Promise<(address: string) => boolean> => {
  if (spec.targetType !== 'ip') return () => false
  try {
    const blocks = await io.vpc.read(io.signal)
    return (address) => !isWithin(address, blocks)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    io.log.warn({ err: error, code: error.code }, 'the blocks of the VPC could not be read')
    return () => false
  }
}
